"""Answers are kept while they are true: in every process they go with what they were made of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions
from services.publicity.app import create
from services.publicity.models import Edition
from shared.auth.tokens import Verifier
from shared.bus.memory import MemoryBus
from shared.db import Database, connect
from shared.events.nominations import StoryReleased
from shared.events.plans import MovementChanged
from shared.files.store import open_store
from shared.keeping import CHANNEL, listen
from shared.settings import Settings
from shared.web import Parts
from tests.conftest import calling
from tests.publicity.factories import SITE, channel, organisation, recalled, released

LIST = "{ items { edges { node { id title owner { name } movement { name } } } } }"
ONE = "query ($id: UUID!) { item(id: $id) { title } }"
TOLD_WITHIN_S = 0.5
fresh = count()
Pair = tuple[httpx.AsyncClient, httpx.AsyncClient]


def kept() -> float:
    """How many questions were answered from memory."""
    return REGISTRY.get_sample_value("lantoa_graph_answers_total", {"way": "kept"}) or 0.0


@asynccontextmanager
async def process(
    url: str, settings: Settings, verifier: Verifier
) -> AsyncIterator[tuple[httpx.AsyncClient, Database]]:
    """A client of one process: its own connections, its own memory, listening."""
    database = connect(url, application="publicity")
    listening = asyncio.create_task(listen(database.kept, database.url))
    app = create(Parts(settings, database, MemoryBus(), open_store(settings), verifier))
    try:
        async with calling(app) as client, asyncio.timeout(30):
            while not database.kept.listening:
                await asyncio.sleep(0.01)
            yield client, database
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await database.close()


@pytest.fixture
async def two(committed: Database, settings: Settings, verifier: Verifier) -> AsyncIterator[Pair]:
    """Two processes on one database, as far as they can know."""
    url = committed.url.render_as_string(hide_password=False)
    async with AsyncExitStack() as stack:
        first, _ = await stack.enter_async_context(process(url, settings, verifier))
        second, _ = await stack.enter_async_context(process(url, settings, verifier))
        yield first, second


async def warm(clients: Pair, query: str, **variables: str) -> str:
    """Asked until both answer from memory within its second; the text asked."""
    asked = f"{query} # {next(fresh)}"
    async with asyncio.timeout(30):
        while True:
            before = kept()
            for client in clients:
                await said(client, asked, **variables)
            if kept() == before + 2:
                return asked


async def said(client: httpx.AsyncClient, query: str, **variables: str) -> str:
    """The answer as text."""
    return (await client.post("/graphql", json={"query": query, "variables": variables})).text


async def both_say(clients: Pair, wanted: bool, words: str, query: str, **variables: str) -> list[bool]:
    """Whether the words stand in each answer, once the news had the time to come round."""
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        until = asyncio.get_running_loop().time() + TOLD_WITHIN_S
        while True:
            found = [words in await said(client, query, **variables) for client in clients]
            if found == [wanted, wanted] or asyncio.get_running_loop().time() > until:
                return found
            await asyncio.sleep(0.01)


async def _story(session: AsyncSession) -> StoryReleased:
    owner_id = await organisation(session, "Phòng cũ")
    await channel(session, owner_id)
    return released(owner_id)


async def test_a_recalled_story_is_gone_in_both_processes(two: Pair, committed: Database) -> None:
    async with committed.transaction() as session:
        release = await _story(session)
        row = await actions.release_story(session, release, site=SITE)
    title = release.story.title
    listed, alone = await warm(two, LIST), await warm(two, ONE, id=str(row.id))

    async with committed.transaction() as session:
        await actions.recall_story(session, recalled(release), site=SITE)

    assert await both_say(two, False, title, listed) == [False, False]
    assert await both_say(two, False, title, alone, id=str(row.id)) == [False, False]


async def test_a_new_story_is_in_the_list_of_both(two: Pair, committed: Database) -> None:
    async with committed.transaction() as session:
        release = await _story(session)
        await actions.release_story(session, release, site=SITE)
        other = await _story(session)
    listed = await warm(two, LIST)

    async with committed.transaction() as session:
        new = await actions.release_story(session, other, site=SITE)

    assert await both_say(two, True, str(new.id), listed) == [True, True]


@pytest.mark.parametrize("change", ["a text", "a name", "a movement", "all at once"])
async def test_whatever_an_answer_is_made_of_drops_it(change: str, two: Pair, committed: Database) -> None:
    async with committed.transaction() as session:
        release = await _story(session)
        await actions.release_story(session, release, site=SITE)
    listed = await warm(two, LIST)

    async with committed.transaction() as session:
        if change == "a text":
            await session.execute(update(Edition).values(title="Đã đổi"))
        elif change == "all at once":
            await session.execute(text("TRUNCATE items CASCADE"))
        elif change == "a name":
            await session.execute(text("UPDATE organisation_names SET name = 'Đã đổi'"))
        else:
            await actions.keep_movement(
                session, MovementChanged(movement_id=release.nomination_id, name="x", aliases=[])
            )
            await session.execute(text("UPDATE movements SET name = 'Đã đổi'"))
            await session.execute(text("UPDATE items SET movement_id = (SELECT id FROM movements)"))

    gone = change == "all at once"
    assert await both_say(two, not gone, release.story.title if gone else "Đã đổi", listed) == [not gone, not gone]


async def test_whoever_no_longer_hears_keeps_nothing(two: Pair, committed: Database) -> None:
    async with committed.transaction() as session:
        release = await _story(session)
        await actions.release_story(session, release, site=SITE)
    listed = await warm(two, LIST)

    async with committed.engine.begin() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'lantoa-keeping' AND datname = current_database()"
            )
        )
        await connection.execute(text(f"NOTIFY {CHANNEL}, 'nothing'"))
    await asyncio.sleep(0.2)

    before = kept()
    for client in two:
        await said(client, listed)
    assert kept() == before


async def test_nothing_is_kept_where_the_setting_says_so(
    committed: Database, settings: Settings, verifier: Verifier
) -> None:
    url, without = (
        committed.url.render_as_string(hide_password=False),
        settings.model_copy(update={"graph_cache": False}),
    )
    before = kept()

    async with process(url, without, verifier) as (client, database):
        for _ in range(4):
            await said(client, LIST)

        assert database.kept.listening
    assert kept() == before


async def test_a_reader_who_has_it_is_told_so_without_the_body_and_without_the_database(
    two: Pair, committed: Database
) -> None:
    async with committed.transaction() as session:
        release = await _story(session)
        await actions.release_story(session, release, site=SITE)
    client, asked = two[0], {"query": f"{LIST} # {next(fresh)}"}
    for _ in range(3):
        whole = await client.get("/graphql", params=asked)
    known = {"if-none-match": whole.headers["etag"]}

    async with asyncio.timeout(30):
        before = kept()
        while kept() == before:  # from memory, once it comes soon enough after the one before
            again = await client.get("/graphql", params=asked, headers=known)
    modern = await client.get(
        "/graphql", params=asked, headers={**known, "accept": "application/graphql-response+json"}
    )
    async with committed.transaction() as session:
        await actions.recall_story(session, recalled(release), site=SITE)
    await asyncio.sleep(TOLD_WITHIN_S)
    changed = await client.get("/graphql", params=asked, headers=known)

    assert (whole.status_code, whole.headers["cache-control"]) == (200, "public, no-cache")
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", whole.headers["etag"])
    assert modern.status_code == 200
    assert (changed.status_code, release.story.title in changed.text) == (200, False)
