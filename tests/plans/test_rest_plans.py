"""The paths of plans: one success, one refusal, one bad input each."""

from __future__ import annotations

from typing import Any

import pytest

from services.plans import clock
from shared.clock import now
from shared.db import Database, new_id
from tests.plans.places import Place, duty_of


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"unknown": 1}, "#/unknown"),
        ({"title": "a\u0000b"}, "#/title"),
        ({"title": "x" * 1001}, "#/title"),
        ({"date": "2020-02-30"}, "#/date"),
        ({"date": "28/9/2020"}, "#/date"),
        ({"period": {"kind": "year", "start_year": 2026}}, "#/period"),
        ({"waves": [{"number": 1, "start_on": "2020-07", "end_on": "2020-06-30"}]}, "#/waves/0"),
    ],
)
async def test_bad_input_of_a_plan_names_the_field(place: Place, change: dict[str, Any], pointer: str) -> None:
    response = await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan(**change))

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"maximum": 1, "minimum": 2}, "invalid"),
        ({"quarter": 1}, "invalid"),
        ({"deadline": {"rrule": "FREQ=DAILY"}}, "invalid"),
        ({"deadline": {"rrule": "FREQ=YEARLY;BYMONTH=6,3;BYMONTHDAY=5"}}, "invalid"),
        ({"deadline": {"rrule": "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5"}}, "deadline-never-falls"),
        ({"deadline": {"date": "2026-12-05"}}, "invalid"),
        (
            {"deadline": {"rrule": "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1", "strictly_before": True}},
            "deadline-before-period",
        ),
        ({"cadence": "hourly"}, "invalid"),
    ],
)
async def test_bad_input_of_an_obligation_is_refused(place: Place, change: dict[str, Any], code: str) -> None:
    plan = place.plan()
    plan["obligations"][0] |= change

    response = await place.call("PUT", f"/v1/plans/{new_id()}", json=plan)

    assert (response.status_code, response.json()["type"]) == (422, f"urn:lantoa:problem:{code}")


@pytest.mark.parametrize("field", ["to_ids", "movement_ids", "bearers"])
async def test_what_a_plan_names_must_be_known(place: Place, field: str) -> None:
    plan, missing = place.plan(), str(new_id())
    if field == "movement_ids":
        plan[field] = [missing]
    else:
        plan["obligations"][0][field] = {"organisation_ids": [missing]} if field == "bearers" else [missing]

    response = await place.call("PUT", f"/v1/plans/{new_id()}", json=plan)

    assert (response.status_code, response.json()["type"]) == (409, "urn:lantoa:problem:not-known-yet")


async def test_a_number_is_taken_once_a_year(place: Place) -> None:
    await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan())

    again = await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan())
    next_year = await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan(date="2021-09-28"))

    assert (again.status_code, again.json()["type"]) == (409, "urn:lantoa:problem:plan-number-taken")
    assert next_year.status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"bearers": {}}, "#/obligations/0/bearers"),
        ({"cadence": "after_each_wave", "deadline": None}, "#/waves"),
        ({"to_ids": [], "bearers": "top"}, "#/obligations/0/to_ids"),
    ],
)
async def test_a_plan_that_lacks_what_duties_need_is_not_issued(
    place: Place, change: dict[str, Any], pointer: str
) -> None:
    plan, plan_id = place.plan(), new_id()
    if change.get("bearers") == "top":
        change = {**change, "bearers": {"organisation_ids": [str(place.top.organisation_id)]}}
    plan["obligations"][0] |= change
    await place.call("PUT", f"/v1/plans/{plan_id}", json=plan)

    response = await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)
    still = await place.call("GET", f"/v1/plans/{plan_id}")

    assert (response.status_code, response.json()["type"]) == (409, "urn:lantoa:problem:plan-not-ready")
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert still.json()["state"] == "draft"


async def test_issue_needs_the_version_read(place: Place) -> None:
    plan_id = new_id()
    await place.call("PUT", f"/v1/plans/{plan_id}", json=place.plan())

    without = await place.call("POST", f"/v1/plans/{plan_id}/issue")
    stale = await place.call("POST", f"/v1/plans/{plan_id}/issue", match=9)
    by_another = await place.call("POST", f"/v1/plans/{plan_id}/issue", "nominator", match=1)

    assert [r.status_code for r in (without, stale, by_another)] == [428, 412, 404]


async def test_a_draft_is_hidden_and_an_issued_plan_is_for_everyone_signed_in(place: Place) -> None:
    plan_id = new_id()
    await place.call("PUT", f"/v1/plans/{plan_id}", json=place.plan())
    hidden = await place.call("GET", f"/v1/plans/{plan_id}", "lan")
    none = await place.call("GET", "/v1/plans?text=dien hinh", "lan")
    await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)

    seen = await place.call("GET", f"/v1/plans/{plan_id}", "lan")
    listed = await place.call("GET", "/v1/plans?text=dien hinh&state=issued", "lan")
    anonymous = await place.client.get(f"/v1/plans/{plan_id}")

    assert [r.status_code for r in (hidden, seen, anonymous)] == [404, 200, 401]
    assert none.json()["items"] == []
    assert [(p["code"], p["issuer_name"]) for p in listed.json()["items"]] == [("221/KH-UBND", "Ubnd")]


async def test_amend_keeps_both_versions_and_recomputes_what_is_open(place: Place, database: Database) -> None:
    plan_id, plan = new_id(), place.plan()
    await place.call("PUT", f"/v1/plans/{plan_id}", json=plan)
    await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)
    await clock.turn(database, now())
    plan["obligations"][0] |= {"minimum": 3, "deadline": None}

    amended = await place.call("POST", f"/v1/plans/{plan_id}/amendments", json=plan, match=2)
    await clock.turn(database, now())
    versions = await place.call("GET", f"/v1/plans/{plan_id}/versions")
    duties = await place.call("GET", f"/v1/duties?plan_id={plan_id}")

    assert amended.status_code == 200
    minimums = [v["terms"]["obligations"][0]["minimum"] for v in versions.json()["items"]]
    assert minimums == [1, 3]
    assert [d["minimum"] for d in duties.json()["items"]] == [3, 3]


async def test_an_issued_plan_is_not_drafted_again(place: Place) -> None:
    plan_id = new_id()
    await place.call("PUT", f"/v1/plans/{plan_id}", json=place.plan())
    await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)

    response = await place.call("PUT", f"/v1/plans/{plan_id}", json=place.plan(title="Khác"), match=2)

    assert (response.status_code, response.json()["type"]) == (409, "urn:lantoa:problem:step-not-possible")


async def test_withdraw_drops_what_is_open_and_close_does_not(place: Place, database: Database) -> None:
    closed, withdrawn = await duty_of(place, database), None
    plan_id = new_id()
    await place.call("PUT", f"/v1/plans/{plan_id}", json=place.plan(number="222"))
    await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)
    await clock.turn(database, now())

    ending = await place.call("POST", f"/v1/plans/{closed['plan_id']}/closing", match=2)
    withdrawn = await place.call("POST", f"/v1/plans/{plan_id}/withdrawal", match=2)
    left = await place.call("GET", f"/v1/duties?plan_id={closed['plan_id']}")
    none = await place.call("GET", f"/v1/duties?plan_id={plan_id}")

    assert [r.json()["state"] for r in (ending, withdrawn)] == ["closed", "withdrawn"]
    assert (len(left.json()["items"]), len(none.json()["items"])) == (2, 0)


async def test_the_same_put_twice_is_created_once(place: Place) -> None:
    plan, plan_id = place.plan(), new_id()

    first = await place.call("PUT", f"/v1/plans/{plan_id}", json=plan)
    again = await place.call("PUT", f"/v1/plans/{plan_id}", json=plan)
    other = await place.call("PUT", f"/v1/plans/{plan_id}", json=plan | {"title": "Khác"})

    assert [r.status_code for r in (first, again, other)] == [201, 200, 428]
    assert again.headers["etag"] == first.headers["etag"] == '"1"'


@pytest.mark.parametrize(
    ("stated", "maximum", "taken"),
    [
        ({"minimum": 5}, None, ["deadline", "to_ids"]),
        ({"minimum": 2}, 3, ["maximum", "deadline", "to_ids"]),
        ({"maximum": 1}, 1, ["deadline", "to_ids"]),
    ],
)
async def test_a_rotation_takes_over_no_amount_that_contradicts_its_own(
    place: Place, stated: dict[str, int], maximum: int | None, taken: list[str]
) -> None:
    plan = place.plan()
    (base,) = plan["obligations"]
    base |= {"minimum": 2, "maximum": 3}
    bearers = base["bearers"]
    turn = {
        "id": str(new_id()),
        "label": "O3",
        "kind": "rotation",
        "cadence": "quarterly",
        "quarter": 4,
        "bearers": bearers,
    }
    plan["obligations"].append(turn | stated)

    answer = await place.call("PUT", f"/v1/plans/{new_id()}", json=plan)

    assert answer.status_code == 201
    (_, rotation) = answer.json()["obligations"]
    assert (rotation["maximum"], rotation["taken_over"]) == (maximum, taken)
