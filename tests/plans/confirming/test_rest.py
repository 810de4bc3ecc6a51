"""From a document to a plan that binds, over HTTP: read, decided on, issued."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from services.plans import clock
from services.plans.confirming import sketch
from shared.audit import AuditRow
from shared.clock import now
from shared.db import Database, new_id
from tests.plans.confirming.conftest import Desk, leaf
from tests.plans.confirming.texts import PLAN
from tests.plans.test_rest_files import uploaded

CORRECTED = {"key": "obligations/0", "standing": "corrected"}
WAVE = {"number": 1, "start": "2026-01", "end": "2026-06-30"}
LETTER = "Kính gửi anh Nam. Cuối tuần này gia đình tôi mời anh sang chơi, ăn bữa cơm thân mật với các cháu. Thân mến."


async def test_every_leaf_points_at_its_words(desk: Desk) -> None:
    reading = await desk.read()

    assert reading["text"] == PLAN
    assert (reading["state"], reading["proposed"]) == ("proposed", len(reading["leaves"]))
    assert all(PLAN[each["read"]["start"] : each["read"]["end"]] == each["read"]["quote"] for each in reading["leaves"])


async def test_bodies_are_proposed_out_of_the_neighbourhood_and_everybody_as_a_rule(desk: Desk) -> None:
    reading = await desk.read()

    links = leaf(reading, "obligations/0")["proposed_links"]
    top, office = str(desk.top.organisation_id), str(desk.office.organisation_id)
    assert (links["to_ids"], links["via_id"]) == ([top], office)
    assert links["bearers"] == {"organisation_ids": [], "edge_type": "line_of_command", "of_id": top}
    (rule,) = reading["bearing"]
    assert {body["name"] for body in rule["bodies"]} == {desk.office.names[0].name, desk.school.names[0].name}


async def test_a_plan_is_issued_with_what_was_confirmed_and_its_units_owe(desk: Desk, database: Database) -> None:
    reading = await desk.confirmed(await desk.read())

    plan = (await desk.issue(reading)).json()

    await clock.turn(database, now())
    duties = (await desk.call("GET", "/v1/duties", params={"plan_id": plan["id"]})).json()["items"]
    assert (plan["id"], plan["state"], plan["code"]) == (reading["id"], "issued", "15/KH-UBND")
    assert {duty["organisation_id"] for duty in duties} == {
        str(desk.office.organisation_id),
        str(desk.school.organisation_id),
    }
    assert {duty["last_second"][:19] for duty in duties if duty["period_key"] == "2026-Q4"} == {"2026-12-04T23:59:59"}


async def test_a_corrected_leaf_keeps_what_the_machine_read_beside_it(desk: Desk) -> None:
    reading = await desk.read()
    given = leaf(reading, "obligations/0")["value"] | {"minimum": 3}

    answer = await desk.decide(reading, {"key": "obligations/0", "standing": "corrected", "value": given})

    said = leaf(answer.json(), "obligations/0")
    assert (said["value"]["minimum"], said["read"]["value"]["minimum"]) == (3, 1)
    assert (said["standing"], said["decided_by"]) == ("corrected", "Mai")


async def test_what_the_text_does_not_state_is_added_by_a_person_and_taken_away_again(desk: Desk) -> None:
    reading = await desk.read()
    added = {"key": "waves/0", "standing": "corrected", "value": WAVE}

    with_wave = (await desk.decide(reading, added)).json()
    without = (await desk.decide(with_wave, {"key": "waves/0", "standing": "dismissed"})).json()

    assert leaf(with_wave, "waves/0")["read"] is None
    assert "waves/0" not in {each["key"] for each in without["leaves"]}


async def test_nothing_is_issued_while_a_leaf_is_proposed(desk: Desk) -> None:
    reading = await desk.read()

    refused = await desk.issue(reading)

    said = refused.json()
    assert (refused.status_code, said["type"]) == (409, "urn:lantoa:problem:reading-not-confirmed")
    assert str(reading["proposed"]) in said["detail"]


async def test_an_obligation_to_nominate_whose_bodies_are_not_linked_is_not_issued(desk: Desk) -> None:
    reading = await desk.confirmed(await desk.read(), {"key": "obligations/0", "standing": "confirmed"})

    refused = await desk.issue(reading)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:lantoa:problem:leaf-not-linked")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["#/leaves/obligations/0"]


async def test_what_was_dismissed_is_not_in_the_plan(desk: Desk) -> None:
    reading = await desk.confirmed(await desk.read(), {"key": "obligations/1", "standing": "dismissed"})

    plan = (await desk.issue(reading)).json()

    assert [each["kind"] for each in plan["obligations"]] == ["nominate"]


async def test_a_plan_without_a_title_says_so(desk: Desk) -> None:
    reading = await desk.confirmed(await desk.read(), {"key": "title", "standing": "dismissed"})

    refused = await desk.issue(reading)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:lantoa:problem:leaf-missing")


async def test_the_same_document_under_one_id_is_read_once(desk: Desk) -> None:
    key, issuer = str(new_id()), str(desk.top.organisation_id)
    first = await desk.read(id=key)

    again = await desk.call("POST", "/v1/readings", json={"id": key, "issuer_id": issuer, "text": PLAN})
    other = await desk.call("POST", "/v1/readings", json={"id": key, "issuer_id": issuer, "text": PLAN * 2})

    assert (again.status_code, again.json()["version"], first["id"]) == (200, 1, key)
    assert (other.status_code, other.json()["type"]) == (409, "urn:lantoa:problem:reading-id-taken")


async def test_one_word_makes_another_document(desk: Desk) -> None:
    """However alike: to its sketch this signature, in which one tone differs, is the same."""
    key, issuer = str(new_id()), str(desk.top.organisation_id)
    first = await desk.read(id=key)
    text = PLAN.replace("Nguyễn Thị Hoa", "Nguyễn Thị Hòa")

    other = await desk.call("POST", "/v1/readings", json={"id": key, "issuer_id": issuer, "text": text})
    kept = (await desk.call("GET", f"/v1/readings/{key}")).json()

    assert (sketch(text), text == PLAN) == (sketch(PLAN), False)
    assert (other.status_code, other.json()["type"]) == (409, "urn:lantoa:problem:reading-id-taken")
    assert (kept["text"], kept["version"]) == (PLAN, first["version"])


async def test_a_pasted_page_is_the_same_document_again_by_what_is_kept_of_it(desk: Desk) -> None:
    key, issuer = str(new_id()), str(desk.top.organisation_id)
    page = "<html><body>" + "".join(f"<p>{line}</p>\n" for line in PLAN.split("\n")) + "</body></html>"
    first = await desk.read(page, id=key)

    again = await desk.call("POST", "/v1/readings", json={"id": key, "issuer_id": issuer, "text": page})

    assert "<p>" not in first["text"]
    assert (again.status_code, again.json()["id"]) == (200, key)


async def test_a_file_is_read_and_stays_with_its_reading(desk: Desk) -> None:
    file_id = await uploaded(desk, PLAN.encode())

    reading = await desk.read(text=None, file_id=file_id)
    seen = await desk.call("GET", f"/v1/files/{file_id}")
    plan = (await desk.issue(await desk.confirmed(reading))).json()
    below = await desk.call("GET", f"/v1/files/{file_id}", "nominator")

    assert (reading["text"], plan["terms"]["file_id"]) == (PLAN, file_id)
    assert (seen.status_code, below.status_code) == (302, 302)


async def test_only_the_issuers_officers_read_and_decide_until_it_binds(desk: Desk) -> None:
    reading = await desk.read()
    path, body = f"/v1/readings/{reading['id']}", {"decisions": [{"key": "title", "standing": "confirmed"}]}

    seen = [(await desk.call("GET", path, who)).status_code for who in ("officer", "stranger", "nominator")]
    decided = [
        (await desk.call("POST", f"{path}/decisions", who, match=1, json=body)).status_code
        for who in ("stranger", "nominator")
    ]
    brought = await desk.call(
        "POST", "/v1/readings", "stranger", json={"issuer_id": str(desk.top.organisation_id), "text": PLAN}
    )
    await desk.issue(await desk.confirmed(reading))
    after = [(await desk.call("GET", path, who)).status_code for who in ("officer", "stranger", "nominator")]

    assert (seen, decided, brought.status_code) == ([200, 404, 404], [404, 404], 403)
    assert after == [200, 404, 200]


async def test_two_officers_do_not_decide_over_each_other(desk: Desk) -> None:
    reading = await desk.read()
    await desk.decide(reading, {"key": "title", "standing": "confirmed"})

    late = await desk.decide(reading, {"key": "title", "standing": "dismissed"})

    assert late.status_code == 412


async def test_what_was_issued_is_not_decided_on_again(desk: Desk) -> None:
    reading = await desk.confirmed(await desk.read())
    await desk.issue(reading)

    late = await desk.decide({**reading, "version": reading["version"] + 1}, {"key": "title", "standing": "dismissed"})

    assert (late.status_code, late.json()["type"]) == (409, "urn:lantoa:problem:step-not-possible")


async def test_a_discarded_reading_is_gone_with_all_its_decisions(desk: Desk) -> None:
    reading = await desk.read()
    decided = (await desk.decide(reading, {"key": "title", "standing": "confirmed"})).json()

    gone = await desk.call("DELETE", f"/v1/readings/{reading['id']}", match=decided["version"])

    assert gone.status_code == 204
    assert (await desk.call("GET", f"/v1/readings/{reading['id']}")).status_code == 404


async def test_each_decision_is_audited_with_who_and_which_leaves(desk: Desk, database: Database) -> None:
    reading = await desk.read()

    await desk.decide(
        reading,
        {"key": "title", "standing": "confirmed"},
        {"key": "number", "standing": "corrected", "value": "16"},
        {"key": "place", "standing": "dismissed"},
    )

    async with database.transaction() as session:
        rows = await session.execute(select(AuditRow.action, AuditRow.fields).order_by(AuditRow.position))
        noted = [(action, fields) for action, fields in rows if action.endswith("leaves") or action == "read_plan"]
    assert noted == [
        ("read_plan", []),
        ("confirm_leaves", ["title"]),
        ("correct_leaves", ["number"]),
        ("dismiss_leaves", ["place"]),
    ]


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        ({"key": "date", "standing": "corrected", "value": "30/2/2026"}, "#/decisions/0/value"),
        (CORRECTED | {"value": {"kind": "sing"}}, "#/decisions/0/value/kind"),
        (
            CORRECTED | {"value": {"kind": "nominate", "minimum": 3, "maximum": 2}},
            "#/decisions/0/value",
        ),
        (CORRECTED | {"key": "waves/0", "value": WAVE | {"start": "2026-07"}}, "#/decisions/0/value"),
        ({"key": "title", "standing": "corrected"}, "#/decisions/0"),
        ({"key": "title", "standing": "confirmed", "value": "x"}, "#/decisions/0/value"),
        ({"key": "nonsense", "standing": "dismissed"}, "#/decisions/0/key"),
        ({"key": "waves/3", "standing": "confirmed"}, "#/decisions/0/key"),
        ({"key": "kept/0198c0de-0000-7000-8000-000000000001", "standing": "confirmed"}, "#/decisions/0/key"),
    ],
)
async def test_a_wrong_decision_names_its_field_and_changes_nothing(
    desk: Desk, decision: dict[str, Any], pointer: str
) -> None:
    reading = await desk.read()

    refused = await desk.decide(reading, decision)

    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])
    assert (await desk.call("GET", f"/v1/readings/{reading['id']}")).json()["version"] == 1


async def test_a_body_nobody_knows_is_not_linked(desk: Desk) -> None:
    reading = await desk.read()
    links = {"via_id": str(new_id())}

    refused = await desk.decide(reading, {"key": "obligations/0", "standing": "confirmed", "links": links})

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:lantoa:problem:not-known-yet")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LETTER, "not-a-plan"),
        ("The quick brown fox jumps over the lazy dog and runs into the forest, again.", "plan-in-another-language"),
        ("Ke hoach tuyen truyen, nhan rong dien hinh tien tien nam 2026 cua cac don vi.", "plan-not-vietnamese"),
        ("...", "plan-has-no-text"),
    ],
)
async def test_what_is_no_plan_is_refused_in_words_and_nothing_is_kept(desk: Desk, text: str, code: str) -> None:
    issuer = str(desk.top.organisation_id)

    refused = await desk.call("POST", "/v1/readings", json={"issuer_id": issuer, "text": text})

    assert (refused.status_code, refused.json()["type"]) == (422, f"urn:lantoa:problem:{code}")
    assert (await desk.call("GET", "/v1/readings")).json()["items"] == []
