"""Which days are off, and that a decision announced later is data, not code."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest

from services.plans.calendar import announced, exceptions_in, is_day_off, last_working_day

LATER = """
[[off]]
day = 2027-04-29
name = "Nghỉ hoán đổi"
source = "a test"

[[working]]
day = 2027-05-08
source = "a test"
"""


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-11-21", "thứ Bảy"),
        ("2026-11-22", "Chủ nhật"),
        ("2026-11-23", None),
        ("2026-09-02", "Quốc khánh"),
        ("2025-01-29", "Tết Nguyên Đán"),
        ("2020-01-24", "Giao thừa Tết Nguyên Đán"),
        ("2024-04-18", "Ngày Giỗ Tổ Hùng Vương"),
        ("2019-04-15", "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        ("2006-04-07", None),  # 10/3 of the lunar year, before it was a holiday
    ],
)
def test_a_day_off_has_its_name(day: str, name: str | None) -> None:
    assert is_day_off(date.fromisoformat(day)) == name


@pytest.mark.parametrize(
    ("off", "worked"), [("2025-05-02", "2025-04-26"), ("2024-04-29", "2024-05-04"), ("2015-01-02", "2014-12-27")]
)
def test_a_swapped_day_is_off_and_its_saturday_is_worked(off: str, worked: str) -> None:
    assert is_day_off(date.fromisoformat(off)) is not None
    assert is_day_off(date.fromisoformat(worked)) is None


def test_what_is_announced_later_wins() -> None:
    later = exceptions_in(LATER)

    assert is_day_off(date(2027, 4, 29), exceptions=later) == "Nghỉ hoán đổi"
    assert is_day_off(date(2027, 5, 8), exceptions=later) is None
    assert is_day_off(date(2027, 4, 29)) is None
    assert is_day_off(date(2027, 5, 8)) == "thứ Bảy"


def test_what_is_shipped_can_be_read() -> None:
    exceptions = announced()

    assert not exceptions.working & set(exceptions.off)


@pytest.mark.parametrize(("day", "last"), [("2026-11-22", "2026-11-20"), ("2025-02-02", "2025-01-24")])
def test_the_last_working_day_is_the_nearest_before(day: str, last: str) -> None:
    assert last_working_day(date.fromisoformat(day)) == date.fromisoformat(last)


def test_every_year_a_plan_can_have_has_a_calendar() -> None:
    for year in (1945, 1990, 2050, 2200):
        off = [day for day in (date(year, 1, 1) + timedelta(days=i) for i in range(365)) if is_day_off(day)]

        assert 104 <= len(off) <= 130


def test_who_asks_no_day_does_not_load_the_library() -> None:
    """It takes half a second and 30 MB that most processes never need."""
    asked = "import sys, services.plans.deadlines; sys.exit('holidays' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", asked], timeout=30, check=False).returncode == 0
