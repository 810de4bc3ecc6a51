"""The REST door for editors and auditors: an office, a version, a problem for every refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.auth import Role
from shared.db import Database, new_id
from tests.publicity.factories import (
    NAME,
    channel,
    item,
    office,
    organisation,
    standing,
)

Bearer = Callable[..., dict[str, str]]
Person = Callable[[str], UUID]


async def mai_edits(database: Database, person: Person, owner_id: UUID, role: Role = Role.EDITOR) -> None:
    """Mai holds the office at the owner."""
    async with database.transaction() as session:
        await office(session, person("mai"), role, owner_id)


async def test_an_editor_sees_what_waits_places_it_and_it_is_read(
    client: httpx.AsyncClient, database: Database, bearer: Bearer, person: Person
) -> None:
    async with database.transaction() as session:
        owner_id = await organisation(session)
        portal = await channel(session, owner_id, release="editor")
        await item(session, owner_id)
    await mai_edits(database, person, owner_id)

    (waiting,) = (await client.get("/v1/desk/items", headers=bearer("mai"))).json()["items"]
    me = (await client.get("/v1/me", headers=bearer("mai"))).json()
    stranger = (await client.get("/v1/me", headers=bearer("nobody"))).json()
    desk = await client.get(f"/v1/desk/items/{waiting['id']}", headers=bearer("mai"))
    placed = await client.post(
        f"/v1/items/{waiting['id']}/placements/{portal}",
        headers=bearer("mai") | {"if-match": desk.headers["etag"], "idempotency-key": "k1"},
    )

    assert (placed.status_code, placed.json()["state"], placed.headers["etag"]) == (200, "published", '"2"')
    assert (await client.get(f"/v1/items/{waiting['id']}")).status_code == 200
    assert ([office["role"] for office in me["offices"]], me["waiting"]) == (["editor"], 1)
    assert (stranger["offices"], stranger["waiting"]) == ([], 0)
    assert (await client.get("/v1/me", headers=bearer("mai"))).json()["waiting"] == 0
    assert (await client.get("/v1/desk/items", headers=bearer("mai"))).json()["items"] == []


async def test_a_repeated_placing_gives_the_stored_answer(
    client: httpx.AsyncClient, database: Database, bearer: Bearer, person: Person
) -> None:
    async with database.transaction() as session:
        owner_id = await organisation(session)
        portal = await channel(session, owner_id, release="editor")
        found = await item(session, owner_id)
    await mai_edits(database, person, owner_id)
    headers = bearer("mai") | {"if-match": '"1"', "idempotency-key": "k1"}

    answers = [await client.post(f"/v1/items/{found.id}/placements/{portal}", headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotency-replayed"] == "true"


WRITES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("POST", "/v1/items/{id}/placements/{channel}", None),
    ("PUT", "/v1/items/{id}/draft", {"title": "Nháp"}),
    ("DELETE", "/v1/items/{id}/draft", None),
    ("POST", "/v1/items/{id}/draft/publication", {"note": "Viết lại."}),
    ("POST", "/v1/items/{id}/corrections", {"title": "Mới", "note": "Sửa tên."}),
    ("POST", "/v1/items/{id}/withdrawal", {"kind": "gone"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_each_write_asks_who_where_and_which_version(
    client: httpx.AsyncClient,
    database: Database,
    bearer: Bearer,
    person: Person,
    method: str,
    path: str,
    body: dict[str, Any] | None,
) -> None:
    owner_id, item_id = await standing(database)
    await mai_edits(database, person, owner_id)
    url = path.format(id=item_id, channel=new_id())

    async def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return (await client.request(method, url, json=body, headers=named)).status_code

    assert await status() == 401
    assert await status(**bearer("lan"), if_match='"1"') == 403
    assert await status(**bearer("mai")) == 428
    assert await status(**bearer("mai"), if_match='"9"') == 412


async def test_a_correction_a_draft_and_a_withdrawal_by_rest(
    client: httpx.AsyncClient, database: Database, bearer: Bearer, person: Person
) -> None:
    owner_id, item_id = await standing(database)
    await mai_edits(database, person, owner_id)

    async def send(method: str, path: str, version: int, body: dict[str, Any] | None = None) -> httpx.Response:
        headers = bearer("mai") | {"if-match": f'"{version}"'}
        return await client.request(method, f"/v1/items/{item_id}/{path}", json=body, headers=headers)

    corrected = await send("POST", "corrections", 1, {"title": "Hai", "note": "Sửa."})
    drafted = await send("PUT", "draft", 2, {"title": "Ba"})
    discarded = await send("DELETE", "draft", 3)
    again = await send("PUT", "draft", 4, {"title": "Bốn"})
    shown = await send("POST", "draft/publication", 5, {"note": "Viết lại."})
    withdrawn = await send("POST", "withdrawal", 6, {"kind": "withdrawn", "explanation": "Xác minh."})

    answers = [corrected, drafted, discarded, again, shown, withdrawn]
    assert [answer.status_code for answer in answers] == [200] * 6
    assert [answer.json()["version"] for answer in answers] == [2, 3, 4, 5, 6, 7]
    found = (await client.get(f"/v1/items/{item_id}")).json()
    assert (found["title"], found["edition"], found["explanation"]) == ("Bốn", 3, "Xác minh.")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("corrections", {"title": "Mới"}, "#/note"),
        ("corrections", {"note": "x", "titel": "Mới"}, "#/titel"),
        ("corrections", {"note": "x", "title": "a\0b"}, "#/title"),
        ("corrections", {"note": "x", "title": "a" * 301}, "#/title"),
        ("corrections", {"note": "x", "title": 7}, "#/title"),
        ("withdrawal", {"kind": "superseded"}, "#/kind"),
        ("withdrawal", {"kind": "withdrawn"}, "#"),
        ("withdrawal", {"kind": "gone", "explanation": "Vì sao"}, "#"),
    ],
)
async def test_a_body_that_makes_no_sense_names_its_field(
    client: httpx.AsyncClient,
    database: Database,
    bearer: Bearer,
    person: Person,
    path: str,
    body: dict[str, Any],
    pointer: str,
) -> None:
    owner_id, item_id = await standing(database)
    await mai_edits(database, person, owner_id)

    answer = await client.post(f"/v1/items/{item_id}/{path}", json=body, headers=bearer("mai") | {"if-match": '"1"'})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_nobody_reads_at_a_desk_that_is_not_his(
    client: httpx.AsyncClient, database: Database, bearer: Bearer
) -> None:
    _, item_id = await standing(database)

    answer = await client.get(f"/v1/desk/items/{item_id}", headers=bearer("mai"))

    assert answer.status_code == 403
    assert (await client.get("/v1/desk/items", headers=bearer("mai"))).json()["items"] == []


async def test_an_auditor_reads_what_was_done_at_and_below_his_organisation(
    client: httpx.AsyncClient, database: Database, bearer: Bearer, person: Person
) -> None:
    async with database.transaction() as session:
        above = await organisation(session, "Trên")
        below = await organisation(session, "Dưới", host=above)
        found = await item(session, below)
        await item(session, await organisation(session, "Khác"))
    await mai_edits(database, person, above, Role.AUDITOR)

    answer = await client.get("/v1/audit", headers=bearer("mai"))

    assert [(row["action"], row["subject_id"]) for row in answer.json()["items"]] == [("release", str(found.id))]
    assert NAME not in answer.text
    assert (await client.get("/v1/audit", headers=bearer("lan"))).status_code == 403


async def test_an_item_at_the_desk_unchanged_is_304_and_gone_is_410(
    client: httpx.AsyncClient, database: Database, bearer: Bearer, person: Person
) -> None:
    owner_id, item_id = await standing(database)
    await mai_edits(database, person, owner_id)

    same = await client.get(f"/v1/desk/items/{item_id}", headers=bearer("mai") | {"if-none-match": '"1"'})
    headers = bearer("mai") | {"if-match": '"1"'}
    taken = await client.post(f"/v1/items/{item_id}/withdrawal", json={"kind": "gone"}, headers=headers)
    gone = await client.get(f"/v1/desk/items/{item_id}", headers=bearer("mai"))

    assert [same.status_code, taken.status_code, gone.status_code] == [304, 200, 410]
    assert NAME not in taken.text
