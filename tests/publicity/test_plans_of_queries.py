"""What the public, editors and newsrooms read costs a page's worth however much was ever published."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from services.publicity.app import create
from services.publicity.queries.searching import WALKED
from shared.auth.tokens import Verifier
from shared.paging import encode
from shared.settings import Settings
from tests.bench.growth.grown import SMALL, Bearer, Grown, blocks, grown

PAGE = "items(first: 20, filter: $filter, search: $search) { edges { node { id title owner { name } } } }"
GRAPH = f"query Page($filter: ItemFilter, $search: String) {{ {PAGE} }}"
NOBODY: dict[str, str] = {}
OWNERS = SMALL.provinces + 1
FILTERS = {
    "everything": "",
    "one owner": "&owner_id={owner}",
    "one unit": "&organisation_id={unit}",
    "one movement": "&movement_id={movement}",
    "a common field": "&field=Giáo dục",
    "a field that nobody names": "&field=Thủ công",
    "a kind that nobody names": "&kind=good_deed",
    "subjects that nobody names": "&subject_type=collective",
    "a field that one owner never had": "&owner_id={owner}&field=Thủ công",
    "one day": "&published_from={day}&published_to={day}",
    "a rare word": "&search={rare}",
    "a common word": "&search=dan",
    "two common words": "&search=nguoi dan",
    "the beginning of very many words": "&search=t",
    "a word that nobody wrote": "&search=zzzzz",
    "a word that nobody wrote, and a letter": "&search=zzzzz t",
    "common words that never meet": "&search=quanly khudancu",
    "a common word of one owner": "&owner_id={owner}&search=dan",
    "a common word a year ago": "&published_to={first}&search=dan",
}


@pytest.fixture(scope="module")
async def year(database_urls: Callable[[str], Awaitable[str]]) -> AsyncIterator[Grown]:
    """A small country's year of publications."""
    async with grown(database_urls, "publicity", replace(SMALL, items=11_000)) as found:
        yield found


@pytest.fixture
def app(year: Grown, settings: Settings, verifier: Verifier) -> FastAPI:
    """The service on it."""
    return year.served_by(create, settings, verifier)


async def values(year: Grown) -> dict[str, Any]:
    """What the filters name."""
    row = await year.line.fetchrow("SELECT * FROM items WHERE state = 'published' ORDER BY published_at DESC OFFSET 50")
    first = await year.value("SELECT min(published_at)::date + 3 FROM items")
    return {
        "owner": year.province.id,
        "unit": row["organisation_id"],
        "movement": row["movement_id"],
        "day": row["published_at"].date(),
        "first": first,
        "rare": row["subject_name"],
    }


@pytest.mark.parametrize("name", FILTERS)
async def test_a_list_of_the_portal_reads_a_page(name: str, year: Grown, app: FastAPI) -> None:
    path = "/v1/items?limit=20" + FILTERS[name].format(**await values(year))

    assert year.complaints(await year.read(app, path, NOBODY), rows=WALKED) == []


@pytest.mark.parametrize("search", [None, "dan", "zzzzz"])
async def test_the_graph_reads_a_page(search: str | None, year: Grown, app: FastAPI) -> None:
    asked = {"query": GRAPH, "variables": {"search": search, "filter": {"ownerId": year.province.id}}}

    assert year.complaints(await year.read(app, "/graphql", NOBODY, **asked), rows=WALKED * OWNERS * 2) == []


@pytest.mark.parametrize("filter", ["", "&owner_id={owner}", "&search=dan"])
async def test_a_deep_page_costs_what_the_first_costs(filter: str, year: Grown, app: FastAPI) -> None:
    path = "/v1/items?limit=20" + filter.format(**await values(year))
    of_owner = "state = 'published' AND owner_id = $1"
    deep = await year.line.fetchrow(
        f"SELECT published_at, id FROM items WHERE {of_owner} ORDER BY published_at, id OFFSET 100 LIMIT 1",
        year.province.uuid,
    )

    first = await year.read(app, path, NOBODY)
    last = await year.read(app, f"{path}&after={encode([deep['published_at'], deep['id']])}", NOBODY)

    assert year.complaints(last) == []
    assert blocks(last) <= 2 * blocks(first)


@pytest.mark.parametrize("path", ["/v1/desk/items", "/v1/me", "/v1/desk/items?after={after}"])
async def test_the_desk_reads_what_waits_for_it(path: str, year: Grown, app: FastAPI, bearer: Bearer) -> None:
    waiting = "SELECT count(*) FROM placements WHERE state = 'pending' AND channel_id = $1"
    after = encode([await year.value("SELECT id FROM items ORDER BY id OFFSET 5000 LIMIT 1")])

    plans = await year.read(app, path.format(after=after), bearer(year.who("editor").subject))

    newspaper = year.province.channels[1]
    assert year.complaints(plans, rows=max(200, await year.value(waiting, newspaper.id))) == []


async def test_catching_up_reads_a_page(year: Grown, app: FastAPI) -> None:
    middle = await year.value("SELECT id FROM outbox ORDER BY position OFFSET 100 LIMIT 1")
    plans = await year.read(app, f"/v1/events?after={middle}", NOBODY)

    assert year.complaints(plans, rows=200) == []
