"""What REST takes and gives: drafts, decisions, consents; and a nomination as the people of it see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from services.nominations.actions import ConsentGiven
from services.nominations.actions.needed import agreed, counts, missing
from services.nominations.models import Consent, Nomination, Station
from services.nominations.workflow import LABELS, STATION_LABELS, State, StationState
from shared.auth import Role
from shared.clock import today
from shared.db import new_id
from shared.events.publicity import PublishedStory
from shared.text import Line, Paragraphs

SubjectType = Literal["collective", "individual", "household"]
Child = Literal["none", "under_seven", "seven_or_more"]
Kind = Literal["exemplar", "new_model", "new_factor", "good_deed"]
ConsentRole = Literal["self", "guardian", "adult", "representative"]
ChannelKind = Literal["portal", "newspaper", "radio_tv", "loudspeaker", "magazine", "event", "visual", "word_of_mouth"]


def at_most(limit: int) -> AfterValidator:
    """Judged after cleaning, and told as a text that is too long."""

    def check(text: str) -> str:
        if len(text) > limit:
            raise PydanticKnownError("string_too_long", {"max_length": limit})
        return text

    return AfterValidator(check)


Heading = Annotated[Line, at_most(300), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 300})]
Summary = Annotated[Paragraphs, at_most(5000), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 5000})]
Reason = Summary
PeriodKey = Annotated[Line, at_most(20), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 20})]

EXAMPLE: dict[str, JsonValue] = {
    "organisation_id": "0198c0de-0000-7000-8000-000000000001",
    "subject_type": "individual",
    "subject_name": "Bà Trần Thị Hoa",
    "title": "Người giữ lửa tổ liên gia tự quản",
    "summary": "Mười năm vận động bà con giữ đường làng sạch, giúp 12 hộ thoát nghèo.",
}


class Asked(BaseModel):
    """What a client sends; a field that we do not know is refused."""

    model_config = ConfigDict(extra="forbid")


class ResultIn(Asked):
    """One measured result, e.g. «Hộ thoát nghèo»: «12»."""

    label: Heading
    value: Heading


class PictureIn(Asked):
    """A completed picture file and the words for those who cannot see it."""

    file_id: UUID
    alternative: Heading


def _absent() -> Any:
    return None


def _distinct(values: list[UUID]) -> list[UUID]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("not_distinct", "names something twice")
    return values


Results = Annotated[list[ResultIn], Field(max_length=20)]
Pictures = Annotated[list[PictureIn], Field(max_length=20)]
Evidence = Annotated[list[UUID], Field(max_length=50), AfterValidator(_distinct)]
Adults = Annotated[list[Heading], Field(max_length=30)]


class Content(Asked):
    """What may follow until submission; a PATCH takes any of it."""

    subject_is_child: Child = Field(default="none", description="Chỉ khi đối tượng là cá nhân")
    subject_person_id: UUID | None = Field(default=None, description="Nếu chính đối tượng có tài khoản")
    household_adults: Adults = Field(default=[], description="Họ tên mọi người lớn trong hộ")
    kind: Kind = "exemplar"
    field: Heading | None = None
    movement_id: UUID | None = None
    plan_id: UUID | None = Field(default=None, description="Cùng với obligation_id và period_key")
    obligation_id: UUID | None = None
    period_key: PeriodKey | None = Field(default=None, description="2026-Q4, 2026-11, 2026-W47, once, wave-1 …")
    body: Paragraphs | None = None
    results: Results = []
    credit: Heading | None = None
    pictures: Pictures = []
    evidence: Evidence = []

    def content(self, *, named_only: bool = False) -> dict[str, Any]:
        """The columns' values."""
        content = self.model_dump(exclude_unset=named_only)
        for name in content.keys() & {"pictures", "evidence"}:
            content[name] = self.model_dump(mode="json", include={name})[name]
        return content


class Draft(Content):
    """A nomination; five fields are enough."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    organisation_id: UUID = Field(description="Đơn vị giới thiệu")
    subject_type: SubjectType
    subject_name: Heading
    title: Heading
    summary: Summary


class DraftChanges(Content):
    """The fields to change; the others stay."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Người giữ lửa phong trào"}]})

    subject_type: SubjectType = Field(default_factory=_absent)
    subject_name: Heading = Field(default_factory=_absent)
    title: Heading = Field(default_factory=_absent)
    summary: Summary = Field(default_factory=_absent)


FieldName = Literal[
    "subject_type",
    "subject_name",
    "subject_is_child",
    "household_adults",
    "kind",
    "field",
    "movement_id",
    "plan_id",
    "obligation_id",
    "period_key",
    "title",
    "summary",
    "body",
    "results",
    "credit",
    "pictures",
    "evidence",
    "consents",
]


class RemarkIn(Asked):
    """What to mend in one field."""

    field: FieldName
    remark: Reason


class ReturnIn(Asked):
    """Sending back: the fields to mend, each with a remark."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"fields": [{"field": "summary", "remark": "Nêu rõ số hộ đã thoát nghèo."}]}]}
    )

    fields: Annotated[list[RemarkIn], Field(min_length=1, max_length=50)]


class ApprovalIn(Asked):
    """`recommend` sends it to the next station, if there is one."""

    recommend: bool = True


class ReasonIn(Asked):
    """Why; for the people of the nomination only."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Chưa đủ thời gian công tác theo quy định."}]})

    reason: Reason


class RevocationIn(ReasonIn):
    """The approval to take back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"station_id": "0198c0de-0000-7000-8000-000000000002", "reason": "Phát hiện số liệu không đúng."}
            ]
        }
    )

    station_id: UUID


class ConsentIn(Asked):
    """One person's yes, for the channel kinds he named; proof is a file or the words as recorded."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person_name": "Trần Thị Hoa",
                    "role": "self",
                    "channel_kinds": ["portal", "newspaper"],
                    "statement": "Tôi đồng ý cho đăng bài và ảnh trên cổng thông tin điện tử và báo.",
                }
            ]
        }
    )

    id: UUID = Field(default_factory=new_id, description="Máy khách có thể tự chọn")
    person_name: Heading = Field(description="Họ và tên đầy đủ")
    role: ConsentRole
    channel_kinds: Annotated[list[ChannelKind], Field(min_length=1, max_length=8)]
    given_on: date = Field(default_factory=today)
    statement: Paragraphs | None = None
    proof_file_id: UUID | None = None

    @model_validator(mode="after")
    def _proven(self) -> Self:
        if self.statement is None and self.proof_file_id is None:
            raise PydanticCustomError("consent_unproven", "needs a statement or a proof file")
        if not date(2000, 1, 1) <= self.given_on <= today():
            raise PydanticCustomError("date_not_past", "lies in the future or too far back")
        return self

    def given(self) -> ConsentGiven:
        """As the action takes it."""
        return ConsentGiven(
            self.id,
            self.person_name,
            self.role,
            tuple(self.channel_kinds),
            self.given_on,
            statement=self.statement,
            proof_file_id=self.proof_file_id,
        )


class Given(BaseModel):
    """What we answer, read from rows."""

    model_config = ConfigDict(from_attributes=True)


class StationView(Given):
    """One body's turn; `reason` is of a decline or revocation."""

    id: UUID
    number: int
    organisation_id: UUID
    via_id: UUID | None
    state: StationState
    label: str
    opened_at: datetime
    taken_up_at: datetime | None
    decided_at: datetime | None
    decided_by: UUID | None
    reason: str | None
    story_version: int | None

    @classmethod
    def of(cls, station: Station) -> Self:
        """With the word people use for its state."""
        return cls.model_validate({**_columns(station), "label": STATION_LABELS[station.state]})


class RemarkView(Given):
    """What a station asked to mend."""

    station_id: UUID
    field: str
    remark: str
    by_id: UUID
    at: datetime


class ConsentView(Given):
    """A consent; `counts` says whether what may be shown depends on it now."""

    id: UUID
    person_name: str
    role: str
    channel_kinds: list[str]
    statement: str | None
    proof_file_id: UUID | None
    given_on: date
    collector_id: UUID
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: UUID | None
    counts: bool

    @classmethod
    def of(cls, consent: Consent, nomination: Nomination) -> Self:
        """Judged against the nomination as it stands."""
        return cls.model_validate({**_columns(consent), "counts": counts(consent, nomination)})


class HoldView(Given):
    """A stop of publication."""

    id: UUID
    organisation_id: UUID
    reason: str
    placed_by: UUID
    placed_at: datetime
    lifted_by: UUID | None
    lifted_at: datetime | None


class NeededView(Given):
    """Somebody whose consent is needed."""

    role: str
    person_name: str | None


class NominationLine(Given):
    """A nomination in a list."""

    id: UUID
    version: int
    state: State
    label: str
    organisation_id: UUID
    nominator_id: UUID
    created_at: datetime
    submitted_at: datetime | None
    subject_type: str
    subject_name: str
    kind: str
    title: str
    plan_id: UUID | None
    obligation_id: UUID | None
    period_key: str | None
    stations: list[StationView]

    @classmethod
    def of(cls, nomination: Nomination) -> Self:
        """With the word people use for its state; what a station sent back is called so."""
        stations = [StationView.of(station) for station in nomination.stations]
        return cls.model_validate({**_columns(nomination), "label": _label(nomination), "stations": stations})


class NominationView(NominationLine):
    """A nomination with its dossier, for the people of it."""

    story_version: int
    subject_is_child: str
    subject_person_id: UUID | None
    household_adults: list[str]
    field: str | None
    movement_id: UUID | None
    summary: str
    body: str | None
    results: list[ResultIn]
    credit: str | None
    pictures: list[PictureIn]
    evidence: list[UUID]
    remarks: list[RemarkView]
    consents: list[ConsentView]
    consented_kinds: list[str]
    missing_consents: list[NeededView]
    holds: list[HoldView]
    recused_ids: list[UUID]

    @classmethod
    def of(cls, nomination: Nomination) -> Self:
        """Needs the nomination with all its parts."""
        return cls.model_validate(
            {
                **_columns(nomination),
                "label": _label(nomination),
                "stations": [StationView.of(station) for station in nomination.stations],
                "remarks": [RemarkView.model_validate(remark) for remark in nomination.remarks],
                "consents": [ConsentView.of(consent, nomination) for consent in nomination.consents],
                "consented_kinds": sorted(agreed(nomination)),
                "missing_consents": [NeededView.model_validate(need) for need in missing(nomination)],
                "holds": [HoldView.model_validate(hold) for hold in nomination.holds],
                "recused_ids": [recusal.person_id for recusal in nomination.recusals],
            }
        )


class PreviewView(BaseModel):
    """What the portal will show, and what still stands in the way."""

    story: PublishedStory
    subject_type: SubjectType
    subject_name: str
    kind: str
    field: str | None
    movement_id: UUID | None
    channel_kinds: list[str] = Field(description="Loại kênh mà mọi người cần hỏi đều đồng ý")
    missing_consents: list[NeededView]
    held: bool
    due_before: datetime | None = Field(description="Thời hạn mới, nếu nhiệm vụ được gia hạn")

    @classmethod
    def of(cls, nomination: Nomination, content: dict[str, Any], *, base: str, due_before: datetime | None) -> Self:
        """`content` is that of a story version; pictures are given by their address here, under `base`."""
        pictures = [{**p, "url": f"{base}/v1/files/{p['file_id']}"} for p in content["story"]["pictures"]]
        return cls.model_validate(
            {
                **content,
                "story": {**content["story"], "pictures": pictures},
                "channel_kinds": sorted(agreed(nomination)),
                "missing_consents": [NeededView.model_validate(need) for need in missing(nomination)],
                "held": nomination.held,
                "due_before": due_before,
            }
        )


class NoticeView(BaseModel):
    """The text for one person concerned, with his own link."""

    person_name: str
    role: str
    text: str
    link: str
    prepared_at: datetime
    expires_at: datetime


class NoticesView(BaseModel):
    """One for each person whose consent counted when the story was last released."""

    items: list[NoticeView]


class OfficeView(BaseModel):
    """A post held today."""

    organisation_id: UUID
    organisation_name: str | None
    role: Role


class MeView(BaseModel):
    """Who I am, my posts, and how many nominations wait for me."""

    person_id: UUID
    name: str
    offices: list[OfficeView]
    waiting: int


class AuditView(Given):
    """One deed: ids and names of fields, never values."""

    position: int
    at: datetime
    actor_id: UUID | None
    actor_kind: str
    action: str
    subject_type: str
    subject_id: UUID
    organisation_id: UUID | None
    fields: list[str]
    correlation_id: str | None


def _columns(row: Nomination | Station | Consent) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.columns}


def _label(nomination: Nomination) -> str:
    station = nomination.open_station
    return STATION_LABELS[station.state] if station else LABELS[nomination.state]
