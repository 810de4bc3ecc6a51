"""The pages: what is published and nothing else, in Vietnamese, from here alone, without any script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from services.publicity import actions
from services.publicity.pages.paper import STYLE_NAME, image_origins, policy
from services.publicity.workflow import Withdrawal
from shared.db import Database, new_id
from shared.settings import Settings
from tests.counting import statements
from tests.publicity.factories import (
    NAME,
    SITE,
    TITLE,
    channel,
    editor,
    item,
    organisation,
    recalled,
    released,
    story,
)


class Reading(HTMLParser):
    """What a reader of a page meets: its elements and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Notes words."""
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such element."""
        return [attributes for name, attributes in self.elements if name == tag]


async def published(database: Database, count: int = 1, slug: str = "van-phong-a", **given: Any) -> list[UUID]:
    """That many items on the portal of one owner."""
    async with database.transaction() as session:
        owner_id = await organisation(session, slug=slug)
        await channel(session, owner_id, name="Cổng A")
        return [(await item(session, owner_id, **given)).id for _ in range(count)]


async def read(client: httpx.AsyncClient, path: str, status: int = 200) -> Reading:
    """A page, whose headers are always the same."""
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; ")
    return Reading(answer.text)


async def test_an_item_has_a_page(client: httpx.AsyncClient, database: Database) -> None:
    (item_id,) = await published(database)

    page = await read(client, f"/p/items/{item_id}")

    assert page.all("html") == [{"lang": "vi"}]
    for words in (TITLE, NAME, "Điển hình tiên tiến", "Văn phòng A", "Cổng A", "24/24", "141/KH-LĐLĐ"):
        assert words in page.words
    assert [image["alt"] for image in page.all("img")] == [f"{NAME} bên bờ biển"]
    assert len(page.all("h1")) == 1


async def test_a_page_says_to_machines_what_it_is(client: httpx.AsyncClient, database: Database) -> None:
    (item_id,) = await published(database, story=story(title="</script><b>Tên & «khác»"))

    text = (await client.get(f"/p/items/{item_id}")).text

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    found = orjson.loads(data)
    assert (found["@type"], found["headline"], found["inLanguage"]) == ("Article", "</script><b>Tên & «khác»", "vi")
    assert found["url"] == f"{SITE.base}/p/items/{item_id}"
    assert "<b>" not in text


@pytest.mark.parametrize("path", ["/p", "/p/items/{id}", "/p/organisations/van-phong-a", "/p/items/{none}"])
async def test_a_page_needs_nothing_from_elsewhere_and_no_script(
    client: httpx.AsyncClient, database: Database, path: str
) -> None:
    (item_id,) = await published(database)
    page = Reading((await client.get(path.format(id=item_id, none=new_id()))).text)

    loaded = [element.get("src") for tag in ("img", "script", "iframe", "source") for element in page.all(tag)]
    sheets = [link["href"] for link in page.all("link") if link["rel"] == "stylesheet"]
    addresses = [url for url in [*loaded, *sheets] if url is not None]
    assert [url for url in addresses if not url.startswith("/")] == []
    assert [script.get("type") for script in page.all("script")] in ([], ["application/ld+json"])
    assert [name for _, attributes in page.elements for name in attributes if name.startswith(("on", "style"))] == []


async def test_the_style_sheet_is_ours_and_kept_for_long(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/p/{STYLE_NAME}")

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert re.findall(rb"https?:|@import|url\(", answer.content) == []


async def test_an_organisation_has_a_page_of_its_own_items(client: httpx.AsyncClient, database: Database) -> None:
    ids = await published(database)
    async with database.transaction() as session:
        await item(session, await organisation(session, "Nơi khác"))

    page = await read(client, "/p/organisations/van-phong-a")

    items = [a["href"] for a in page.all("a") if (a["href"] or "").startswith("/p/items/")]
    assert items == [f"/p/items/{id}" for id in ids]


async def test_older_items_are_a_page_away(client: httpx.AsyncClient, database: Database) -> None:
    ids = (await published(database, 14))[::-1]

    first = await read(client, "/p/organisations/van-phong-a")
    (older,) = [a["href"] for a in first.all("a") if a.get("rel") == "next"]
    second = await read(client, older or "")

    seen = [a["href"] for page in (first, second) for a in page.all("a") if (a["href"] or "").startswith("/p/items/")]
    assert seen == [f"/p/items/{id}" for id in ids]
    assert [a["href"] for a in second.all("a") if a.get("rel") == "next"] == []


async def test_the_search_box_works_without_marks_and_keeps_its_words(
    client: httpx.AsyncClient, database: Database
) -> None:
    ids = await published(database, story=story(title="Điển hình tiên tiến"))
    await published(database, slug="van-phong-b", story=story(title="Khác", summary="Khác", body=None))

    page = await read(client, "/p?q=dien+hinh")

    assert [a["href"] for a in page.all("a") if (a["href"] or "").startswith("/p/items/")] == [f"/p/items/{ids[0]}"]
    assert [field["value"] for field in page.all("input")] == ["dien hinh"]


async def test_a_search_that_finds_nothing_says_what_to_do(client: httpx.AsyncClient) -> None:
    page = await read(client, "/p?q=%3Cb%3Ekhong%00")

    assert "Chưa có tin nào khớp" in page.words
    assert page.all("b") == []


async def test_what_is_gone_is_a_410_page_with_nothing_of_it(client: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        fact = released(await organisation(session))
        found = await actions.release_story(session, fact, site=SITE)
        await actions.recall_story(session, recalled(fact), site=SITE)

    page = await read(client, f"/p/items/{found.id}", 410)

    assert (TITLE in page.words, NAME in page.words) == (False, False)
    assert "Đã gỡ" in page.words


async def test_what_was_withdrawn_stands_under_a_banner(client: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        owner_id = await organisation(session)
        found = await item(session, owner_id)
        await actions.withdraw(
            session, editor(owner_id), found.id, Withdrawal.WITHDRAWN, "Đang xác minh.", version=1, site=SITE
        )

    page = await read(client, f"/p/items/{found.id}")

    assert ("Tin này đã được gỡ" in page.words, "Đang xác minh." in page.words, TITLE in page.words) == (True,) * 3


@pytest.mark.parametrize(
    "path",
    ["/p/items/{id}", "/p/items/x", "/p/organisations/khong-co", "/p/organisations/{id}", "/p/organisations/a%00"],
)
async def test_what_is_not_there_is_a_404_page(client: httpx.AsyncClient, path: str) -> None:
    page = await read(client, path.format(id=new_id()), 404)

    assert "Không tìm thấy" in page.words


async def test_a_cursor_that_makes_no_sense_is_a_page_too(client: httpx.AsyncClient) -> None:
    await read(client, "/p?after=abc", 422)


async def test_a_page_unchanged_is_304(client: httpx.AsyncClient, database: Database) -> None:
    (item_id,) = await published(database)
    tag = (await client.get(f"/p/items/{item_id}")).headers["etag"]

    answer = await client.get(f"/p/items/{item_id}", headers={"if-none-match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


async def test_the_number_of_questions_does_not_grow_with_the_rows(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    await published(committed, 1)
    with statements(committed) as for_one:
        await read(reader, "/p/organisations/van-phong-a")
    await published(committed, 12, slug="van-phong-b")
    with statements(committed) as for_twelve:
        await read(reader, "/p/organisations/van-phong-b")

    assert len(for_one) == len(for_twelve) == 5


async def test_pictures_may_come_from_the_object_storage(settings: Settings) -> None:
    stored = settings.model_copy(update={"files_url": "s3+https://key:secret@files.example:9000/lantoa"})

    assert image_origins(stored) == ["http://testserver", "https://files.example:9000"]
    assert "secret" not in policy(stored)


async def test_behind_a_prefix_every_address_has_it(app: FastAPI, database: Database) -> None:
    (item_id, *_) = await published(database, 14)

    transport = httpx.ASGITransport(Starlette(routes=[Mount("/publicity", app)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/publicity") as client:
        paths = ("/p", f"/p/items/{item_id}", "/p/organisations/van-phong-a", "/p/items/x")
        pages = [Reading((await client.get(path)).text) for path in paths]
        listed = await client.get("/v1/items", params={"limit": 2})

    elements = [element for page in pages for tag in ("a", "form", "img") for element in page.all(tag)]
    addresses = {element.get("href") or element.get("action") or element.get("src") or "" for element in elements}
    assert {address for address in addresses if not address.startswith("/publicity/")} == {"#noi-dung"}
    assert listed.headers["link"].startswith("</publicity/v1/items?")


async def test_dead_links_are_looked_for_with_head(client: httpx.AsyncClient, database: Database) -> None:
    (item_id,) = await published(database)

    statuses = [(await client.head(path)).status_code for path in ("/p", f"/p/items/{item_id}", "/p/items/x")]

    assert statuses == [200, 200, 404]
