"""Facts of the service plans: the directory, movements, plans and duties."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from shared.events.base import Event, Part, Period


class DatedName(Part):
    """How a body was called from a day to a day (both included, null: open); `level`, `kind`: labels from data."""

    name: str
    short_name: str | None = None
    level: str | None = None
    kind: str | None = None
    from_on: date | None = None
    to_on: date | None = None


class Edge(Part):
    """Organisation -> `to_id`.

    `type`: line_of_command, professional_guidance, member_of_bloc, standing_office_of or part_of.
    """

    type: str
    to_id: UUID
    role: str | None = None
    from_on: date | None = None
    to_on: date | None = None


class Identifier(Part):
    """A code of the body in a scheme, e.g. QD20 (QĐ 20/2020/QĐ-TTg)."""

    scheme: str
    value: str


class Heir(Part):
    """Who takes over what is open when the body ends; after a split one is `principal`. `source`: where stated."""

    organisation_id: UUID
    principal: bool = True
    source: str | None = None


class PlansEvent(Event):
    """A fact that plans announces."""

    service: ClassVar[str] = "plans"


class OrganisationChanged(PlansEvent):
    """An organisation as it now stands, whole: its lineage, names, edges and heirs.

    Heard by: nominations, publicity, notifications.
    """

    aggregate: ClassVar[str] = "organisation"
    key: ClassVar[str] = "organisation_id"
    past: ClassVar[str] = "changed"
    public: ClassVar[bool] = True

    organisation_id: UUID
    slug: str
    hierarchy: str
    names: list[DatedName]
    edges: list[Edge] = []
    identifiers: list[Identifier] = []
    heirs: list[Heir] = []
    valid_from: date | None = None
    valid_to: date | None = None


class OfficeChanged(PlansEvent):
    """A person's post at an organisation as it now stands; a revoked one has its last day in `to_on`.

    Heard by: nominations, publicity, notifications.
    """

    aggregate: ClassVar[str] = "office"
    key: ClassVar[str] = "office_id"
    past: ClassVar[str] = "changed"

    office_id: UUID
    person_id: UUID
    person_name: str
    organisation_id: UUID
    role: str
    from_on: date
    to_on: date | None = None


class ChannelChanged(PlansEvent):
    """A channel of an organisation as it now stands; `release` is automatic, editor or manual.

    Heard by: publicity, notifications.
    """

    aggregate: ClassVar[str] = "channel"
    key: ClassVar[str] = "channel_id"
    past: ClassVar[str] = "changed"
    public: ClassVar[bool] = True

    channel_id: UUID
    organisation_id: UUID
    kind: str
    name: str
    url: str | None = None
    official: bool = True
    release: str = "automatic"
    from_on: date | None = None
    to_on: date | None = None


class MovementChanged(PlansEvent):
    """A movement with the other names it goes by, as it now stands.

    Heard by: nominations, publicity, notifications.
    """

    aggregate: ClassVar[str] = "movement"
    key: ClassVar[str] = "movement_id"
    past: ClassVar[str] = "changed"
    public: ClassVar[bool] = True

    movement_id: UUID
    name: str
    aliases: list[str] = []
    launched_by: str | None = None
    launched_on: date | None = None


class Bearers(Part):
    """Who owes: organisations by id, or whoever has an edge of `edge_type` to `of_id` on the first day of a period."""

    organisation_ids: list[UUID] = []
    edge_type: str | None = None
    of_id: UUID | None = None


class ObligationPart(Part):
    """One obligation as issued. `to_ids`, `via_id` and `then_to_id` are fixed lineages, never text."""

    obligation_id: UUID
    label: str
    kind: str
    what: str | None = None
    bearers: Bearers = Bearers()
    subject_types: list[str] = []
    minimum: int | None = None
    maximum: int | None = None
    cadence: str | None = None
    quarter: int | None = None
    deadline: dict[str, Any] | None = None
    to_ids: list[UUID] = []
    via_id: UUID | None = None
    then_to_id: UUID | None = None
    quote: str | None = None


class PlanFact(PlansEvent):
    """What a plan says to those who must act on it."""

    aggregate: ClassVar[str] = "plan"
    key: ClassVar[str] = "plan_id"
    public: ClassVar[bool] = True

    plan_id: UUID
    issuer_id: UUID
    code: str | None
    title: str
    issued_on: date | None
    period_kind: str
    start_on: date | None = None
    end_on: date | None = None
    movement_ids: list[UUID] = []
    obligations: list[ObligationPart] = []


class PlanIssued(PlanFact):
    """A plan was issued and binds from now on.

    Heard by: nominations, notifications.
    """

    past: ClassVar[str] = "issued"


class PlanAmended(PlanFact):
    """An issued plan as amended, whole.

    Heard by: nominations, notifications.
    """

    past: ClassVar[str] = "amended"


class PlanWithdrawn(PlansEvent):
    """A plan no longer binds.

    Heard by: nominations, notifications.
    """

    aggregate: ClassVar[str] = "plan"
    key: ClassVar[str] = "plan_id"
    past: ClassVar[str] = "withdrawn"
    public: ClassVar[bool] = True

    plan_id: UUID
    issuer_id: UUID
    code: str | None
    title: str


class DutyFact(PlansEvent):
    """One organisation's share of an obligation in one period. `due_before` is exclusive."""

    aggregate: ClassVar[str] = "duty"
    key: ClassVar[str] = "duty_id"

    duty_id: UUID
    plan_id: UUID
    plan_code: str | None
    obligation_id: UUID
    organisation_id: UUID
    period: Period
    minimum: int
    counted: int
    due_before: datetime
    to_id: UUID | None
    via_id: UUID | None


class DutyOpened(DutyFact):
    """A duty for a period exists from now on.

    Heard by: notifications.
    """

    past: ClassVar[str] = "opened"


class DutyDueSoon(DutyFact):
    """The due instant is `days_left` days away and the minimum is not reached.

    Heard by: notifications.
    """

    past: ClassVar[str] = "due_soon"

    days_left: int


class DutyOverdue(DutyFact):
    """The due instant has passed and the minimum was not reached.

    Heard by: notifications.
    """

    past: ClassVar[str] = "overdue"


class DutyFulfilled(DutyFact):
    """The minimum is reached; `late` when that was after the due instant.

    Heard by: notifications.
    """

    past: ClassVar[str] = "fulfilled"

    late: bool


class DutyWaived(DutyFact):
    """A plan officer released the organisation from this duty.

    Heard by: notifications.
    """

    past: ClassVar[str] = "waived"


class DeadlineExtended(DutyFact):
    """A plan officer moved the due instant of a duty; `due_before` is the new one.

    Heard by: nominations, notifications.
    """

    past: ClassVar[str] = "deadline_extended"


FACTS: list[type[Event]] = [
    OrganisationChanged,
    OfficeChanged,
    ChannelChanged,
    MovementChanged,
    PlanIssued,
    PlanAmended,
    PlanWithdrawn,
    DutyOpened,
    DutyDueSoon,
    DutyOverdue,
    DutyFulfilled,
    DutyWaived,
    DeadlineExtended,
]
