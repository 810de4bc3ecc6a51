"""What REST gives: a nomination as the people of it see it, its preview and notices, who I am."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.nominations.actions.needed import agreed, counts, missing
from services.nominations.models import Consent, Nomination, Station
from services.nominations.schemas.asked import PictureIn, ResultIn, SubjectType
from services.nominations.workflow import LABELS, STATION_LABELS, State, StationState
from shared.directory.posts import OfficeView
from shared.events.publicity import PublishedStory


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


class MeView(BaseModel):
    """Who I am, my posts, and how many nominations wait for me."""

    person_id: UUID
    name: str
    offices: list[OfficeView]
    waiting: int


def _columns(row: Nomination | Station | Consent) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.columns}


def _label(nomination: Nomination) -> str:
    station = nomination.open_station
    if nomination.state is State.DECLINED and any(s.state is StationState.REVOKED for s in nomination.stations):
        return STATION_LABELS[StationState.REVOKED]  # it was approved once: not the same as never
    return STATION_LABELS[station.state] if station else LABELS[nomination.state]
