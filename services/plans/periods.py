"""The stretches of days that a cadence divides time into, with the keys by which everybody names them; pure.

Keys: weekly `2026-W47` (ISO 8601), monthly `2026-11`, quarterly `2026-Q4`, half-yearly `2026-H2`, yearly `2026`,
once `once`, after each wave `wave-1`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from services.plans.terms import Cadence, PlanTerms, Wave
from shared.events import Period

ONCE = "once"
_MONTHS = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.HALF_YEARLY: 6, Cadence.YEARLY: 12}


def first_day(partial: str) -> date:
    """Of a year, a month or a day."""
    return date.fromisoformat(partial + "-01-01"[len(partial) - 4 :])


def last_day(partial: str) -> date:
    """Of a year, a month or a day."""
    if len(partial) == 10:
        return date.fromisoformat(partial)
    start = first_day(partial)
    month = 12 if len(partial) == 4 else start.month
    return start.replace(month=month, day=calendar.monthrange(start.year, month)[1])


def period_of(cadence: Cadence, day: date) -> Period:
    """The period of a periodic cadence that a day falls in."""
    if cadence is Cadence.WEEKLY:
        return _week(day)
    length = _MONTHS[cadence]
    number = (day.month - 1) // length  # from 0, within the year
    start = date(day.year, number * length + 1, 1)
    end = last_day(f"{day.year}-{start.month + length - 1:02d}")
    return Period(key=_key(cadence, day.year, number + 1), start_on=start, end_on=end)


def _week(day: date) -> Period:
    start = day - timedelta(days=day.weekday())
    year, week, _ = day.isocalendar()
    return Period(key=f"{year}-W{week:02d}", start_on=start, end_on=start + timedelta(days=6))


def _key(cadence: Cadence, year: int, number: int) -> str:
    forms = {
        Cadence.MONTHLY: f"{year}-{number:02d}",
        Cadence.QUARTERLY: f"{year}-Q{number}",
        Cadence.HALF_YEARLY: f"{year}-H{number}",
        Cadence.YEARLY: f"{year}",
    }
    return forms[cadence]


def period_after(cadence: Cadence, period: Period) -> Period:
    """The next one of a periodic cadence."""
    return period_of(cadence, period.end_on + timedelta(days=1))


def year_of(period: Period) -> int:
    """The year a period belongs to: of a week, that of its Thursday (ISO 8601)."""
    return (period.start_on + timedelta(days=3)).year if "W" in period.key else period.start_on.year


def wave_period(wave: Wave) -> Period:
    """The wave as a period."""
    return Period(key=f"wave-{wave.number}", start_on=first_day(wave.start_on), end_on=last_day(wave.end_on))


def quarter_of(period: Period) -> int:
    """1 to 4: the calendar quarter in which the period begins."""
    return (period.start_on.month - 1) // 3 + 1


def in_force(terms: PlanTerms, cadence: Cadence, *, since: date, today: date) -> Iterator[Period]:
    """The plan's periods from the one of `since` to the one after `today`'s, in order; periodic cadences only."""
    period, last = period_of(cadence, since), period_after(cadence, period_of(cadence, today))
    while period.start_on <= last.start_on:
        if terms.period.covers(year_of(period)):
            yield period
        period = period_after(cadence, period)


def waves_in_force(waves: list[Wave], since: date, today: date) -> Iterator[Period]:
    """The waves not over at `since` that have begun by `today`, and the next one."""
    for period in sorted(map(wave_period, waves), key=lambda p: (p.start_on, p.key)):
        if period.end_on < since:
            continue
        yield period
        if period.start_on > today:
            return


def parsed(cadence: Cadence, key: str, terms: PlanTerms) -> Period | None:
    """The plan's period of that key; None when there is none."""
    if cadence is Cadence.AFTER_EACH_WAVE:
        return next((p for p in map(wave_period, terms.waves) if p.key == key), None)
    period = _from_key(cadence, key)
    return period if period and period.key == key and terms.period.covers(year_of(period)) else None


def _from_key(cadence: Cadence, key: str) -> Period | None:
    try:
        year, _, rest = key.partition("-")
        number = int(rest.lstrip("WQH") or 1)
        if cadence is Cadence.WEEKLY:
            return _week(date.fromisocalendar(int(year), number, 1))
        return period_of(cadence, date(int(year), (number - 1) * _MONTHS[cadence] + 1, 1))
    except (ValueError, KeyError):
        return None
