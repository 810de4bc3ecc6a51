"""Promises of the calendar: periods, their keys, and the plan's years."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.plans import periods
from services.plans.terms import PERIODIC, Cadence, PlanPeriod, Wave
from shared.db import new_id
from tests.plans import factories as make

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("cadence", "day", "key", "start", "end"),
    [
        (Cadence.WEEKLY, "2026-11-21", "2026-W47", "2026-11-16", "2026-11-22"),
        (Cadence.WEEKLY, "2027-01-01", "2026-W53", "2026-12-28", "2027-01-03"),
        (Cadence.MONTHLY, "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),
        (Cadence.MONTHLY, "2026-02-01", "2026-02", "2026-02-01", "2026-02-28"),
        (Cadence.QUARTERLY, "2026-11-21", "2026-Q4", "2026-10-01", "2026-12-31"),
        (Cadence.QUARTERLY, "2026-03-31", "2026-Q1", "2026-01-01", "2026-03-31"),
        (Cadence.HALF_YEARLY, "2026-07-01", "2026-H2", "2026-07-01", "2026-12-31"),
        (Cadence.YEARLY, "2026-07-01", "2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_day_falls_in_the_period_people_name(cadence: Cadence, day: str, key: str, start: str, end: str) -> None:
    period = periods.period_of(cadence, date.fromisoformat(day))

    assert (period.key, str(period.start_on), str(period.end_on)) == (key, start, end)


@given(DAYS, st.sampled_from(sorted(PERIODIC)))
def test_periods_of_a_cadence_leave_no_gap_and_never_overlap(day: date, cadence: Cadence) -> None:
    here = periods.period_of(cadence, day)
    after = periods.period_after(cadence, here)

    assert here.start_on <= day <= here.end_on
    assert (after.start_on - here.end_on).days == 1
    assert after.key != here.key


@given(DAYS, st.sampled_from(sorted(PERIODIC)))
def test_a_key_is_read_back_as_its_period(day: date, cadence: Cadence) -> None:
    period = periods.period_of(cadence, day)

    assert periods.parsed(cadence, period.key, make.terms(new_id())) == period


@pytest.mark.parametrize("key", ["2026-Q5", "2026-Q0", "2026-13", "2026", "Q4", "", "2026-Q4x", "2026-04"])
def test_a_key_that_names_no_quarter_is_none(key: str) -> None:
    assert periods.parsed(Cadence.QUARTERLY, key, make.terms(new_id())) is None


def test_a_plan_of_one_year_has_no_period_of_another() -> None:
    terms = make.terms(new_id(), period=PlanPeriod(kind="year", start_year=2026, end_year=2026))

    found = list(periods.in_force(terms, Cadence.QUARTERLY, since=date(2026, 11, 21), today=date(2026, 11, 21)))

    assert [period.key for period in found] == ["2026-Q4"]
    assert periods.parsed(Cadence.QUARTERLY, "2027-Q1", terms) is None


def test_the_quarter_after_the_last_of_a_year_is_the_first_of_the_next() -> None:
    found = periods.in_force(
        make.terms(new_id()), Cadence.QUARTERLY, since=date(2026, 12, 31), today=date(2026, 12, 31)
    )

    assert [period.key for period in found] == ["2026-Q4", "2027-Q1"]


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    week = periods.period_of(Cadence.WEEKLY, date(2024, 12, 31))

    assert (week.key, periods.year_of(week)) == ("2025-W01", 2025)


def test_a_plan_issued_in_november_for_the_next_year_begins_with_its_first_quarter() -> None:
    terms = make.terms(new_id(), period=PlanPeriod(kind="year", start_year=2027, end_year=2027))

    found = periods.in_force(terms, Cadence.QUARTERLY, since=date(2026, 11, 21), today=date(2026, 11, 21))

    assert [period.key for period in found] == ["2027-Q1"]


def test_what_was_missed_in_a_stop_is_still_listed() -> None:
    found = periods.in_force(make.terms(new_id()), Cadence.WEEKLY, since=date(2026, 11, 1), today=date(2026, 11, 21))

    assert [period.key for period in found] == ["2026-W44", "2026-W45", "2026-W46", "2026-W47", "2026-W48"]


def test_waves_are_the_present_one_and_the_next() -> None:
    waves = [Wave(number=n, start_on=s, end_on=e) for n, s, e in WAVES]

    found = list(periods.waves_in_force(waves, date(2020, 3, 1), date(2020, 3, 1)))

    assert [(p.key, str(p.start_on), str(p.end_on)) for p in found] == [
        ("wave-1", "2020-01-01", "2020-06-30"),
        ("wave-2", "2020-07-01", "2020-12-31"),
    ]


def test_waves_that_are_over_are_not_listed() -> None:
    waves = [Wave(number=n, start_on=s, end_on=e) for n, s, e in WAVES]

    found = list(periods.waves_in_force(waves, date(2020, 8, 1), date(2020, 8, 1)))

    assert [period.key for period in found] == ["wave-2", "wave-3"]


WAVES = [(1, "2020-01", "2020-06-30"), (2, "2020-07-01", "2020-12"), (3, "2022", "2022")]


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-06-28", "2020-06-28", "2020-06-28"),
    ],
)
def test_a_partial_date_covers_what_it_states(partial: str, first: str, last: str) -> None:
    assert (str(periods.first_day(partial)), str(periods.last_day(partial))) == (first, last)


def test_days_follow_each_other_in_every_wave_listing() -> None:
    waves = [Wave(number=n, start_on=s, end_on=e) for n, s, e in WAVES]

    found = list(periods.waves_in_force(waves, date(2020, 1, 1), date(2020, 7, 1)))

    assert all(one.end_on < other.start_on for one, other in pairwise(found))
    assert [period.key for period in found] == ["wave-1", "wave-2", "wave-3"]
