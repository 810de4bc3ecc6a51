"""What stands around the obligations: the years, whom it is about, what it rests on, its waves."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.plans.terms.words import PartialDate, Short, Value, Year
from shared.exact import Flag, Whole
from shared.text import Line


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
