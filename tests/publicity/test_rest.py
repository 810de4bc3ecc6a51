"""The REST door: reading without signing in, the desk with an office, refusals as problems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from services.publicity import actions
from services.publicity.models import Item
from services.publicity.workflow import Withdrawal
from shared.auth import Role
from shared.clock import today
from shared.db import Database, new_id
from shared.events.plans import MovementChanged
from tests.publicity.factories import (
    NAME,
    SITE,
    TITLE,
    channel,
    editor,
    item,
    office,
    organisation,
    recalled,
    released,
    story,
)

Bearer = Callable[..., dict[str, str]]
Person = Callable[[str], UUID]


async def published(database: Database, **given: Any) -> tuple[UUID, UUID]:
    """An owner with an automatic portal and its published item, committed for the client."""
    async with database.transaction() as session:
        owner_id = await organisation(session, "Văn phòng A", slug=f"van-phong-{new_id()}")
        await channel(session, owner_id, name="Cổng A")
        found = await item(session, owner_id, **given)
    return owner_id, found.id


async def mai_edits(database: Database, person: Person, owner_id: UUID, role: Role = Role.EDITOR) -> None:
    """Mai holds the office at the owner."""
    async with database.transaction() as session:
        await office(session, person("mai"), role, owner_id)


async def test_an_item_is_read_without_signing_in(client: httpx.AsyncClient, database: Database) -> None:
    movement_id = new_id()
    async with database.transaction() as session:
        await actions.keep_movement(session, MovementChanged(movement_id=movement_id, name="Dân vận khéo"))
    owner_id, item_id = await published(database, movement_id=movement_id)

    answer = await client.get(f"/v1/items/{item_id}")

    found = answer.json()
    assert answer.status_code == 200
    assert (found["id"], found["state"], found["edition"], found["title"]) == (str(item_id), "published", 1, TITLE)
    assert (found["owner"]["id"], found["owner"]["name"]) == (str(owner_id), "Văn phòng A")
    assert found["organisation"]["name"] is None
    assert found["movement"] == {"id": str(movement_id), "name": "Dân vận khéo"}
    assert found["url"] == f"{SITE.base}/p/items/{item_id}"
    assert [placement["name"] for placement in found["placements"]] == ["Cổng A"]


async def test_an_item_unchanged_is_304(client: httpx.AsyncClient, database: Database) -> None:
    _, item_id = await published(database)
    tag = (await client.get(f"/v1/items/{item_id}")).headers["etag"]

    answer = await client.get(f"/v1/items/{item_id}", headers={"if-none-match": tag})

    assert (answer.status_code, answer.headers["etag"], answer.content) == (304, tag, b"")


async def test_an_item_that_waits_is_not_found(client: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        owner_id = await organisation(session)
        await channel(session, owner_id, release="editor")
        waiting = await item(session, owner_id)

    answer = await client.get(f"/v1/items/{waiting.id}")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:lantoa:problem:not-found")
    assert (await client.get("/v1/items")).json() == {"items": [], "next": None}


async def test_an_item_that_is_gone_is_410_with_nothing_of_it(client: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        fact = released(await organisation(session))
        found = await actions.release_story(session, fact, site=SITE)
        await actions.recall_story(session, recalled(fact), site=SITE)

    answer = await client.get(f"/v1/items/{found.id}")

    assert (answer.status_code, answer.json()["type"]) == (410, "urn:lantoa:problem:gone")
    assert (await client.get("/v1/items")).json() == {"items": [], "next": None}


async def test_a_withdrawn_item_is_read_with_its_explanation_but_not_listed(
    client: httpx.AsyncClient, database: Database
) -> None:
    owner_id, item_id = await published(database)
    async with database.transaction() as session:
        await actions.withdraw(
            session, editor(owner_id), item_id, Withdrawal.WITHDRAWN, "Xác minh.", version=1, site=SITE
        )

    found = (await client.get(f"/v1/items/{item_id}")).json()

    assert (found["state"], found["explanation"], found["title"]) == ("withdrawn", "Xác minh.", TITLE)
    assert (await client.get("/v1/items")).json()["items"] == []


async def test_a_list_is_read_page_by_page_newest_first(client: httpx.AsyncClient, database: Database) -> None:
    ids = [str((await published(database))[1]) for _ in range(3)]

    first = await client.get("/v1/items", params={"limit": 2})
    second = await client.get("/v1/items", params={"limit": 2, "after": first.json()["next"]})

    seen = [found["id"] for page in (first, second) for found in page.json()["items"]]
    assert seen == ids[::-1]
    assert first.headers["link"].endswith('rel="next"')
    assert second.json()["next"] is None


@pytest.mark.parametrize(
    ("given", "others"),
    [
        ({"subject_type": "household"}, {"subject_type": "collective"}),
        ({"kind": "good_deed"}, {"kind": "new_model"}),
        ({"field": "giáo dục"}, {"field": "y tế"}),
    ],
)
async def test_a_list_is_filtered(
    client: httpx.AsyncClient, database: Database, given: dict[str, str], others: dict[str, str]
) -> None:
    _, wanted = await published(database, **given)
    await published(database, **others)

    found = (await client.get("/v1/items", params=given)).json()["items"]

    assert [one["id"] for one in found] == [str(wanted)]


async def test_a_list_is_filtered_by_owner_organisation_and_day(client: httpx.AsyncClient, database: Database) -> None:
    unit = new_id()
    owner_id, wanted = await published(database, organisation_id=unit)
    _, older = await published(database, organisation_id=unit)
    async with database.transaction() as session:
        await session.execute(
            update(Item).where(Item.id == older).values(published_at=datetime(2026, 1, 31, 16, 59, 59, tzinfo=UTC))
        )

    async def ids(**query: Any) -> list[str]:
        return [one["id"] for one in (await client.get("/v1/items", params=query)).json()["items"]]

    assert await ids(owner_id=owner_id) == [str(wanted)]
    assert await ids(organisation_id=unit) == [str(wanted), str(older)]
    assert await ids(published_from=today()) == [str(wanted)]
    assert await ids(published_to="2026-01-31") == [str(older)]
    assert await ids(published_to="2026-01-30") == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"after": "abc"}, "#/query/after"),
        ({"limit": "101"}, "#/query/limit"),
        ({"owner_id": "x"}, "#/query/owner_id"),
        ({"unknown": "1"}, "#/query/unknown"),
        ({"search": "a\0"}, "#/query"),
        ({"published_from": "2026-02-30"}, "#/query/published_from"),
    ],
)
async def test_a_query_that_makes_no_sense_names_its_field(
    client: httpx.AsyncClient, query: dict[str, str], pointer: str
) -> None:
    answer = await client.get("/v1/items", params=query)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_search_finds_with_and_without_marks_and_by_code(client: httpx.AsyncClient, database: Database) -> None:
    _, wanted = await published(
        database, story=story(title="Điển hình tiên tiến ở Uỷ ban", body="Kế hoạch 141/KH-LĐLĐ")
    )
    await published(database, story=story(title="Chuyện khác", summary="x", body=None))

    async def ids(words: str) -> list[str]:
        return [one["id"] for one in (await client.get("/v1/items", params={"search": words})).json()["items"]]

    for words in ("điển hình", "dien hinh", "DIEN HINH", "ủy ban", "Uỷ ban", "tien tien dien hi"):
        assert await ids(words) == [str(wanted)]
    for code in ("141/KH-LĐLĐ", "141/kh-ldld", "141/kh", "ke hoach 141/KH-LĐLĐ"):
        assert await ids(code) == [str(wanted)]
    assert await ids("141/KH-UBND") == []
    assert await ids("không có đâu") == []


async def test_search_without_a_word_finds_everything(client: httpx.AsyncClient, database: Database) -> None:
    _, wanted = await published(database)

    for words in ("", "  ", "!!", "& | :*", "'"):
        found = (await client.get("/v1/items", params={"search": words})).json()["items"]
        assert [one["id"] for one in found] == [str(wanted)]


async def test_a_picture_is_a_link_that_does_not_last(client: httpx.AsyncClient, database: Database) -> None:
    _, item_id = await published(database)
    url = (await client.get(f"/v1/items/{item_id}")).json()["pictures"][0]["url"]

    answer = await client.get(url.removeprefix(SITE.base))

    assert (answer.status_code, answer.headers["cache-control"]) == (302, "no-store")


async def test_a_picture_of_what_is_gone_is_410(client: httpx.AsyncClient, database: Database) -> None:
    owner_id, item_id = await published(database)
    url = (await client.get(f"/v1/items/{item_id}")).json()["pictures"][0]["url"]
    async with database.transaction() as session:
        await actions.withdraw(session, editor(owner_id), item_id, Withdrawal.GONE, None, version=1, site=SITE)

    answer = await client.get(url.removeprefix(SITE.base))

    assert (answer.status_code, (await client.get(f"/v1/pictures/{new_id()}")).status_code) == (410, 404)


async def test_an_editor_sees_what_waits_places_it_and_it_is_read(
    client: httpx.AsyncClient, database: Database, bearer: Bearer, person: Person
) -> None:
    async with database.transaction() as session:
        owner_id = await organisation(session)
        portal = await channel(session, owner_id, release="editor")
        await item(session, owner_id)
    await mai_edits(database, person, owner_id)

    (waiting,) = (await client.get("/v1/desk/items", headers=bearer("mai"))).json()["items"]
    desk = await client.get(f"/v1/desk/items/{waiting['id']}", headers=bearer("mai"))
    placed = await client.post(
        f"/v1/items/{waiting['id']}/placements/{portal}",
        headers=bearer("mai") | {"if-match": desk.headers["etag"], "idempotency-key": "k1"},
    )

    assert (placed.status_code, placed.json()["state"], placed.headers["etag"]) == (200, "published", '"2"')
    assert (await client.get(f"/v1/items/{waiting['id']}")).status_code == 200
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
    owner_id, item_id = await published(database)
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
    owner_id, item_id = await published(database)
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
    owner_id, item_id = await published(database)
    await mai_edits(database, person, owner_id)

    answer = await client.post(f"/v1/items/{item_id}/{path}", json=body, headers=bearer("mai") | {"if-match": '"1"'})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_nobody_reads_at_a_desk_that_is_not_his(
    client: httpx.AsyncClient, database: Database, bearer: Bearer
) -> None:
    _, item_id = await published(database)

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
