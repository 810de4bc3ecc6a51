"""Period keys (`2026`, `2026-H2`, `2026-Q4`, `2026-11`, `2026-W47`, `once`, `wave-1`).

The form a cadence asks for, and the days.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date, date]  # both included
WEEK = timedelta(days=6)  # from its first day to its last
TO_THURSDAY = timedelta(days=3)


def _months(year: int, first: int, count: int) -> Days:
    last = first + count - 1
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _week(year: int, number: int) -> Days:
    monday = date.fromisocalendar(year, number, 1)
    return monday, monday + WEEK


FORMS: dict[str, tuple[str, Callable[[int, int], Days]]] = {
    "yearly": (r"([0-9]{4})()", lambda year, _: _months(year, 1, 12)),
    "half_yearly": (r"([0-9]{4})-H([12])", lambda year, half: _months(year, half * 6 - 5, 6)),
    "quarterly": (r"([0-9]{4})-Q([1-4])", lambda year, quarter: _months(year, quarter * 3 - 2, 3)),
    "monthly": (r"([0-9]{4})-(0[1-9]|1[0-2])", lambda year, month: _months(year, month, 1)),
    "weekly": (r"([0-9]{4})-W([0-9]{2})", _week),
}
UNDATED = {"once": r"once", "after_each_wave": r"wave-[1-9][0-9]?"}


def days_of(key: str, cadence: str | None) -> Days | None:
    """The days the key names; None for one without dates. Raises ValueError when it does not fit the cadence.

    An obligation without a regular cadence takes a key of any form.
    """
    if cadence is not None and (cadence in FORMS or cadence in UNDATED):
        return _read(key, [cadence])
    return _read(key, [*FORMS, *UNDATED])


def _read(key: str, cadences: list[str]) -> Days | None:
    for cadence in cadences:
        if cadence in UNDATED:
            if re.fullmatch(UNDATED[cadence], key):
                return None
            continue
        pattern, days = FORMS[cadence]
        if found := re.fullmatch(pattern, key):
            return days(int(found[1]), int(found[2] or 0))
    raise ValueError(key)


def touches(days: Days | None, start_on: date | None, end_on: date | None) -> bool:
    """Whether the period falls into a plan's own; a week falls where its Thursday does (ISO 8601), as in plans."""
    if days is None:
        return True
    if days[1] - days[0] == WEEK:
        days = (days[0] + TO_THURSDAY, days[0] + TO_THURSDAY)
    return (end_on is None or days[0] <= end_on) and (start_on is None or days[1] >= start_on)
