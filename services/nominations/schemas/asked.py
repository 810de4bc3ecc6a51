"""What REST takes: drafts, decisions, consents. A field that we do not know is refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from services.nominations.actions import ConsentGiven
from shared.clock import today
from shared.db import new_id
from shared.exact import Day, Flag
from shared.text import PATTERN, Line, Paragraphs

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


def _told(limit: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": limit, "pattern": PATTERN})


Heading = Annotated[Line, at_most(300), _told(300)]
Summary = Annotated[Paragraphs, at_most(5000), _told(5000)]
Reason = Summary
PeriodKey = Annotated[Line, at_most(20), _told(20)]

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


def _past(day: date) -> date:
    if not date(2000, 1, 1) <= day <= today():
        raise PydanticCustomError("date_not_past", "lies in the future or too far back")
    return day


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

    recommend: Flag = True


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
    given_on: Annotated[Day, AfterValidator(_past)] | None = Field(default=None, description="Để trống là hôm nay")
    statement: Paragraphs | None = None
    proof_file_id: UUID | None = None

    @model_validator(mode="after")
    def _proven(self) -> Self:
        if self.statement is None and self.proof_file_id is None:
            raise PydanticCustomError("consent_unproven", "needs a statement or a proof file")
        return self

    def given(self) -> ConsentGiven:
        """As the action takes it."""
        return ConsentGiven(
            self.id,
            self.person_name,
            self.role,
            tuple(self.channel_kinds),
            given_on=self.given_on,
            statement=self.statement,
            proof_file_id=self.proof_file_id,
        )
