"""What a plan says, as one immutable value: stored whole with each version, read by the rules, given by the REST door.

The words are those of the reading format (documentation, `reading`). A rotation's entry for a quarter is an obligation
of kind `rotation` with that `quarter`.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Protocol, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.events.plans import Bearers as BearersPart
from shared.events.plans import ObligationPart
from shared.exact import Flag, Whole
from shared.text import Line, Paragraphs


class Kind(StrEnum):
    """What an obligation asks for."""

    NOMINATE = "nominate"
    REPORT = "report"
    PUBLISH = "publish"
    ISSUE_CHILD_PLAN = "issue_child_plan"
    EXECUTE = "execute"
    AWARD = "award"
    WAVE_REVIEW = "wave_review"
    SCORE = "score"
    ROTATION = "rotation"
    OTHER = "other"


class Cadence(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    ONCE = "once"
    AFTER_EACH_WAVE = "after_each_wave"
    CONTINUOUS = "continuous"
    ON_REQUEST = "on_request"
    UNSPECIFIED = "unspecified"


COUNTED = frozenset({Kind.NOMINATE, Kind.ROTATION})
PERIODIC = frozenset({Cadence.WEEKLY, Cadence.MONTHLY, Cadence.QUARTERLY, Cadence.HALF_YEARLY, Cadence.YEARLY})
DUTY_CADENCES = PERIODIC | {Cadence.ONCE, Cadence.AFTER_EACH_WAVE}
EdgeType = Literal["line_of_command", "professional_guidance", "member_of_bloc", "standing_office_of", "part_of"]
SubjectType = Literal["collective", "individual", "household"]

_DAYS = "MO|TU|WE|TH|FR|SA|SU"
_DAY_OF_MONTH = r"([1-9]|[12]\d|3[01])"
_RULES = re.compile(
    rf"FREQ=WEEKLY;BYDAY=({_DAYS})"
    rf"|FREQ=MONTHLY;BYMONTHDAY={_DAY_OF_MONTH}"
    rf"|FREQ=YEARLY;BYMONTH=([1-9]|1[0-2])(,([1-9]|1[0-2]))*;BYMONTHDAY={_DAY_OF_MONTH}",
    re.ASCII,
)


def _a_day(text: str) -> str:
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError as error:
        raise PydanticCustomError("not_a_day", "is no day of the calendar") from error
    return text


def _rules(text: str) -> str:
    for rule in text.split("\n"):
        months = re.search(r"BYMONTH=([\d,]+)", rule)
        numbers = [int(month) for month in months[1].split(",")] if months else []
        if not _RULES.fullmatch(rule) or numbers != sorted(set(numbers)):
            raise PydanticCustomError("not_a_rule", "is no recurrence rule of the shapes we read")
    return text


# As precise as stated: 2020, 2020-06 or 2020-06-28.
PartialDate = Annotated[str, StringConstraints(pattern=r"^[12]\d{3}(-\d{2}(-\d{2})?)?$"), AfterValidator(_a_day)]
RecurrenceRules = Annotated[str, StringConstraints(max_length=500), AfterValidator(_rules)]
Year = Annotated[Whole, Field(ge=1945, le=2200)]
Short = Annotated[Line, StringConstraints(max_length=200)]


class Value(BaseModel):
    """A piece of what a plan says."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class PlanPeriod(Value):
    """The years a plan covers; an open-ended one may name the year it begins."""

    kind: Literal["year", "range", "open_ended"]
    start_year: Year | None = None
    end_year: Year | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        start, end = self.start_year, self.end_year
        if self.kind == "open_ended":
            if end is not None:
                raise PydanticCustomError("period_not_clear", "does not fit its kind")
        elif start is None or end is None or end < start or (self.kind == "year" and start != end):
            raise PydanticCustomError("period_not_clear", "does not fit its kind")
        return self

    @property
    def start_on(self) -> date | None:
        """The first day, if a year is stated."""
        return None if self.start_year is None else date(self.start_year, 1, 1)

    @property
    def end_on(self) -> date | None:
        """The last day; null while there is no end."""
        return None if self.end_year is None else date(self.end_year, 12, 31)

    def over_by(self, day: date) -> bool:
        """Whether its last day is behind: a plan that is issued here after that is history and opens no duty."""
        return self.end_on is not None and self.end_on < day

    def covers(self, year: int) -> bool:
        """Whether a period of that year belongs to the plan."""
        return (self.start_year or year) <= year <= (self.end_year or year)


class Subjects(Value):
    """Who may be presented."""

    collective: Flag = True
    individual: Flag = True
    household: Flag = False


class Cited(Value):
    """A document the plan rests on or names."""

    type: Short | None = None
    code: Short | None = None
    date: PartialDate | None = None
    issuer: Line | None = None
    relation: Literal["basis", "cited"] = "cited"


class Parent(Value):
    """The plan this one carries out, in whichever hierarchy: by id, or only by the code it cites."""

    plan_id: UUID | None = None
    code: Short | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.plan_id is None and self.code is None:
            raise PydanticCustomError("parent_not_named", "names no plan")
        return self


def check_order(start: str, end: str) -> None:
    """Two dates, compared as far as both are stated. Raises PydanticCustomError where a wave ends before it starts."""
    if end[: len(start)] < start[: len(end)]:
        raise PydanticCustomError("wave_ends_first", "ends before it starts")


class Wave(Value):
    """A stretch of the plan («đợt»), both ends included, as precise as stated."""

    number: Annotated[Whole, Field(ge=1, le=50)]
    start_on: PartialDate
    end_on: PartialDate

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        check_order(self.start_on, self.end_on)
        return self


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


# What a rotation's clause leaves unsaid and takes from the nominate obligation of its cadence.
TAKEN_OVER = ("minimum", "maximum", "deadline", "to_ids", "via_id", "then_to_id")


class PlanTerms(Value):
    """A plan, whole."""

    issuer_id: UUID
    document_type: Short = "KH"
    number: Short | None = None
    symbol: Short | None = None
    date: PartialDate | None = None
    place: Line | None = None
    title: Line
    period: PlanPeriod
    subjects: Subjects = Subjects()
    file_id: UUID | None = None
    cited: Annotated[list[Cited], Field(max_length=100)] = []
    parents: Annotated[list[Parent], Field(max_length=20)] = []
    movement_ids: Annotated[list[UUID], Field(max_length=100)] = []
    obligations: Annotated[list[Obligation], Field(max_length=200)] = []
    waves: Annotated[list[Wave], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for values, name in (
            ([o.id for o in self.obligations], "obligations.id"),
            ([o.label for o in self.obligations], "obligations.label"),
            ([w.number for w in self.waves], "waves.number"),
        ):
            if len(set(values)) != len(values):
                raise PydanticCustomError("not_different", "states {name} twice", {"name": name})
        return self

    @property
    def code(self) -> str | None:
        """«221/KH-UBND», when both halves are stated."""
        return f"{self.number}/{self.symbol}" if self.number and self.symbol else None

    def basis_of(self, rotation: Obligation) -> Obligation | None:
        """The nominate obligation from which a rotation takes over what it leaves unsaid: the first of its cadence."""
        if rotation.kind is not Kind.ROTATION:
            return None
        same = (o for o in self.obligations if o.kind is Kind.NOMINATE and o.cadence is rotation.cadence)
        return next(same, None)

    def effective(self, obligation: Obligation) -> tuple[Obligation, list[str]]:
        """The obligation with what it takes over filled in, and the names of those fields."""
        basis = self.basis_of(obligation)
        if basis is None:
            return obligation, []
        taken = [name for name in TAKEN_OVER if not getattr(obligation, name) and getattr(basis, name)]
        if obligation.to_ids:  # its own receiver has its own way there
            taken = [name for name in taken if name not in {"via_id", "then_to_id"}]
        if (obligation.minimum or basis.minimum or 1) > (obligation.maximum or basis.maximum or sys.maxsize):
            taken = [name for name in taken if name not in {"minimum", "maximum"}]  # what it states itself holds
        return obligation.model_copy(update={name: getattr(basis, name) for name in taken}), taken

    def counting_for(self, obligation: Obligation) -> list[UUID]:
        """The obligations a nomination may name to count here: itself, and its rotation or the rotation's basis."""
        bases = {o.id: basis.id for o in self.obligations if (basis := self.basis_of(o))}
        related = [own for own, basis_id in bases.items() if basis_id == obligation.id]
        return [obligation.id, *related, *filter(None, [bases.get(obligation.id)])]
