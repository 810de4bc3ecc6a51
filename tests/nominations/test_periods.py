"""Period keys: the form a cadence asks for, and the days they name."""

from __future__ import annotations

from datetime import date

import pytest

from services.nominations.periods import Days, days_of, touches


@pytest.mark.parametrize(
    ("key", "cadence", "days"),
    [
        ("2026", "yearly", (date(2026, 1, 1), date(2026, 12, 31))),
        ("2026-H2", "half_yearly", (date(2026, 7, 1), date(2026, 12, 31))),
        ("2026-Q4", "quarterly", (date(2026, 10, 1), date(2026, 12, 31))),
        ("2028-02", "monthly", (date(2028, 2, 1), date(2028, 2, 29))),
        ("2026-W53", "weekly", (date(2026, 12, 28), date(2027, 1, 3))),
        ("once", "once", None),
        ("wave-2", "after_each_wave", None),
        ("2026-11", "continuous", (date(2026, 11, 1), date(2026, 11, 30))),
        ("2026", None, (date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_a_key_names_days(key: str, cadence: str | None, days: Days | None) -> None:
    assert days_of(key, cadence) == days


@pytest.mark.parametrize(
    ("key", "cadence"),
    [
        ("2026-Q5", "quarterly"),
        ("2026-11", "quarterly"),
        ("2026-13", "monthly"),
        ("2026-W54", "weekly"),
        ("0000", "yearly"),
        ("wave-0", "after_each_wave"),
        ("2026", "once"),
        ("hôm nay", None),
        ("２０２６", "yearly"),
    ],
)
def test_a_key_that_does_not_fit_is_refused(key: str, cadence: str | None) -> None:
    with pytest.raises(ValueError, match=r".+"):
        days_of(key, cadence)


@pytest.mark.parametrize(
    ("start_on", "end_on", "inside"),
    [
        (None, None, True),
        (date(2026, 12, 31), None, True),
        (date(2027, 1, 1), None, False),
        (None, date(2026, 10, 1), True),
        (None, date(2026, 9, 30), False),
    ],
)
def test_a_period_must_fall_into_the_plans(start_on: date | None, end_on: date | None, inside: bool) -> None:
    assert touches(days_of("2026-Q4", "quarterly"), start_on, end_on) is inside


def test_a_period_without_dates_falls_into_any_plan() -> None:
    assert touches(None, date(2020, 1, 1), date(2020, 12, 31)) is True


@pytest.mark.parametrize(
    ("key", "inside"), [("2026-W53", False), ("2027-W01", True), ("2027-W52", True), ("2028-W01", False)]
)
def test_a_week_falls_into_the_year_of_its_thursday(key: str, inside: bool) -> None:
    assert touches(days_of(key, "weekly"), date(2027, 1, 1), date(2027, 12, 31)) is inside
