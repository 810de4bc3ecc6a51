"""What a client's JSON must be exactly: pydantic would take «yes» for true, «3» for 3, and 0 for a day of 1970."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, Strict
from pydantic_core import PydanticKnownError


def _iso_day(given: Any) -> Any:
    if isinstance(given, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given, re.ASCII):
        raise PydanticKnownError("date_parsing", {"error": "not YYYY-MM-DD"})
    return _no_number(given, "date_type")


def _iso_instant(given: Any) -> Any:
    if isinstance(given, str) and not re.match(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:", given, re.ASCII):
        raise PydanticKnownError("datetime_parsing", {"error": "not RFC 3339"})
    return _no_number(given, "datetime_type")


def _no_number(given: Any, kind: Any) -> Any:
    if isinstance(given, int | float):
        raise PydanticKnownError(kind)
    return given


Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
# Far enough from both ends of the calendar that a time zone or a day more does not fall off it.
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2300, 1, 1)
Day = Annotated[date, BeforeValidator(_iso_day), Field(ge=FIRST_DAY, le=LAST_DAY)]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_iso_instant),
    Field(ge=datetime.combine(FIRST_DAY, time(), UTC), le=datetime.combine(LAST_DAY, time(), UTC)),
]
