"""A later amendment is read, shown obligation by obligation beside what binds, and becomes the plan's next version."""

from __future__ import annotations

from tests.plans.confirming.conftest import Desk
from tests.plans.confirming.texts import AMENDMENT, PLAN


async def test_each_obligation_is_shown_as_changed_added_or_not_mentioned(desk: Desk) -> None:
    plan = await desk.issued()

    reading = await desk.read(AMENDMENT, amends_id=plan["id"])

    shown = {each["key"]: each for each in reading["differences"]}
    report = plan["terms"]["obligations"][1]["id"]
    assert {key: each["change"] for key, each in shown.items()} == {
        "obligations/0": "changed",
        "obligations/1": "added",
        f"kept/{report}": "absent",
    }
    assert shown["obligations/0"]["fields"] == [{"name": "minimum", "before": 1, "after": 2}]


async def test_the_amended_plan_keeps_its_number_and_its_obligations_their_ids(desk: Desk) -> None:
    plan = await desk.issued()
    amending = await desk.confirmed(await desk.read(AMENDMENT, amends_id=plan["id"]))

    amended = (await desk.issue(amending)).json()

    before, after = plan["terms"]["obligations"], amended["terms"]["obligations"]
    assert (amended["id"], amended["code"], amended["terms"]["title"]) == (
        plan["id"],
        "15/KH-UBND",
        plan["terms"]["title"],
    )
    assert [(each["kind"], each["minimum"]) for each in after] == [("nominate", 2), ("award", None), ("report", None)]
    assert (after[0]["id"], after[2]["id"]) == (before[0]["id"], before[1]["id"])


async def test_what_the_amendment_does_not_mention_falls_away_where_a_person_says_so(desk: Desk) -> None:
    plan = await desk.issued()
    reading = await desk.read(AMENDMENT, amends_id=plan["id"])
    gone = next(each["key"] for each in reading["leaves"] if each["key"].startswith("kept/"))

    amending = await desk.confirmed(reading, {"key": gone, "standing": "dismissed"})
    amended = (await desk.issue(amending)).json()

    assert [each["kind"] for each in amended["terms"]["obligations"]] == ["nominate", "award"]


async def test_a_plan_from_a_document_is_not_amended_by_typing(desk: Desk) -> None:
    plan = await desk.issued()

    typed = await desk.call(
        "POST", f"/v1/plans/{plan['id']}/amendments", match=plan["version"], json=plan["terms"] | {"title": "Khác"}
    )

    assert (typed.status_code, typed.json()["type"]) == (409, "urn:lantoa:problem:plan-is-read")


async def test_only_a_plan_that_binds_is_amended(desk: Desk) -> None:
    plan = await desk.issued()
    await desk.call("POST", f"/v1/plans/{plan['id']}/withdrawal", match=plan["version"])
    issuer = str(desk.top.organisation_id)

    refused = await desk.call(
        "POST", "/v1/readings", json={"issuer_id": issuer, "text": AMENDMENT, "amends_id": plan["id"]}
    )

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:lantoa:problem:step-not-possible")


async def test_the_documents_of_a_plan_are_listed_with_it(desk: Desk) -> None:
    plan = await desk.issued()
    amending = await desk.read(AMENDMENT, amends_id=plan["id"])

    listed = await desk.call("GET", "/v1/readings", params={"plan_id": plan["id"]})

    assert [each["id"] for each in listed.json()["items"]] == [plan["id"], amending["id"]]


async def test_the_same_number_and_nearly_the_same_words_are_warned_of(desk: Desk) -> None:
    plan = await desk.issued()

    again = await desk.read(PLAN.replace("tổng hợp, báo cáo", "tổng hợp và báo cáo"))

    by_number, by_words = again["twins"]
    assert (by_number["id"], by_number["likeness"]) == (plan["id"], None)
    assert by_words["id"] == plan["id"]
    assert 0.7 <= by_words["likeness"] < 1


async def test_what_another_office_has_not_issued_yet_is_told_to_nobody(desk: Desk) -> None:
    theirs = await desk.call(
        "POST", "/v1/readings", "stranger", json={"issuer_id": str(desk.other.organisation_id), "text": PLAN}
    )

    ours = await desk.read()

    assert theirs.status_code == 201
    assert ours["twins"] == []
