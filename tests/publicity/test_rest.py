"""The REST door for everyone: what is published, without signing in, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from services.publicity import actions
from services.publicity.models import Item
from services.publicity.workflow import Withdrawal
from shared.clock import today
from shared.db import Database, new_id
from shared.events.plans import MovementChanged
from tests.publicity.factories import (
    SITE,
    TITLE,
    channel,
    editor,
    item,
    organisation,
    recalled,
    released,
    standing,
    story,
)


async def test_an_item_is_read_without_signing_in(client: httpx.AsyncClient, database: Database) -> None:
    movement_id = new_id()
    async with database.transaction() as session:
        await actions.keep_movement(session, MovementChanged(movement_id=movement_id, name="Dân vận khéo"))
    owner_id, item_id = await standing(database, movement_id=movement_id)

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
    _, item_id = await standing(database)
    tag = (await client.get(f"/v1/items/{item_id}")).headers["etag"]

    answer = await client.get(f"/v1/items/{item_id}", headers={"if-none-match": tag})

    assert (answer.status_code, answer.headers["etag"], answer.content) == (304, tag, b"")


async def test_a_list_unchanged_is_304_until_something_comes(client: httpx.AsyncClient, database: Database) -> None:
    await standing(database)
    await standing(database)
    first = await client.get("/v1/items", params={"limit": 1})
    again = {"if-none-match": first.headers["etag"]}

    same = await client.get("/v1/items", params={"limit": 1}, headers=again)
    await standing(database)
    other = await client.get("/v1/items", params={"limit": 1}, headers=again)

    assert (same.status_code, same.content, other.status_code) == (304, b"", 200)
    assert first.headers["link"].endswith('rel="next"')


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
    owner_id, item_id = await standing(database)
    async with database.transaction() as session:
        await actions.withdraw(
            session, editor(owner_id), item_id, Withdrawal.WITHDRAWN, "Xác minh.", version=1, site=SITE
        )

    found = (await client.get(f"/v1/items/{item_id}")).json()

    assert (found["state"], found["explanation"], found["title"]) == ("withdrawn", "Xác minh.", TITLE)
    assert (await client.get("/v1/items")).json()["items"] == []


async def test_a_list_is_read_page_by_page_newest_first(client: httpx.AsyncClient, database: Database) -> None:
    ids = [str((await standing(database))[1]) for _ in range(3)]

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
    _, wanted = await standing(database, **given)
    await standing(database, **others)

    found = (await client.get("/v1/items", params=given)).json()["items"]

    assert [one["id"] for one in found] == [str(wanted)]


async def test_a_list_is_filtered_by_owner_organisation_and_day(client: httpx.AsyncClient, database: Database) -> None:
    unit = new_id()
    owner_id, wanted = await standing(database, organisation_id=unit)
    _, older = await standing(database, organisation_id=unit)
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
        ({"published_to": "9999-12-31"}, "#/query/published_to"),
        ({"published_from": "0001-01-01"}, "#/query/published_from"),
        ({"published_to": "0"}, "#/query/published_to"),
        ({"published_from": "2026-02-30"}, "#/query/published_from"),
    ],
)
async def test_a_query_that_makes_no_sense_names_its_field(
    client: httpx.AsyncClient, query: dict[str, str], pointer: str
) -> None:
    answer = await client.get("/v1/items", params=query)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_search_finds_with_and_without_marks_and_by_code(client: httpx.AsyncClient, database: Database) -> None:
    _, wanted = await standing(database, story=story(title="Điển hình tiên tiến ở Uỷ ban", body="Kế hoạch 141/KH-LĐLĐ"))
    await standing(database, story=story(title="Chuyện khác", summary="x", body=None))

    async def ids(words: str) -> list[str]:
        return [one["id"] for one in (await client.get("/v1/items", params={"search": words})).json()["items"]]

    for words in ("điển hình", "dien hinh", "DIEN HINH", "ủy ban", "Uỷ ban", "tien tien dien hi"):
        assert await ids(words) == [str(wanted)]
    for code in ("141/KH-LĐLĐ", "141/kh-ldld", "141/kh", "ke hoach 141/KH-LĐLĐ"):
        assert await ids(code) == [str(wanted)]
    assert await ids("141/KH-UBND") == []
    for odd in ("không có đâu", "ⅷ", "١٢", "a:*b & !c", "q'q", "zz " * 60, "1/2/3/4-5_6", "9" * 200):
        assert await ids(odd) == []


async def test_search_finds_what_stands_beside_the_story(client: httpx.AsyncClient, database: Database) -> None:
    movement_id = new_id()
    async with database.transaction() as session:
        fact = MovementChanged(movement_id=movement_id, name="Dân vận khéo", aliases=["Khéo vận động"])
        await actions.keep_movement(session, fact)
    _, item_id = await standing(database, movement_id=movement_id, field="Giữ rừng")

    async def found(words: str) -> list[str]:
        return [one["id"] for one in (await client.get("/v1/items", params={"search": words})).json()["items"]]

    for words in ("dan van kheo", "khéo vận động", "van phong a", "giu rung"):
        assert await found(words) == [str(item_id)], words


async def test_search_without_a_word_finds_everything(client: httpx.AsyncClient, database: Database) -> None:
    _, wanted = await standing(database)

    for words in ("", "  ", "!!", "& | :*", "'", "\\", "😀"):
        found = (await client.get("/v1/items", params={"search": words})).json()["items"]
        assert [one["id"] for one in found] == [str(wanted)]


async def test_a_picture_is_a_link_that_does_not_last(client: httpx.AsyncClient, database: Database) -> None:
    _, item_id = await standing(database)
    url = (await client.get(f"/v1/items/{item_id}")).json()["pictures"][0]["url"]

    answer = await client.get(url.removeprefix(SITE.base))

    assert (answer.status_code, answer.headers["cache-control"]) == (302, "no-store")


async def test_a_picture_of_what_is_gone_is_410(client: httpx.AsyncClient, database: Database) -> None:
    owner_id, item_id = await standing(database)
    url = (await client.get(f"/v1/items/{item_id}")).json()["pictures"][0]["url"]
    async with database.transaction() as session:
        await actions.withdraw(session, editor(owner_id), item_id, Withdrawal.GONE, None, version=1, site=SITE)

    answer = await client.get(url.removeprefix(SITE.base))

    assert (answer.status_code, (await client.get(f"/v1/pictures/{new_id()}")).status_code) == (410, 404)
