"""Facts of the service nominations: the life of a nomination, and what of its story may be shown."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events.base import Event, Part


class NominationFact(Event):
    """A fact of one nomination. `title` is for the people who handle it; no dossier text travels."""

    service: ClassVar[str] = "nominations"
    aggregate: ClassVar[str] = "nomination"
    key: ClassVar[str] = "nomination_id"

    nomination_id: UUID
    organisation_id: UUID  # the nominating organisation
    nominator_id: UUID
    title: str
    plan_id: UUID | None = None
    obligation_id: UUID | None = None
    period_key: str | None = None


class Submission(NominationFact):
    """What a (re)submission says: `exemplar_id` is the same for the same exemplar, without naming it."""

    exemplar_id: UUID
    subject_type: str
    submitted_at: datetime
    station_organisation_id: UUID
    station_via_id: UUID | None = None


class NominationSubmitted(Submission):
    """A unit presented an exemplar; the first station is open.

    Heard by: plans, notifications.
    """

    past: ClassVar[str] = "submitted"


class NominationResubmitted(Submission):
    """A returned nomination came back to its station.

    Heard by: plans, notifications.
    """

    past: ClassVar[str] = "resubmitted"


class NominationTakenUp(NominationFact):
    """A reviewer of the open station began to look at it.

    Heard by: notifications.
    """

    past: ClassVar[str] = "taken_up"

    station_organisation_id: UUID


class NominationReturned(NominationFact):
    """The open station sent it back, naming the fields to mend (names only; the remarks stay in nominations).

    Heard by: plans, notifications.
    """

    past: ClassVar[str] = "returned"

    station_organisation_id: UUID
    fields: list[str]


class NominationApproved(NominationFact):
    """A station said yes to this story version.

    Heard by: plans, notifications.
    """

    past: ClassVar[str] = "approved"

    station_id: UUID
    station_number: int
    station_organisation_id: UUID
    approver_id: UUID
    story_version: int


class NominationRecommended(NominationFact):
    """A further station opened: `station_organisation_id` (through `station_via_id`) must look at it.

    Heard by: notifications.
    """

    past: ClassVar[str] = "recommended"

    from_organisation_id: UUID
    station_id: UUID
    station_number: int
    station_organisation_id: UUID
    station_via_id: UUID | None = None


class NominationDeclined(NominationFact):
    """A station said no. Approvals below stand.

    Heard by: plans, notifications.
    """

    past: ClassVar[str] = "declined"

    station_number: int
    station_organisation_id: UUID


class NominationWithdrawn(NominationFact):
    """The nominator took it back before any approval.

    Heard by: plans, notifications.
    """

    past: ClassVar[str] = "withdrawn"

    station_organisation_id: UUID | None = None


class ApprovalRevoked(NominationFact):
    """A station took its approval back.

    Heard by: notifications.
    """

    past: ClassVar[str] = "approval_revoked"

    station_id: UUID
    station_number: int
    station_organisation_id: UUID


class NoticePrepared(NominationFact):
    """The text and signed link for the person concerned are ready for the nominator to hand over.

    Heard by: notifications.
    """

    past: ClassVar[str] = "notice_prepared"


class Result(Part):
    """One measured result of the exemplar, e.g. label «Hộ thoát nghèo», value «12»."""

    label: str
    value: str


class Picture(Part):
    """A picture of the story in object storage."""

    file_id: UUID
    key: str
    media_type: str
    size_bytes: int
    sha256: str
    alternative: str


class Story(Part):
    """The publishable text, as its subject agreed to it."""

    title: str
    summary: str
    body: str | None = None
    results: list[Result] = []
    pictures: list[Picture] = []
    credit: str | None = None


class StoryReleased(Event):
    """An approved story version may be shown on these kinds of channel (the complete set); again when the set grows.

    Heard by: publicity.
    """

    service: ClassVar[str] = "nominations"
    aggregate: ClassVar[str] = "nomination"
    key: ClassVar[str] = "nomination_id"
    past: ClassVar[str] = "story_released"

    nomination_id: UUID
    organisation_id: UUID
    station_id: UUID
    station_number: int
    station_organisation_id: UUID
    approved_at: datetime
    story_version: int
    story: Story
    channel_kinds: list[str]
    subject_type: str
    subject_name: str
    kind: str
    field: str | None = None
    movement_id: UUID | None = None
    nominator_id: UUID
    approver_id: UUID
    next_organisation_id: UUID | None = None
    next_via_id: UUID | None = None


class StoryRecalled(Event):
    """A released story may no longer be shown on `lost_kinds`; `channel_kinds` is what remains. No reason travels.

    Heard by: publicity.
    """

    service: ClassVar[str] = "nominations"
    aggregate: ClassVar[str] = "nomination"
    key: ClassVar[str] = "nomination_id"
    past: ClassVar[str] = "story_recalled"

    nomination_id: UUID
    station_id: UUID
    station_organisation_id: UUID
    lost_kinds: list[str]
    channel_kinds: list[str] = []


FACTS: list[type[Event]] = [
    NominationSubmitted,
    NominationResubmitted,
    NominationTakenUp,
    NominationReturned,
    NominationApproved,
    NominationRecommended,
    NominationDeclined,
    NominationWithdrawn,
    ApprovalRevoked,
    NoticePrepared,
    StoryReleased,
    StoryRecalled,
]
