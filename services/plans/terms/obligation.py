"""One obligation: who owes what, how many, how often, before when, to whom."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.plans.terms.words import (
    COUNTED,
    DUTY_CADENCES,
    PERIODIC,
    Cadence,
    EdgeType,
    Kind,
    PartialDate,
    RecurrenceRules,
    Short,
    SubjectType,
    Value,
)
from shared.events.plans import Bearers as BearersPart
from shared.events.plans import ObligationPart
from shared.exact import Flag, Whole
from shared.text import Line, Paragraphs


class Deadline(Value):
    """One of `date`, `rrule` or `after`. `for: previous` means the instant closes the period before («tháng sau»)."""

    date: PartialDate | None = None
    rrule: RecurrenceRules | None = None
    after: Line | None = None
    days: Annotated[Whole, Field(ge=0, le=400)] | None = None
    working_days: Flag = False
    strictly_before: Flag = False
    closes: Literal["same", "previous"] = Field(default="same", alias="for")

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if [self.date, self.rrule, self.days].count(None) != 2:
            raise PydanticCustomError("deadline_not_clear", "states not exactly one rule")
        return self


class Bearers(Value):
    """Who owes: bodies by id, or whoever has an edge of `edge_type` to `of_id` on the first day of a period."""

    organisation_ids: Annotated[list[UUID], Field(max_length=5000)] = []
    edge_type: EdgeType | None = None
    of_id: UUID | None = None

    @model_validator(mode="after")
    def _rule_whole(self) -> Self:
        if (self.edge_type is None) != (self.of_id is None):
            raise PydanticCustomError("bearers_half_stated", "states half a rule")
        return self

    @property
    def stated(self) -> bool:
        """Whether it names anyone."""
        return bool(self.organisation_ids) or self.edge_type is not None


class Stated(Protocol):
    """What an obligation states of number and time, read or typed."""

    @property
    def minimum(self) -> int | None: ...
    @property
    def maximum(self) -> int | None: ...
    @property
    def cadence(self) -> Cadence | None: ...
    @property
    def deadline(self) -> Deadline | None: ...


def check_quantities(stated: Stated) -> None:
    """Raises PydanticCustomError where number and time contradict themselves."""
    if stated.minimum is not None and stated.maximum is not None and stated.maximum < stated.minimum:
        raise PydanticCustomError("maximum_below_minimum", "has a maximum below its minimum")
    if stated.deadline is not None and stated.deadline.date is not None and stated.cadence in PERIODIC:
        raise PydanticCustomError("date_does_not_recur", "recurs but states one date")


class Obligation(Value):
    """One thing the plan obliges somebody to do."""

    id: UUID
    label: Short
    kind: Kind
    what: Paragraphs | None = None
    actor: Line | None = None
    bearers: Bearers = Bearers()
    subject_types: Annotated[list[SubjectType], Field(max_length=3)] = []
    minimum: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    maximum: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    cadence: Cadence | None = None
    quarter: Annotated[Whole, Field(ge=1, le=4)] | None = None
    deadline: Deadline | None = None
    to_ids: Annotated[list[UUID], Field(max_length=50)] = []
    via_id: UUID | None = None
    then_to_id: UUID | None = None
    quote: Paragraphs | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_quantities(self)
        if self.quarter is not None and (self.kind, self.cadence) != (Kind.ROTATION, Cadence.QUARTERLY):
            raise PydanticCustomError("quarter_misplaced", "names a quarter without being a quarterly rotation")
        return self

    @property
    def opens_duties(self) -> bool:
        """Whether this is something duties are opened for."""
        return self.kind in COUNTED and self.cadence in DUTY_CADENCES

    def part(self) -> ObligationPart:
        """As the fact tells it."""
        rule = self.deadline
        return ObligationPart(
            obligation_id=self.id,
            bearers=BearersPart(**self.bearers.model_dump()),
            deadline=None if rule is None else rule.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            **self.model_dump(mode="json", exclude={"id", "actor", "bearers", "deadline"}),
        )
