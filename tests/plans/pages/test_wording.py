"""Deadlines and days as people say them, and back."""

from __future__ import annotations

import pytest

from services.plans.pages.deadline_form import given_deadline, typed_deadline
from services.plans.pages.deadline_words import deadline
from services.plans.pages.typed import iso_day
from services.plans.pages.wording import quantity
from services.plans.terms import Deadline

RULES = {
    "FREQ=YEARLY;BYMONTH=3,6,9;BYMONTHDAY=20\nFREQ=YEARLY;BYMONTH=11;BYMONTHDAY=15": (
        "trước ngày 20 của tháng 3, 6, 9; trước ngày 15 của tháng 11",
        "muộn nhất 23:59:59 ngày 19 của tháng 3, 6, 9; ngày 14 của tháng 11",
    ),
    "FREQ=MONTHLY;BYMONTHDAY=1": ("trước ngày 01 hằng tháng", "muộn nhất 23:59:59 ngày cuối tháng trước"),
    "FREQ=WEEKLY;BYDAY=MO": ("trước thứ Hai hằng tuần", "muộn nhất 23:59:59 Chủ nhật"),
}
DATES = {
    ("2017-12-10", True): ("trước ngày 10/12/2017", "muộn nhất 23:59:59 ngày 09/12/2017"),
    ("2017-12-10", False): ("chậm nhất ngày 10/12/2017", "muộn nhất 23:59:59 ngày 10/12/2017"),
    ("2020-01", True): ("trước tháng 01/2020", "muộn nhất 23:59:59 ngày 31/12/2019"),
    ("2020-02", False): ("chậm nhất tháng 02/2020", "muộn nhất 23:59:59 ngày 29/02/2020"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_said_with_its_last_second(rule: str) -> None:
    said = deadline({"rrule": rule, "strictly_before": True})

    assert said is not None
    assert (said.text, said.note) == RULES[rule]


@pytest.mark.parametrize("stated", DATES)
def test_a_date_is_said_with_its_last_second(stated: tuple[str, bool]) -> None:
    said = deadline({"date": stated[0], "strictly_before": stated[1]})

    assert said is not None
    assert (said.text, said.note) == DATES[stated]


@pytest.mark.parametrize(
    "stated",
    [
        *({"rrule": rule, "strictly_before": True} for rule in RULES),
        {"rrule": "FREQ=MONTHLY;BYMONTHDAY=5", "for": "previous"},
        {"date": "2017-12-10"},
        {"date": "2020-01", "strictly_before": True},
        {"after": "kết thúc đợt", "days": 5, "working_days": True},
        {"days": 0},
        {"rrule": "FREQ=WEEKLY;BYDAY=MO\nFREQ=WEEKLY;BYDAY=TH", "strictly_before": True},
        {"rrule": "FREQ=MONTHLY;BYMONTHDAY=5\nFREQ=WEEKLY;BYDAY=SU\nFREQ=YEARLY;BYMONTH=3,6;BYMONTHDAY=20"},
    ],
)
def test_a_deadline_comes_back_from_its_form_as_it_went_in(stated: dict[str, object]) -> None:
    value = Deadline.model_validate(stated)

    back = given_deadline(typed_deadline(value.model_dump(mode="json", by_alias=True)))

    assert Deadline.model_validate(back) == value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("28/9/2020", "2020-09-28"), ("9/2020", "2020-09"), ("2020", "2020"), ("2020-09-28", "2020-09-28"), ("x", "x")],
)
def test_days_are_typed_as_they_are_written_here(typed: str, meant: str) -> None:
    assert iso_day(typed) == meant


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(1, None, "ít nhất 1"), (None, 2, "không quá 2"), (2, 3, "từ 2 đến 3"), (2, 2, "2"), (None, None, "")],
)
def test_how_many_is_said(least: int | None, most: int | None, words: str) -> None:
    assert quantity({"minimum": least, "maximum": most}) == words
