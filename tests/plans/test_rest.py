"""The walk over HTTP, and the wiring of each path: one success, one refusal, one bad input."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from services.plans import clock
from shared.clock import now
from shared.db import Database, new_id
from tests.plans.places import Person, Place

OFFICE = {
    "person_id": str(new_id()),
    "person_name": "Lan",
    "organisation_id": str(new_id()),
    "role": "editor",
    "from_on": "2026-01-01",
}
CHANNEL = {"organisation_id": str(new_id()), "kind": "portal", "name": "Cổng"}


async def test_the_walk_from_organisation_to_duty(place: Place, person: Person, database: Database) -> None:
    unit, who = str(new_id()), person("lan")
    organisation = {
        "slug": "don-vi-moi",
        "hierarchy": "state",
        "names": [{"name": "Đơn vị mới"}],
        "edges": [{"type": "line_of_command", "to_id": str(place.top.organisation_id)}],
    }
    office = {
        "person_id": str(who),
        "person_name": "Lan",
        "organisation_id": unit,
        "role": "nominator",
        "from_on": "2026-01-01",
    }
    plan_id = str(new_id())
    plan = place.plan()
    plan["obligations"][0]["bearers"] = {
        "edge_type": "line_of_command",
        "of_id": str(place.top.organisation_id),
    }

    made = [
        await place.call("PUT", f"/v1/organisations/{unit}", "admin", json=organisation),
        await place.call("PUT", f"/v1/offices/{new_id()}", "admin", json=office),
        await place.call("PUT", f"/v1/plans/{plan_id}", json=plan),
    ]
    issued = await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)
    await clock.turn(database, now())
    owed = await place.call("GET", "/v1/duties", "lan")
    me = await place.call("GET", "/v1/me", "lan")

    assert [response.status_code for response in made] == [201, 201, 201]
    assert (issued.status_code, issued.headers["etag"], issued.json()["state"]) == (200, '"2"', "issued")
    (_, coming) = owed.json()["items"]  # this quarter's may be overdue already on the day of the test
    assert (coming["organisation_name"], coming["plan_code"]) == ("Đơn vị mới", "221/KH-UBND")
    assert coming["state_label"] == "chưa đến hạn"
    assert me.json()["person_id"] == str(who)
    assert [o["organisation_name"] for o in me.json()["offices"]] == ["Đơn vị mới"]
    assert me.json()["open_duties"] + me.json()["overdue_duties"] == 2


async def test_an_organisation_is_read_as_of_a_day_and_whole(place: Place) -> None:
    names = [
        {"name": "UBND huyện Côn Đảo", "to_on": "2025-06-30"},
        {"name": "UBND đặc khu Côn Đảo", "from_on": "2025-07-01"},
    ]
    key = place.unit.organisation_id
    edge = {"type": "line_of_command", "to_id": str(place.top.organisation_id), "from_on": "2025-07-01"}
    body = {"slug": "con-dao", "hierarchy": "state", "names": names, "edges": [edge]}
    put = await place.call("PUT", f"/v1/organisations/{key}", "admin", json=body, match=1)

    then = await place.call("GET", f"/v1/organisations/{key}?on=2020-09-28", "lan")
    whole = await place.call("GET", f"/v1/organisations/{key}", "lan")
    same = await place.call("GET", f"/v1/organisations/{key}", "lan", headers={"if-none-match": '"2"'})

    assert (put.status_code, put.headers["etag"]) == (200, '"2"')
    assert [name["name"] for name in then.json()["names"]] == ["UBND huyện Côn Đảo"]
    assert (then.json()["edges"], then.json()["standing"]) == ([], True)
    assert [name["name"] for name in whole.json()["names"]] == [name["name"] for name in names]
    assert same.status_code == 304


async def test_organisations_are_found_by_an_old_name_typed_without_marks(place: Place) -> None:
    names = [{"name": "UBND huyện Côn Đảo", "to_on": "2025-06-30"}, {"name": "Đặc khu", "from_on": "2025-07-01"}]
    edges = [{"type": "line_of_command", "to_id": str(place.top.organisation_id)}]
    body = {"slug": "phong", "hierarchy": "state", "names": names, "edges": edges}
    await place.call("PUT", f"/v1/organisations/{place.unit.organisation_id}", "admin", json=body, match=1)

    found = await place.call("GET", "/v1/organisations?text=con dao", "lan")
    under = await place.call("GET", f"/v1/organisations?under={place.top.organisation_id}&limit=1", "lan")
    rest = await place.call("GET", under.headers["link"].split(">")[0].removeprefix("<"), "lan")

    assert [(o["slug"], o["name"]) for o in found.json()["items"]] == [("phong", "Đặc khu")]
    assert [o["slug"] for o in under.json()["items"] + rest.json()["items"]] == ["phong", "ubnd"]


async def test_lists_of_offices_channels_and_movements(place: Place, person: Person) -> None:
    top = str(place.top.organisation_id)
    channel = {"organisation_id": top, "kind": "portal", "name": "Cổng", "url": "https://example.vn/"}
    movement = {"organisation_id": top, "name": "Lao động giỏi", "launched_on": "2020-01-01"}
    put = [
        await place.call("PUT", f"/v1/channels/{new_id()}", "admin", json=channel),
        await place.call("PUT", f"/v1/movements/{new_id()}", json=movement),
    ]

    offices = await place.call("GET", f"/v1/offices?person_id={person('nominator')}", "admin")
    none = await place.call("GET", "/v1/offices", "nominator")
    channels = await place.call("GET", f"/v1/channels?organisation_id={top}", "lan")
    movements = await place.call("GET", "/v1/movements?text=lao dong", "lan")

    assert [response.status_code for response in put] == [201, 201]
    assert [office["role"] for office in offices.json()["items"]] == ["nominator"]
    assert none.json()["items"] == []
    assert [row["name"] for row in channels.json()["items"]] == ["Cổng"]
    assert [row["name"] for row in movements.json()["items"]] == ["Lao động giỏi"]


async def test_an_office_is_revoked_and_stops_counting_at_once(place: Place, person: Person) -> None:
    listed = await place.call("GET", f"/v1/offices?person_id={person('officer')}", "admin")
    (office,) = listed.json()["items"]

    revoked = await place.call("POST", f"/v1/offices/{office['id']}/revocation", "admin", match=1)
    refused = await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan())
    seen = await place.call("GET", f"/v1/offices/{office['id']}")

    assert (revoked.status_code, refused.status_code) == (200, 403)
    assert date.fromisoformat(seen.json()["to_on"]) < date.fromisoformat("9999-01-01")


async def test_me_answers_without_any_office(place: Place, person: Person) -> None:
    me = await place.call("GET", "/v1/me", "stranger")

    assert me.status_code == 200
    assert (me.json()["person_id"], me.json()["offices"], me.json()["waiting"]) == (
        str(person("stranger")),
        [],
        [],
    )


async def test_the_audit_is_for_auditors_and_holds_no_values(place: Place) -> None:
    await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan())

    audit = await place.call("GET", "/v1/audit?limit=2", "auditor")
    older = await place.call("GET", audit.headers["link"].split(">")[0].removeprefix("<"), "auditor")
    refused = await place.call("GET", "/v1/audit", "officer")

    first, second = audit.json()["items"]
    assert (first["action"], first["actor_kind"]) == ("draft_plan", "person")
    assert "title" in first["fields"]
    assert [row["position"] for row in older.json()["items"]] < [second["position"]]
    assert refused.status_code == 403


async def test_the_description_of_the_door_is_complete(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    operations = [
        (path, operation)
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if path.startswith("/v1")
    ]
    assert [path for path, operation in operations if not operation.get("summary")] == []
    assert [path for path, operation in operations if "401" not in operation["responses"]] == []


@pytest.mark.parametrize(
    ("path", "who", "body", "pointer"),
    [
        ("organisations", "admin", {"slug": "A b", "hierarchy": "state", "names": [{"name": "x"}]}, "#/slug"),
        ("organisations", "admin", {"slug": "a", "hierarchy": "state", "names": []}, "#/names"),
        (
            "organisations",
            "admin",
            {"slug": "a", "hierarchy": "state", "names": [{"name": "x", "from_on": "2025-02-30"}]},
            "#/names/0/from_on",
        ),
        ("offices", "admin", OFFICE | {"role": "king"}, "#/role"),
        ("offices", "admin", OFFICE | {"from_on": "0001-01-01"}, "#/from_on"),
        ("offices", "admin", OFFICE | {"person_name": "a\nb"}, "#/person_name"),
        ("channels", "admin", CHANNEL | {"kind": "other"}, "#/kind"),
        ("channels", "admin", CHANNEL | {"url": "javascript:alert(1)"}, "#/url"),
        ("movements", "officer", {"organisation_id": str(new_id()), "name": "\u202eabc"}, "#/name"),
    ],
)
async def test_bad_input_of_the_directory_names_the_field(
    place: Place, path: str, who: str, body: dict[str, Any], pointer: str
) -> None:
    response = await place.call("PUT", f"/v1/{path}/{new_id()}", who, json=body)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    "query",
    [
        "movements?text=a%00",
        "organisations?text=%00",
        "organisations?hierarchy=%00",
        "organisations?on=0",
        "plans?text=%00",
        "organisations?on=9999-12-31",
        "duties?period=%00",
    ],
)
async def test_what_no_name_holds_is_refused_where_it_is_sought(place: Place, query: str) -> None:
    answer = await place.call("GET", f"/v1/{query}", "lan")

    name = query.partition("?")[2].partition("=")[0]
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"#/query/{name}")
