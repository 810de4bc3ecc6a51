"""Of which day a plan is judged, and on which days its deadlines fall."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.plans.linting.finding import Known
from services.plans.periods import first_day, last_day
from services.plans.reading.reading import DeadlineValue, Reading
from shared import clock

LOOKS_AHEAD_YEARS = 2  # of a plan without end
FARTHEST_YEARS = 6  # of any plan
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Days:
    """From and to, both included."""

    first: date
    last: date


def dated(reading: Reading, known: Known) -> Days:
    """The days the plan may be of: known, or its own date as precise as stated, or those of its years, or today.

    An undated plan of years gone by is not judged by what holds today.
    """
    if known.on is not None:
        return Days(known.on, known.on)
    if reading.date is not None:
        return Days(first_day(reading.date.value), last_day(reading.date.value))
    today, years = clock.today(), reading.period and reading.period.value
    if years and years.start_year and years.end_year and years.end_year < today.year:
        return Days(date(years.start_year, 1, 1), date(years.end_year, 12, 31))
    return Days(today, today)


def in_force(reading: Reading, known: Known) -> Days:
    """The days on which its deadlines can fall: from when it is dated to the end of its years."""
    since = dated(reading, known).first
    years = reading.period and reading.period.value
    start = max(since, date(years.start_year, 1, 1)) if years and years.start_year else since
    end_year = (years and years.end_year) or start.year + LOOKS_AHEAD_YEARS
    return Days(start, date(min(end_year, start.year + FARTHEST_YEARS), 12, 31))


def last_good_days(deadline: DeadlineValue, within: Days) -> Iterator[date]:
    """The last days on which one is in time, in order: the day before of «trước ngày …», the day itself of others.

    Nothing for a deadline that is counted from an event, or that names no day.
    """
    earlier = timedelta(days=deadline.strictly_before)
    if deadline.date is not None and len(deadline.date) == len("2026-11-21"):
        yield first_day(deadline.date) - earlier
    found = {day - earlier for rule in (deadline.rrule or "").splitlines() for day in _falls_on(rule, within)}
    yield from sorted(day for day in found if within.first <= day <= within.last)


def months_of(deadline: DeadlineValue) -> str:
    """Which months or weekdays it names, its day left out: what two wordings of one deadline share."""
    if deadline.date is not None:
        return deadline.date[:7]
    return re.sub(r"BYMONTHDAY=\d+|BYDAY=\w+", "", deadline.rrule or "")


def _falls_on(rule: str, within: Days) -> Iterator[date]:
    weekday = re.search(r"BYDAY=(\w\w)", rule)
    if weekday:
        day = within.first + timedelta(days=(_WEEKDAYS.index(weekday[1]) - within.first.weekday()) % 7)
        while day <= within.last:
            yield day
            day += timedelta(days=7)
        return
    number = int(rule.rpartition("=")[2])
    months = re.search(r"BYMONTH=([\d,]+)", rule)
    named = [int(month) for month in months[1].split(",")] if months else range(1, 13)
    for year in range(within.first.year, within.last.year + 1):
        for month in named:
            yield date(year, month, min(number, calendar.monthrange(year, month)[1]))
