"""What an amendment leaves alone stays; what a document hides does no harm; what is not linked does not bind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from services.plans.models import LeafDecision
from shared.db import Database, new_id
from tests.plans.confirming.conftest import Desk, Said, leaf
from tests.plans.confirming.texts import AMENDMENT, AWARD, PLAN, TWICE

SHORT = """Số: 30/KH-UBND
Biển Xanh, ngày 02 tháng 02 năm 2026

KẾ HOẠCH
Sửa đổi kế hoạch tuyên truyền điển hình tiên tiến

Ủy ban nhân dân đặc khu Biển Xanh sửa đổi kế hoạch tuyên truyền điển hình tiên tiến như sau:
"""


async def amended(desk: Desk, plan: Said, text: str, *corrections: Said) -> Said:
    """Read, confirmed and issued."""
    reading = await desk.confirmed(await desk.read(text, amends_id=plan["id"]), *corrections)
    answer = await desk.issue(reading)
    assert answer.status_code == 200, answer.text
    said: Said = answer.json()
    return said


async def test_what_an_amendment_does_not_mention_stays(desk: Desk) -> None:
    wave = {"key": "waves/0", "standing": "corrected", "value": {"number": 1, "start": "2026-01", "end": "2026-06-30"}}
    reading = await desk.confirmed(await desk.read(), wave)
    plan = (await desk.issue(reading)).json()
    second = {**wave, "value": {"number": 2, "start": "2026-07", "end": "2026-12-31"}}

    after = (await amended(desk, plan, SHORT + TWICE, second))["terms"]

    before = plan["terms"]
    assert {name: after[name] for name in ("period", "subjects", "file_id")} == {
        name: before[name] for name in ("period", "subjects", "file_id")
    }
    assert [each["number"] for each in after["waves"]] == [1, 2]


async def test_labels_stay_with_their_obligations_through_any_number_of_amendments(desk: Desk) -> None:
    plan = await desk.issued()
    first = await amended(desk, plan, SHORT + AWARD)

    second = await amended(desk, first, SHORT.replace("30/", "31/") + AWARD.replace("khen thưởng", "biểu dương"))

    kinds = [{o["label"]: o["kind"] for o in each["terms"]["obligations"]} for each in (plan, first, second)]
    assert kinds[0] == {"O1": "nominate", "O2": "report"}
    assert kinds[1] == {**kinds[0], "O3": "award"}
    assert {label: kinds[2][label] for label in kinds[1]} == kinds[1]


@pytest.mark.parametrize("hidden", ["\u200e", "\ufeff", "\x0c", "\x1f", "\u202a"])
async def test_what_nobody_can_see_in_a_document_does_not_keep_it_from_binding(desk: Desk, hidden: str) -> None:
    text = PLAN.replace("lựa chọn và", f"lựa chọn{hidden} và")

    plan = await desk.issued(text)

    assert hidden not in plan["terms"]["obligations"][0]["quote"]


async def test_more_than_a_plan_holds_is_told_in_words(desk: Desk) -> None:
    reading = await desk.confirmed(await desk.read())
    value = leaf(reading, "obligations/1")["value"]
    for start in (100, 200):
        added = [
            {"key": f"obligations/{n}", "standing": "corrected", "value": value} for n in range(start, start + 100)
        ]
        reading = (await desk.decide(reading, *added)).json()

    refused = await desk.issue(reading)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:lantoa:problem:reading-does-not-fit")


@pytest.mark.parametrize(
    ("value", "links"),
    [
        ({"to": ["Phòng Văn hóa - Xã hội"]}, {"to_ids": []}),
        ({"to": ["Phòng Văn hóa", "Trường Sóng Biển"]}, {"to_ids": ["office", "office"]}),
        ({"actor": None, "cadence": "continuous", "deadline": None}, {"bearers": {}}),
    ],
    ids=["the way there alone", "one body for two", "nobody"],
)
async def test_an_obligation_to_nominate_is_linked_whole_or_not_issued(
    desk: Desk, value: Said, links: dict[str, Any]
) -> None:
    reading = await desk.read()
    own = leaf(reading, "obligations/0")
    bodies = {"office": str(desk.office.organisation_id)}
    meant = own["proposed_links"] | {
        name: [bodies[each] for each in given] if isinstance(given, list) else given for name, given in links.items()
    }
    wrong = {"key": "obligations/0", "standing": "corrected", "value": own["value"] | value, "links": meant}

    refused = await desk.issue(await desk.confirmed(reading, wrong))

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:lantoa:problem:leaf-not-linked")


async def test_nobody_takes_the_id_of_a_reading_for_a_plan_or_the_other_way_round(desk: Desk) -> None:
    reading, plan_id = await desk.read(), str(new_id())
    terms = {"issuer_id": str(desk.other.organisation_id), "title": "Khác", "period": {"kind": "open_ended"}}
    await desk.call("PUT", f"/v1/plans/{plan_id}", "stranger", json=terms)

    taken = await desk.call("PUT", f"/v1/plans/{reading['id']}", "stranger", json=terms)
    read = await desk.call(
        "POST", "/v1/readings", json={"id": plan_id, "issuer_id": str(desk.top.organisation_id), "text": PLAN}
    )

    assert (taken.status_code, taken.json()["type"]) == (409, "urn:lantoa:problem:plan-is-read")
    assert (read.status_code, read.json()["type"]) == (409, "urn:lantoa:problem:reading-id-taken")


async def test_a_plan_of_another_day_with_the_same_number_is_not_taken_for_the_parent(desk: Desk) -> None:
    await desk.issued()
    text = AMENDMENT.replace("15/KH-UBND ngày 05/01/2026", "15/KH-UBND ngày 10/3/2019").replace("Số: 21", "Số: 22")

    plan = await desk.issued(text)

    assert [parent["plan_id"] for parent in plan["terms"]["parents"]] == [None]


async def test_two_documents_with_one_number_are_warned_of_before_either_binds(desk: Desk) -> None:
    await desk.read()

    reading = await desk.read(AMENDMENT.replace("Số: 21", "Số: 015"))

    assert [(twin["code"], twin["issued"]) for twin in reading["twins"]] == [("015/KH-UBND", False)]


async def test_what_was_said_of_a_leaf_before_stays_to_be_read(desk: Desk, database: Database) -> None:
    reading = await desk.read()
    for number in ("16", "17"):
        said = {"key": "number", "standing": "corrected", "value": number}
        reading = (await desk.decide(reading, said)).json()

    async with database.transaction() as session:
        rows = (await session.scalars(select(LeafDecision).order_by(LeafDecision.position))).all()
    assert [(row.value, row.decided_by is not None) for row in rows] == [("16", True), ("17", True)]
    assert leaf(reading, "number")["value"] == "17"


async def test_a_value_without_a_bottom_is_refused(desk: Desk) -> None:
    reading = await desk.read()
    deep: Any = "x"
    for _ in range(700):
        deep = [deep]

    refused = await desk.decide(reading, {"key": "title", "standing": "corrected", "value": deep})

    assert refused.status_code in {400, 422}
