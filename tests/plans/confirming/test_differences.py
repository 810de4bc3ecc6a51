"""What an amendment changes is shown before it is decided on, told when it is issued, and never overwritten unseen."""

from __future__ import annotations

from uuid import UUID

from services.plans.confirming import Change, Held, Links, Standing, differences
from services.plans.confirming.values import RotationGiven
from services.plans.terms import Bearers, Kind, Obligation
from shared.db import new_id
from tests.plans import factories as make
from tests.plans.confirming.conftest import Desk, Said
from tests.plans.confirming.texts import AMENDMENT, AWARD, FOOT, HEAD, OFFICE, QUARTERLY, REPORT

HAND_ADDED = {
    "key": "obligations/7",
    "standing": "corrected",
    "value": {"kind": "report", "actor": OFFICE, "cadence": "once", "deadline": {"date": "2026-11-30"}},
}


def amending(*sentences: str, number: int = 30) -> str:
    """An amending document that states these."""
    about = "sửa đổi, bổ sung Kế hoạch số 15/KH-UBND ngày 05/01/2026"
    title = f"Sửa đổi, bổ sung Kế hoạch điển hình tiên tiến, lần {number}"
    return HEAD.format(number=number, day="25", title=title, about=about) + "".join(sentences) + FOOT


def changed(reading: Said, key: str) -> dict[str, tuple[object, object]]:
    """Before and after of what an obligation states differently."""
    told = next(each for each in reading["differences"] if each["key"] == key)
    return {field["name"]: (field["before"], field["after"]) for field in told["fields"]}


async def test_a_changed_receiver_is_shown_before_anybody_decides(desk: Desk) -> None:
    plan = await desk.issued()
    moved = QUARTERLY.replace("(qua Phòng Văn hóa - Xã hội)", "(qua Trường Tiểu học Sóng Biển)")

    reading = await desk.read(amending(moved, REPORT), amends_id=plan["id"])

    office, school = str(desk.office.organisation_id), str(desk.school.organisation_id)
    assert changed(reading, "obligations/0") == {"via": (office, school)}
    assert reading["names"][office] == "Phòng Văn hóa - Xã hội đặc khu Biển Xanh"


async def test_a_receiver_whom_the_directory_does_not_know_is_told_by_the_words(desk: Desk) -> None:
    plan = await desk.issued()
    unknown = QUARTERLY.replace("(qua Phòng Văn hóa - Xã hội)", "(qua Phòng Nội vụ)")

    reading = await desk.read(amending(unknown, REPORT), amends_id=plan["id"])

    assert changed(reading, "obligations/0") == {"via": (str(desk.office.organisation_id), ["Phòng Nội vụ"])}


async def test_the_same_words_are_no_change(desk: Desk) -> None:
    plan = await desk.issued()

    reading = await desk.read(amending(QUARTERLY, REPORT), amends_id=plan["id"])

    assert [each["change"] for each in reading["differences"]] == ["unchanged", "unchanged"]


async def test_what_an_amendment_changed_can_still_be_looked_up_when_it_is_issued(desk: Desk) -> None:
    plan = await desk.issued()
    read = await desk.confirmed(await desk.read(AMENDMENT, amends_id=plan["id"]))
    await desk.issue(read)

    issued = (await desk.call("GET", f"/v1/readings/{read['id']}")).json()

    assert issued["state"] == "issued"
    assert issued["differences"] == read["differences"]
    assert [each["change"] for each in issued["differences"]] == ["changed", "added", "absent"]


async def test_a_later_amendment_does_not_rewrite_what_an_earlier_one_changed(desk: Desk) -> None:
    plan = await desk.issued()
    first = await desk.confirmed(await desk.read(AMENDMENT, amends_id=plan["id"]))
    await desk.issue(first)
    await desk.issue(await desk.confirmed(await desk.read(amending(AWARD), amends_id=plan["id"])))

    told = (await desk.call("GET", f"/v1/readings/{first['id']}")).json()

    assert told["differences"] == first["differences"]


async def test_of_two_amendments_side_by_side_the_second_is_looked_at_again_before_it_binds(desk: Desk) -> None:
    plan = await desk.issued()
    text = amending(QUARTERLY, REPORT)
    second = await desk.confirmed(await desk.read(text, amends_id=plan["id"]))
    thrice = amending(QUARTERLY.replace("01 điển hình", "03 điển hình"), REPORT, number=31)
    await desk.issue(await desk.confirmed(await desk.read(thrice, amends_id=plan["id"])))

    refused = await desk.issue(second)
    again = (await desk.decide(second, {"key": "title", "standing": "confirmed"})).json()
    amended = await desk.issue(again)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:lantoa:problem:plan-changed-meanwhile")
    assert changed(again, "obligations/0") == {"minimum": (3, 1)}
    assert (amended.status_code, amended.json()["terms"]["obligations"][0]["minimum"]) == (200, 1)


async def test_an_obligation_added_by_hand_is_known_again(desk: Desk) -> None:
    first = await desk.issue(await desk.confirmed(await desk.read(), HAND_ADDED))
    plan = first.json()
    reading = await desk.read(amending(QUARTERLY, REPORT), amends_id=plan["id"])

    again = (await desk.decide(reading, HAND_ADDED)).json()

    told = {each["key"]: (each["change"], each["before"]["id"]) for each in again["differences"]}
    assert told["obligations/7"] == ("unchanged", plan["terms"]["obligations"][2]["id"])
    assert len(told) == 3


def test_whose_turn_a_quarter_is_now_is_shown() -> None:
    first, second = new_id(), new_id()
    before = [turn(1, "Trường Tiểu học Sóng Biển", first), turn(2, "Trạm Y tế", second)]
    stated = [given(1, "Trạm Y tế", second), given(2, "TRẠM Y TẾ", second), given(3, "Công an", first)]

    shown = differences(before, {leaf.key: leaf for leaf in stated}, {})

    assert [(each.key, each.change) for each in shown] == [
        ("rotation/1", Change.CHANGED),
        ("rotation/2", Change.UNCHANGED),
        ("rotation/3", Change.ADDED),
    ]
    assert [field.name for field in shown[0].fields] == ["actor", "bearers"]


def turn(quarter: int, unit: str, body: UUID) -> Obligation:
    """A quarter's turn as a plan states it."""
    bearers = Bearers(organisation_ids=[body])
    return make.obligation(kind=Kind.ROTATION, quarter=quarter, actor=unit, bearers=bearers, deadline=None)


def given(quarter: int, unit: str, body: UUID) -> Held:
    """A quarter's turn as a person added it."""
    links = Links(bearers=Bearers(organisation_ids=[body]))
    value = RotationGiven(quarter=quarter, unit=unit)
    return Held(f"rotation/{quarter}", None, Standing.CORRECTED, value, links)
