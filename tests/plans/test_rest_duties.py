"""The paths of duties: who still owes, and what a plan officer does about it."""

from __future__ import annotations

from datetime import datetime

from shared.db import Database
from tests.plans.places import Place, duty_of


async def test_who_still_owes_by_body_period_and_state(place: Place, database: Database) -> None:
    duty = await duty_of(place, database)
    unit, top = place.unit.organisation_id, place.top.organisation_id

    async def found(query: str, who: str = "officer") -> int:
        response = await place.call("GET", f"/v1/duties?{query}", who)
        return len(response.json()["items"])

    assert await found(f"organisation_id={unit}") == 2
    assert await found(f"organisation_id={top}") == 0
    assert await found(f"period={duty['period_key']}&state=open&state=overdue") == 1
    assert await found("state=waived") == 0
    assert await found(f"under={top}") == 2
    assert await found("", "nominator") == 2
    assert await found("", "lan") == 0


async def test_one_request_tells_who_owes_how_much_until_when_in_vietnams_time(
    place: Place, database: Database
) -> None:
    await duty_of(place, database)

    (line, _) = (
        await place.call("GET", f"/v1/duties?under={place.top.organisation_id}&state=open&state=overdue")
    ).json()["items"]

    due = datetime.fromisoformat(line["due_before"])
    assert (line["organisation_name"], line["to_name"], line["plan_code"]) == ("Phong", "Ubnd", "221/KH-UBND")
    assert (line["counted"], line["minimum"]) == (0, 1)
    assert line["due_before"][8:] == "05T00:00:00+07:00"
    assert line["last_second"][8:] == "04T23:59:59+07:00"
    assert line["period_key"] == f"{due.year}-Q{due.month // 3}"


async def test_one_duty_is_read_by_those_it_concerns(place: Place, database: Database) -> None:
    duty = await duty_of(place, database)

    own = await place.call("GET", f"/v1/duties/{duty['id']}", "nominator")
    same = await place.call(
        "GET", f"/v1/duties/{duty['id']}", "nominator", headers={"if-none-match": own.headers["etag"]}
    )
    foreign = await place.call("GET", f"/v1/duties/{duty['id']}", "lan")

    assert (own.status_code, own.json()["presented"], own.json()["to_name"]) == (200, [], "Ubnd")
    assert (same.status_code, foreign.status_code) == (304, 404)


async def test_the_board_counts_a_plan_for_its_officer(place: Place, database: Database) -> None:
    duty = await duty_of(place, database)

    board = await place.call("GET", f"/v1/duties/board?plan_id={duty['plan_id']}")
    foreign = await place.call("GET", f"/v1/duties/board?plan_id={duty['plan_id']}", "nominator")

    assert foreign.status_code == 404
    (line,) = board.json()["items"]
    assert (line["organisation_name"], sum(line["counts"].values())) == ("Phong", 2)
    assert board.json()["totals"] == line["counts"]


async def test_waive_and_extend_over_http(place: Place, database: Database) -> None:
    duty = await duty_of(place, database)
    path = f"/v1/duties/{duty['id']}"
    later = {"due_before": "2199-01-01T00:00:00+07:00", "reason": "Bão số 12"}

    extended = await place.call("POST", f"{path}/extension", json=later, match=duty["version"])
    stale = await place.call("POST", f"{path}/waiver", json={"reason": "Mới"}, match=duty["version"])
    by_unit = await place.call("POST", f"{path}/waiver", "nominator", json={"reason": "Mới"}, match=2)
    waived = await place.call("POST", f"{path}/waiver", json={"reason": "Mới"}, match=extended.json()["version"])
    naive = await place.call("POST", f"{path}/extension", json=later | {"due_before": "2199-01-01T00:00:00"}, match=1)

    statuses = [r.status_code for r in (extended, stale, by_unit, waived, naive)]
    assert statuses == [200, 412, 403, 200, 422]
    assert (waived.json()["state"], waived.json()["reason"]) == ("waived", "Mới")


async def test_earlier_duties_open_on_request(place: Place, database: Database) -> None:
    duty = await duty_of(place, database)
    path = f"/v1/plans/{duty['plan_id']}/earlier-duties"

    opened = await place.call("POST", path, json={"period_key": "2020-Q4"}, match=2)
    wrong = await place.call("POST", path, json={"period_key": "2020-Q9"}, match=2)

    assert (opened.status_code, opened.json()) == (200, {"opened": 1})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:lantoa:problem:no-such-period")


async def test_with_its_plan_withdrawn_whatever_is_open_is_dropped(place: Place, database: Database) -> None:
    duty = await duty_of(place, database)
    plan = f"/v1/plans/{duty['plan_id']}"
    version = (await place.call("GET", plan)).json()["version"]

    withdrawn = await place.call("POST", f"{plan}/withdrawal", match=version)

    owing = await place.call("GET", f"/v1/duties?organisation_id={place.unit.organisation_id}&state=open&state=overdue")
    deeds = (await place.call("GET", "/v1/audit", "auditor")).json()["items"]
    assert withdrawn.status_code == 200, withdrawn.text
    assert owing.json()["items"] == []
    assert [one["subject_type"] for one in deeds[:3]].count("duty") == 2
