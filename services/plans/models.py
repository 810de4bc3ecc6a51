"""Tables of this service's own: plans with versions and readings, duties with what was counted, channels, movements."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import BigInteger, Boolean, Dialect, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from services.plans.confirming import Links, Standing
from services.plans.reading.reading import Reading
from services.plans.terms import PlanTerms
from services.plans.workflow import DutyState, State
from shared.db import TYPES, new_metadata, states

V = TypeVar("V", bound=BaseModel)


class Stored(TypeDecorator[V], Generic[V]):
    """An immutable pydantic value kept whole as JSON."""

    impl = JSONB
    cache_ok = True

    def __init__(self, value: type[V]) -> None:
        super().__init__()
        self.value = value

    def process_bind_param(self, value: V | None, dialect: Dialect) -> Any:
        """What is written."""
        return value and value.model_dump(mode="json", by_alias=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> V | None:
        """What is read."""
        return None if value is None else self.value.model_validate(value)


class Base(DeclarativeBase):
    """Tables of plans."""

    metadata = new_metadata()
    type_annotation_map = TYPES


class Plan(Base):
    """A plan as it now stands. `code_year`, `number` and `symbol` together are its natural key at an issuer."""

    __tablename__ = "plans"
    __table_args__ = (
        Index(
            "uq_plans_code",
            "issuer_id",
            "code_year",
            "number",
            "symbol",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_plans_issuer", "issuer_id", "id"),
        Index("ix_plans_cited", "number", "symbol"),
        Index("ix_plans_looking", "duties_as_of", postgresql_where=text("state = 'issued'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID]
    code_year: Mapped[str | None]
    number: Mapped[str | None]
    symbol: Mapped[str | None]
    search: Mapped[str]  # folded code and title
    terms: Mapped[PlanTerms] = mapped_column(Stored(PlanTerms))
    state: Mapped[State] = mapped_column(states(State, "state"))
    issued_at: Mapped[datetime | None]  # here, not on paper
    duties_as_of: Mapped[date | None]  # the last day for which its duties were opened and compared with the directory
    version: Mapped[int]


class PlanVersion(Base):
    """What a plan said from `issued_at` on: number 1 as issued, one more each amendment."""

    __tablename__ = "plan_versions"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    terms: Mapped[PlanTerms] = mapped_column(Stored(PlanTerms))
    issued_at: Mapped[datetime]


class PlanReading(Base):
    """A document as it was read. What is issued from it has its id, unless it amends another plan.

    `reading` never changes: what persons decide stands beside it, leaf by leaf.
    """

    __tablename__ = "readings"
    __table_args__ = (
        Index("ix_readings_issuer", "issuer_id", "id"),
        Index("ix_readings_amends", "amends_id", postgresql_where=text("amends_id IS NOT NULL")),
        Index("ix_readings_sketch", "sketch", postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID]
    amends_id: Mapped[UUID | None] = mapped_column(ForeignKey("plans.id"))
    amends_version: Mapped[int | None]  # of that plan, as it was when somebody last read or decided beside it
    file_id: Mapped[UUID | None]
    title: Mapped[str]  # as read, or the first words: to be found in a list
    reading: Mapped[Reading] = mapped_column(Stored(Reading))
    sketch: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    read_by: Mapped[UUID]
    read_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    version: Mapped[int]

    @property
    def plan_id(self) -> UUID:
        """The plan it is, or will be when it is issued, or amends."""
        return self.amends_id or self.id


class LeafDecision(Base):
    """What a person said of one leaf of a reading. The last row of a leaf holds, the ones before say what was changed;
    a leaf without a row is proposed."""

    __tablename__ = "leaf_decisions"
    __table_args__ = (Index("ix_leaf_decisions_reading", "reading_id", "position"),)

    position: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    reading_id: Mapped[UUID] = mapped_column(ForeignKey("readings.id", ondelete="CASCADE"))
    key: Mapped[str]
    standing: Mapped[Standing] = mapped_column(states(Standing, "standing"))
    value: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # only where corrected or added
    links: Mapped[Links] = mapped_column(Stored(Links))
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]


class Duty(Base):
    """One organisation's share of an obligation in one period. `due_before` is exclusive."""

    __tablename__ = "duties"
    __table_args__ = (
        # what the system waived itself (no longer a bearer, plan withdrawn) may come back
        Index(
            "uq_duties_share",
            "obligation_id",
            "period_key",
            "organisation_id",
            unique=True,
            postgresql_where=text("NOT (state = 'waived' AND waived_by IS NULL)"),
        ),
        Index("ix_duties_owed", "organisation_id", "state", "due_before", "id"),
        Index("ix_duties_issued", "issuer_id", "state", "due_before", "id"),
        Index("ix_duties_issued_in", "issuer_id", "period_key", "state", "due_before", "id"),
        Index("ix_duties_of_plan", "plan_id", "state", "due_before", "id"),
        Index("ix_duties_board", "plan_id", "organisation_id", "period_key", "state", "waived_by"),
        Index("ix_duties_plan", "plan_id", "period_key", "organisation_id"),
        Index("ix_duties_look", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    plan_code: Mapped[str | None]
    issuer_id: Mapped[UUID]
    obligation_id: Mapped[UUID]
    counting: Mapped[list[str]]  # obligations a nomination may name to count here
    label: Mapped[str]
    kind: Mapped[str]
    what: Mapped[str | None]
    organisation_id: Mapped[UUID]
    period_key: Mapped[str]
    period_start_on: Mapped[date]
    period_end_on: Mapped[date]
    minimum: Mapped[int]
    maximum: Mapped[int | None]
    due_before: Mapped[datetime]
    extended: Mapped[bool] = mapped_column(Boolean)
    to_id: Mapped[UUID | None]
    via_id: Mapped[UUID | None]
    taken_over: Mapped[list[str]]  # fields a rotation took from the nominate obligation
    state: Mapped[DutyState] = mapped_column(states(DutyState, "state"))
    counted: Mapped[int]
    reached_at: Mapped[datetime | None]  # when the minimum was presented
    marked: Mapped[int | None]  # the last of 10, 3, 1 days announced for this due instant
    look_at: Mapped[datetime | None]  # when the clock must look; null unless open
    waived_by: Mapped[UUID | None]
    reason: Mapped[str | None]  # of a waiver or an extension
    version: Mapped[int]

    @property
    def last_second(self) -> datetime:
        """What is sent then is still in time."""
        return self.due_before - timedelta(seconds=1)


class DutySource(Base):
    """What counts towards a duty: nominations of this body that name this obligation and period.

    After a merger the heir's duty has the sources of each body it stands for.
    """

    __tablename__ = "duty_sources"
    __table_args__ = (Index("ix_duty_sources_named", "obligation_id", "period_key", "organisation_id"),)

    duty_id: Mapped[UUID] = mapped_column(ForeignKey("duties.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    obligation_id: Mapped[UUID] = mapped_column(primary_key=True)
    period_key: Mapped[str]


class Presentation(Base):
    """What a body has presented towards an obligation: the latest we heard of a nomination. `counts` unless returned
    or withdrawn; a declined one counts, for the duty is to present."""

    __tablename__ = "presentations"
    __table_args__ = (Index("ix_presentations_named", "obligation_id", "period_key", "organisation_id"),)

    nomination_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    obligation_id: Mapped[UUID]
    period_key: Mapped[str]
    exemplar_id: Mapped[UUID]
    title: Mapped[str]
    submitted_at: Mapped[datetime]  # of the latest (re)submission
    standing: Mapped[str]  # submitted, approved, declined, returned or withdrawn
    counts: Mapped[bool] = mapped_column(Boolean)


class Channel(Base):
    """Where an organisation can publish, from a day to a day."""

    __tablename__ = "channels"
    __table_args__ = (Index("ix_channels_organisation", "organisation_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    url: Mapped[str | None]
    official: Mapped[bool] = mapped_column(Boolean)
    release: Mapped[str]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    version: Mapped[int]


class Movement(Base):
    """An emulation movement or campaign and the other names it goes by. `organisation_id` keeps the entry."""

    __tablename__ = "movements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID | None]
    name: Mapped[str]
    aliases: Mapped[list[str]]
    search: Mapped[str]  # folded name and aliases
    launched_by: Mapped[str | None]
    launched_on: Mapped[date | None]
    version: Mapped[int]
