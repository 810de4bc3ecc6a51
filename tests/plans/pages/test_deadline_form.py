"""A deadline goes through its form unharmed, and what is typed there is understood as it is written here."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.plans.pages.deadline_form import given_deadline, typed_deadline
from services.plans.pages.deadline_words import WEEKDAYS
from services.plans.pages.typed import Typed, months
from services.plans.terms import Deadline
from tests.plans.confirming.conftest import Desk, leaf
from tests.plans.pages.doors import brought, seen, sent
from tests.plans.pages.seen import Seen

SOME_MONTHS = st.sets(st.integers(1, 12), min_size=1).map(lambda found: ",".join(map(str, sorted(found))))
RULE = st.one_of(
    st.builds("FREQ=WEEKLY;BYDAY={}".format, st.sampled_from(sorted(WEEKDAYS))),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.integers(1, 31)),
    st.builds("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}".format, SOME_MONTHS, st.integers(1, 31)),
)
DAY = st.dates().filter(lambda day: 1000 <= day.year < 3000).map(str)
WHEN: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"date": st.builds(lambda day, length: day[:length], DAY, st.sampled_from([4, 7, 10]))}),
    st.fixed_dictionaries({"rrule": st.lists(RULE, min_size=1, max_size=8).map("\n".join)}),
    st.fixed_dictionaries(
        {"days": st.integers(0, 400), "after": st.sampled_from([None, "kết thúc đợt"]), "working_days": st.booleans()}
    ),
)
HOW = st.fixed_dictionaries({"strictly_before": st.booleans(), "for": st.sampled_from(["same", "previous"])})
EVERY_MONTH: Typed = {"deadline": ["months"], "deadline_day": ["20"]}


@given(WHEN, HOW)
def test_a_deadline_that_is_saved_as_it_was_opened_is_the_same(when: dict[str, Any], how: dict[str, Any]) -> None:
    value = Deadline.model_validate(when | how)

    back = given_deadline(typed_deadline(value.model_dump(mode="json", by_alias=True)))

    assert Deadline.model_validate(back) == value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3;6;9;12", [3, 6, 9, 12]),
        ("III, VI", [3, 6]),
        ("12/9 / 06.03", [3, 6, 9, 12]),
        ("tháng 3 và tháng 6", [3, 6]),
        ("3-6-9-12", [3, 6, 9, 12]),
        ("xi|Xii", [11, 12]),
        ("3 3 3", [3]),
    ],
)
def test_months_are_understood_as_people_list_them(typed: str, meant: list[int]) -> None:
    assert months(typed) == meant


@pytest.mark.parametrize(
    "typed", ["13", "quý I", "3, sáu", "36", ";", "0", "3-6", "từ tháng 3 đến 6", "IIII", "²", "9" * 5000, "a" * 10**6]
)
def test_what_is_not_clearly_months_is_refused_and_never_every_month(typed: str) -> None:
    stated = given_deadline({**EVERY_MONTH, "deadline_months": [typed]})

    assert months(typed) is None
    with pytest.raises(ValidationError, match="recurrence rule"):
        Deadline.model_validate(stated)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Thứ hai hàng tuần", "FREQ=WEEKLY;BYDAY=MO"),
        ("05 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("ngày 20 tháng III; VI", "FREQ=YEARLY;BYMONTH=3,6;BYMONTHDAY=20"),
    ],
)
def test_one_of_several_deadlines_is_typed_in_words(line: str, rule: str) -> None:
    stated = given_deadline({"deadline": ["rules"], "deadline_rules": [f"thứ Sáu hằng tuần\r\n{line}\r\n"]})

    assert Deadline.model_validate(stated).rrule == f"FREQ=WEEKLY;BYDAY=FR\n{rule}"


@pytest.mark.parametrize("line", ["", "lúc rảnh", "ngày 20", "ngày 20 tháng sau", "ngày 40 hằng tháng"])
def test_a_deadline_of_several_that_nobody_understands_is_refused(line: str) -> None:
    stated = given_deadline({"deadline": ["rules"], "deadline_rules": [line]})

    with pytest.raises(ValidationError, match="recurrence rule"):
        Deadline.model_validate(stated)


async def test_months_that_nobody_understands_are_refused_on_the_page(desk: Desk) -> None:
    address = await brought(desk)
    edit = (await seen(desk, f"{address}?edit=obligations/0")).form("/corrections")

    answer = await sent(desk, edit.action, edit.sent(deadline_months="quý I"), status=422)
    await sent(desk, edit.action, edit.sent(deadline_months="III;VI"))

    page = Seen(answer.text)
    assert "Hạn: cần ngày từ 1 đến 31 và tháng từ 1 đến 12" in page.words
    assert ("deadline_months", "quý I") in page.form("/corrections").fields
    reading = (await desk.call("GET", f"/v1{address}")).json()
    assert leaf(reading, "obligations/0")["value"]["deadline"]["rrule"] == "FREQ=YEARLY;BYMONTH=3,6;BYMONTHDAY=5"


async def test_several_deadlines_are_still_there_when_the_form_was_saved(desk: Desk) -> None:
    address = await brought(desk)
    reading = (await desk.call("GET", f"/v1{address}")).json()
    rules = "FREQ=WEEKLY;BYDAY=MO\nFREQ=MONTHLY;BYMONTHDAY=5"
    value = {"kind": "report", "cadence": "monthly", "deadline": {"rrule": rules, "strictly_before": True}}
    await desk.decide(reading, {"key": "obligations/0", "standing": "corrected", "value": value})

    edit = (await seen(desk, f"{address}?edit=obligations/0")).form("/corrections")
    await sent(desk, edit.action, edit.sent(deadline_strictly="no"))

    again = leaf((await desk.call("GET", f"/v1{address}")).json(), "obligations/0")
    assert (again["value"]["deadline"]["rrule"], again["value"]["deadline"]["strictly_before"]) == (rules, False)
