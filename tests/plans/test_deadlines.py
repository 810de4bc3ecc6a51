"""Promises about the due instant: exclusive, in +07:00, whatever the month's length."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.plans import deadlines, periods
from services.plans.terms import Cadence, Deadline, PlanPeriod, Wave
from shared.clock import VIETNAM
from shared.db import new_id
from tests.plans import factories as make


def due(cadence: Cadence, day: str, **rule: Any) -> str:
    """The due instant of the period that a day falls in."""
    deadline = Deadline.model_validate(rule) if rule else None
    obligation = make.obligation(cadence=cadence, deadline=deadline)
    period = periods.period_of(cadence, date.fromisoformat(day))
    return deadlines.due_before(obligation, period).isoformat()


QUARTER = "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5"


def test_before_the_5th_of_the_quarters_last_month_is_the_5th_at_midnight() -> None:
    assert due(Cadence.QUARTERLY, "2026-11-21", rrule=QUARTER, strictly_before=True) == "2026-12-05T00:00:00+07:00"


def test_no_later_than_the_15th_is_the_16th_at_midnight() -> None:
    rule = "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=15"

    assert due(Cadence.QUARTERLY, "2026-11-21", rrule=rule) == "2026-12-16T00:00:00+07:00"


def test_no_deadline_is_the_end_of_the_period() -> None:
    assert due(Cadence.MONTHLY, "2026-11-21") == "2026-12-01T00:00:00+07:00"
    assert due(Cadence.QUARTERLY, "2026-11-21") == "2027-01-01T00:00:00+07:00"


def test_for_previous_closes_the_period_before_across_the_year() -> None:
    rule = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=5", "strictly_before": True, "for": "previous"}

    assert due(Cadence.MONTHLY, "2026-11-21", **rule) == "2026-12-05T00:00:00+07:00"
    assert due(Cadence.MONTHLY, "2026-12-21", **rule) == "2027-01-05T00:00:00+07:00"


def test_for_previous_takes_the_first_day_of_the_next_quarter_that_the_rule_names() -> None:
    rule = {"rrule": "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10", "for": "previous"}

    assert due(Cadence.QUARTERLY, "2026-11-21", **rule) == "2027-01-11T00:00:00+07:00"


@pytest.mark.parametrize(
    ("day", "strictly_before", "expected"),
    [
        ("2026-01-10", False, "2026-02-01T00:00:00+07:00"),
        ("2026-02-10", False, "2026-03-01T00:00:00+07:00"),
        ("2024-02-10", True, "2024-03-01T00:00:00+07:00"),
        ("2026-04-10", False, "2026-05-01T00:00:00+07:00"),
        ("2026-04-10", True, "2026-05-01T00:00:00+07:00"),
        ("2026-01-10", True, "2026-01-31T00:00:00+07:00"),
    ],
)
def test_a_day_the_month_does_not_have_is_its_end(day: str, strictly_before: bool, expected: str) -> None:
    rule = "FREQ=MONTHLY;BYMONTHDAY=31"

    assert due(Cadence.MONTHLY, day, rrule=rule, strictly_before=strictly_before) == expected


@pytest.mark.parametrize(
    ("strictly_before", "expected"), [(True, "2026-11-20T00:00:00+07:00"), (False, "2026-11-21T00:00:00+07:00")]
)
def test_weekly_by_friday(strictly_before: bool, expected: str) -> None:
    rule = "FREQ=WEEKLY;BYDAY=FR"

    assert due(Cadence.WEEKLY, "2026-11-18", rrule=rule, strictly_before=strictly_before) == expected


def test_weekly_for_previous_is_the_next_weeks_monday() -> None:
    rule = {"rrule": "FREQ=WEEKLY;BYDAY=MO", "for": "previous"}

    assert due(Cadence.WEEKLY, "2026-12-30", **rule) == "2027-01-05T00:00:00+07:00"


def test_several_rules_each_serve_their_half_year() -> None:
    rules = "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=10\nFREQ=YEARLY;BYMONTH=12;BYMONTHDAY=5"

    assert due(Cadence.HALF_YEARLY, "2026-02-01", rrule=rules) == "2026-06-11T00:00:00+07:00"
    assert due(Cadence.HALF_YEARLY, "2026-11-01", rrule=rules) == "2026-12-06T00:00:00+07:00"


def test_working_days_after_the_end_skip_the_weekend() -> None:
    rule = {"after": "khi kết thúc tháng", "days": 5, "working_days": True}

    assert due(Cadence.MONTHLY, "2026-10-10", **rule) == "2026-11-07T00:00:00+07:00"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-04-15", "2026-05-08T00:00:00+07:00"),  # behind 30/4 comes 1/5: the 4th is the first working day
        ("2027-01-15", "2027-02-12T00:00:00+07:00"),  # Tết: the 1st to the 3rd, then the 11th
        ("2026-08-15", "2026-09-09T00:00:00+07:00"),  # 1/9 and 2/9
    ],
)
def test_working_days_after_the_end_skip_public_holidays(day: str, expected: str) -> None:
    rule = {"after": "khi kết thúc tháng", "days": 4, "working_days": True}

    assert due(Cadence.MONTHLY, day, **rule) == expected


def test_no_working_day_after_the_end_is_the_end() -> None:
    rule = {"after": "khi kết thúc tháng", "days": 0, "working_days": True}

    assert due(Cadence.MONTHLY, "2026-10-10", **rule) == "2026-11-01T00:00:00+07:00"


def test_days_after_the_end_strictly_before() -> None:
    rule = {"after": "khi kết thúc tháng", "days": 5, "strictly_before": True}

    assert due(Cadence.MONTHLY, "2026-10-10", **rule) == "2026-11-05T00:00:00+07:00"


def test_a_rule_that_skips_a_quarter_is_refused() -> None:
    obligation = make.obligation(deadline=Deadline(rrule="FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=5"))

    with pytest.raises(deadlines.NoOccurrence) as refused:
        deadlines.check_deadline(make.terms(new_id()), obligation, date(2026, 11, 21))

    assert refused.value.params == {"label": "O2", "period": "2026-Q2"}


def test_before_the_first_day_of_its_own_month_is_refused() -> None:
    rule = Deadline(rrule="FREQ=MONTHLY;BYMONTHDAY=1", strictly_before=True)
    obligation = make.obligation(cadence=Cadence.MONTHLY, deadline=rule)

    with pytest.raises(deadlines.DeadlineBeforePeriod) as refused:
        deadlines.check_deadline(make.terms(new_id()), obligation, date(2026, 11, 21))

    assert refused.value.params == {"label": "O2", "period": "2026-01"}


def test_once_by_a_day_before_the_plan_begins_is_refused() -> None:
    obligation = make.obligation(cadence=Cadence.ONCE, deadline=Deadline(date="2026-12-10"))
    year = PlanPeriod(kind="year", start_year=2027, end_year=2027)

    with pytest.raises(deadlines.DeadlineBeforePeriod):
        deadlines.check_deadline(make.terms(new_id(), period=year), obligation, date(2026, 11, 21))


def test_once_with_no_day_in_a_plan_without_end_is_refused() -> None:
    obligation = make.obligation(cadence=Cadence.ONCE, deadline=None)

    with pytest.raises(deadlines.NoEnd):
        deadlines.check_deadline(make.terms(new_id()), obligation, date(2026, 11, 21))


def test_once_before_a_day_is_that_days_midnight() -> None:
    obligation = make.obligation(cadence=Cadence.ONCE, deadline=Deadline(date="2026-12-10", strictly_before=True))
    period = deadlines.once(make.terms(new_id()), obligation, date(2026, 11, 21))

    assert deadlines.due_before(obligation, period).isoformat() == "2026-12-10T00:00:00+07:00"
    assert (period.key, str(period.end_on)) == ("once", "2026-12-10")


def test_after_each_wave_without_deadline_is_the_end_of_the_wave() -> None:
    obligation = make.obligation(cadence=Cadence.AFTER_EACH_WAVE, deadline=None)
    period = periods.wave_period(Wave(number=2, start_on="2020-07-01", end_on="2020-12"))

    assert deadlines.due_before(obligation, period).isoformat() == "2021-01-01T00:00:00+07:00"


@given(st.datetimes(make.at("2026-11-01").replace(tzinfo=None), make.at("2026-12-04").replace(tzinfo=None)))
def test_the_clock_is_told_to_come_back_before_or_at_every_mark(naive: Any) -> None:
    instant, due_at = naive.replace(tzinfo=VIETNAM), make.at("2026-12-05")
    reached = deadlines.mark_reached(due_at, instant)

    next_look = deadlines.next_look(due_at, reached, instant)

    marks = [due_at - timedelta(days=days) for days in deadlines.MARKS]
    assert next_look == min(mark for mark in [*marks, due_at] if mark > instant)
