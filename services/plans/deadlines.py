"""When a duty is due: `due_before` is exclusive and in +07:00; and on which marks before it people are reminded. Pure.

«trước ngày 05» is the 5th 00:00 (the last good second is the 4th, 23:59:59); «chậm nhất ngày 15» is the 16th 00:00;
no deadline is the end of the period. A day the month does not have is the month's end.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from services.plans.calendar import working_days_after
from services.plans.periods import ONCE, first_day, in_force, last_day, period_after, period_of, wave_period
from services.plans.terms import PERIODIC, Cadence, Deadline, Obligation, PlanTerms
from shared.clock import VIETNAM
from shared.errors import Invalid
from shared.events import Period

MARKS = (10, 3, 1)  # days before
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class DeadlineBeforePeriod(Invalid):
    """The due instant is not after the beginning of its period. Params: `label`, `period`."""

    code = "deadline-before-period"


class NoOccurrence(Invalid):
    """A period of the cadence in which the deadline never falls. Params: `label`, `period`."""

    code = "deadline-never-falls"


class NoEnd(Invalid):
    """Something to be done once, by no stated day, in a plan without end. Params: `label`."""

    code = "deadline-missing"


def midnight(day: date) -> datetime:
    """The first instant of a day in Vietnam."""
    return datetime.combine(day, time.min, VIETNAM)


def once(terms: PlanTerms, obligation: Obligation, issued_on: date) -> Period:
    """The single period of something to be done once. Raises NoEnd."""
    stated = obligation.deadline.date if obligation.deadline else None
    end = last_day(stated) if stated else terms.period.end_on
    if end is None:
        raise NoEnd(label=obligation.label)
    dated = first_day(terms.date) if terms.date else min(issued_on, end)
    return Period(key=ONCE, start_on=terms.period.start_on or dated, end_on=end)


def due_before(obligation: Obligation, period: Period) -> datetime:
    """Raises NoOccurrence, DeadlineBeforePeriod."""
    due = midnight(_due_day(obligation, period))
    if due <= midnight(period.start_on):
        raise DeadlineBeforePeriod(label=obligation.label, period=period.key)
    return due


def _due_day(obligation: Obligation, period: Period) -> date:
    """The day at whose beginning it is too late."""
    rule = obligation.deadline
    if rule is None:
        return period.end_on + timedelta(days=1)
    if rule.date is not None:
        return first_day(rule.date) if rule.strictly_before else last_day(rule.date) + timedelta(days=1)
    if rule.days is not None:
        last = _working_day(period.end_on, rule.days) if rule.working_days else period.end_on + timedelta(rule.days)
        return last if rule.strictly_before else last + timedelta(days=1)
    return _recurring(obligation, rule, period)


def _working_day(start: date, days: int) -> date:
    """The last of so many working days after `start`."""
    return next(islice(working_days_after(start), days - 1, None)) if days else start


def _recurring(obligation: Obligation, rule: Deadline, period: Period) -> date:
    within = period
    if rule.closes == "previous" and obligation.cadence in PERIODIC:
        within = period_after(obligation.cadence, period)
    found = sorted(_occurrences(rule, within))
    if not found:
        raise NoOccurrence(label=obligation.label, period=period.key)
    return found[0] if rule.closes == "previous" else found[-1]


def _occurrences(rule: Deadline, within: Period) -> Iterator[date]:
    """The days at whose beginning it is too late, of the rule's days within a period."""
    for line in (rule.rrule or "").split("\n"):
        found = re.search(r"BYDAY=(..)", line)
        if found:
            yield from _weekly(_WEEKDAYS.index(found[1]), rule.strictly_before, within)
        else:
            yield from _monthly(line, rule.strictly_before, within)


def _weekly(weekday: int, strictly_before: bool, within: Period) -> Iterator[date]:
    day = within.start_on + timedelta(days=(weekday - within.start_on.weekday()) % 7)
    while day <= within.end_on:
        yield day if strictly_before else day + timedelta(days=1)
        day += timedelta(days=7)


def _monthly(line: str, strictly_before: bool, within: Period) -> Iterator[date]:
    number = int(line.rpartition("=")[2])
    stated = re.search(r"BYMONTH=([\d,]+)", line)
    months = [int(month) for month in stated[1].split(",")] if stated else range(1, 13)
    month = within.start_on.replace(day=1)
    while month <= within.end_on:
        length = calendar.monthrange(month.year, month.month)[1]
        stands_for = month.replace(day=min(number, length))
        if month.month in months and within.start_on <= stands_for <= within.end_on:
            after = number - 1 if strictly_before else number
            yield month + timedelta(days=min(after, length))
        month += timedelta(days=length)


def check_deadline(terms: PlanTerms, obligation: Obligation, issued_on: date) -> None:
    """Every period this obligation can have gets a due instant. Raises NoEnd, NoOccurrence, DeadlineBeforePeriod."""
    for period in _samples(terms, obligation, issued_on):
        due_before(obligation, period)


def _samples(terms: PlanTerms, obligation: Obligation, issued_on: date) -> Iterator[Period]:
    if obligation.cadence is Cadence.ONCE:
        yield once(terms, obligation, issued_on)
    elif obligation.cadence is Cadence.AFTER_EACH_WAVE:
        yield from map(wave_period, terms.waves)
    elif obligation.cadence in PERIODIC:
        start = terms.period.start_on or period_of(Cadence.YEARLY, issued_on).start_on
        yield from in_force(terms, obligation.cadence, since=start, today=start.replace(month=12, day=31))


def mark_reached(due: datetime, now: datetime) -> int | None:
    """The nearest mark (days before) that has passed; None before the first."""
    return min((days for days in MARKS if due - timedelta(days=days) <= now), default=None)


def next_look(due: datetime, marked: int | None, now: datetime) -> datetime:
    """When the clock must look at an open duty: at once if late or a mark is unannounced, else at the next mark."""
    reached = mark_reached(due, now)
    if due <= now or (reached is not None and (marked is None or reached < marked)):
        return now
    return min((due - timedelta(days=days) for days in MARKS if due - timedelta(days=days) > now), default=due)
