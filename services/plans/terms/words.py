"""The words of a plan: what is asked, how often, when, as precise as stated."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.exact import Whole
from shared.text import Line


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
