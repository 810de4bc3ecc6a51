"""Deadlines: on days when nobody works, outside the plan's time, and one deadline said in two ways."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from datetime import date, timedelta
from itertools import islice

from services.plans.calendar import is_day_off, last_working_day, working_days_after
from services.plans.linting.duties import same_bearer
from services.plans.linting.finding import Draft, Known, Param
from services.plans.linting.unread import given
from services.plans.linting.when import Days, dated, in_force, last_good_days, months_of
from services.plans.periods import first_day, last_day
from services.plans.reading.reading import DeadlineValue, ObligationLeaf, Reading, Words

SHOWN = 4  # instances in one finding
LATE_REPORTS = timedelta(days=120)  # a year's report is due in the first months of the next
LOOKED_BACK = 12  # duties of one kind to one receiver
SAME_MATTER = timedelta(days=15)  # two days this near are one deadline said twice
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def day_off(reading: Reading, known: Known) -> Iterator[Draft]:
    """The last good day is a day off: when, and by which working day one has to send. Each deadline once."""
    within, told = in_force(reading, known), set()
    for place, _, deadline, words in _deadlines(reading):
        key = (deadline.date, deadline.rrule, deadline.strictly_before)
        days = list(last_good_days(deadline, within)) if key not in told else []
        told.add(key)
        off = [(day, name) for day in days if (name := is_day_off(day)) and day >= within.first]
        if off:
            shown = [f"{_day(day, name)} → {_day(last_working_day(day))}" for day, name in off[:SHOWN]]
            params = {
                "shown": "; ".join(shown) + ("; …" if len(off) > SHOWN else ""),
                "times": f"{len(off)}",
                "of": f"{len(days)}",
                "wording": _on_working_day(off[0][0], deadline),
            }
            kind = "deadline-on-day-off" if deadline.date else "deadlines-on-days-off"
            yield Draft(kind, f"obligations/{place}", words, params)


def _on_working_day(day: date, deadline: DeadlineValue) -> str:
    """The deadline moved to the working day behind a day off, in its own manner of speaking."""
    good = next(working_days_after(day))
    return (
        f"trước ngày {good + timedelta(1):%d/%m/%Y}" if deadline.strictly_before else f"chậm nhất ngày {good:%d/%m/%Y}"
    )


def _day(day: date, name: str | None = None) -> str:
    return f"{day:%d/%m/%Y} ({name or _WEEKDAYS[day.weekday()]})"


def misplaced(reading: Reading, known: Known) -> Iterator[Draft]:
    """Due before the plan is dated, or long after its years."""
    on = dated(reading, known).first
    years = reading.period and reading.period.value
    for place, _, deadline, words in _deadlines(reading):
        if deadline.date is None:
            continue
        due = last_day(deadline.date)
        params: dict[str, Param] = {"due": due, "on": on}
        if due < on and (reading.date or known.on):
            yield Draft("deadline-before-plan", f"obligations/{place}", words, params)
        elif years and years.end_year and due > date(years.end_year, 12, 31) + LATE_REPORTS:
            behind = {**params, "year": f"{years.end_year}"}
            yield Draft("deadline-behind-period", f"obligations/{place}", words, behind)


def stated_twice(reading: Reading, known: Known) -> Iterator[Draft]:
    """The same of the same bearer to the same receiver, in the same months, by different days."""
    seen: dict[Hashable, deque[tuple[ObligationLeaf, DeadlineValue, Words]]] = {}
    days = in_force(reading, known)
    for place, leaf, deadline, words in _deadlines(reading):
        if not leaf.value.to:
            continue
        alike = seen.setdefault(_matter(leaf), deque(maxlen=LOOKED_BACK))
        disagree = (each for each in alike if same_bearer(each[0], leaf) and _differ(each[1], deadline))
        other = next((_stated(*each, within=days) for each in disagree), None)
        if other is not None:
            params = {"one": other, "other": _stated(leaf, deadline, words, within=days)}
            yield Draft("deadlines-disagree", f"obligations/{place}", words, params)
        alike.append((leaf, deadline, words))


def _stated(leaf: ObligationLeaf, deadline: DeadlineValue, words: Words, *, within: Days) -> str:
    """A deadline in the plan's own words; one that a person gave by its last good days."""
    if not given(leaf, "deadline"):
        return " ".join(words.quote.split())
    return "; ".join(f"{day:%d/%m/%Y}" for day in islice(last_good_days(deadline, within), SHOWN))


def _matter(leaf: ObligationLeaf) -> Hashable:
    value = leaf.value
    return value.kind, value.cadence, frozenset(name.casefold() for name in value.to)


def _differ(one: DeadlineValue, other: DeadlineValue) -> bool:
    if one.date and other.date:
        return one.date != other.date and abs(first_day(one.date) - first_day(other.date)) <= SAME_MATTER
    same_months = bool(one.rrule and other.rrule) and months_of(one) == months_of(other)
    return same_months and (one.rrule, one.closes) != (other.rrule, other.closes)


def _deadlines(reading: Reading) -> Iterator[tuple[int, ObligationLeaf, DeadlineValue, Words]]:
    for place, leaf in enumerate(reading.obligations):
        if leaf.value.deadline is not None:
            yield place, leaf, leaf.value.deadline, leaf.fields.get("deadline", leaf)
