"""Catching up: every fact that was sent, once, in the order it was sent; what was taken down without its content."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, select, update

from services.publicity import actions
from shared.bus.memory import MemoryBus
from shared.db import Database, new_id
from shared.events.publicity import ItemPublished, ItemWithdrawn, PlacementConfirmed
from shared.road.relay import Relay
from shared.road.tables import Outbox, RelayState
from tests.publicity.factories import SITE, again, channel, organisation, recalled, released


async def sent(database: Database) -> None:
    """Everything recorded so far was given to the bus and marked, by the relay itself."""
    relay = asyncio.create_task(Relay(database, MemoryBus(), "publicity").run())
    try:
        async with asyncio.timeout(10):
            while await waiting(database):
                await asyncio.sleep(0.02)
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)


async def waiting(database: Database) -> int:
    """How many facts were not sent yet."""
    async with database.transaction() as session:
        unsent = select(func.count()).select_from(Outbox).where(Outbox.sent_at.is_(None))
        return await session.scalar(unsent) or 0


@pytest.fixture(autouse=True)
async def nothing_sent_before(committed: Database) -> None:
    """The relay's state outlives the emptying of tables."""
    async with committed.transaction() as session:
        await session.execute(update(RelayState).values(last=0))


async def events(reader: httpx.AsyncClient, **query: Any) -> Any:
    """One page."""
    answer = await reader.get("/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def story_published(database: Database) -> Any:
    """An item published on two channels, one of them later; the release it came from."""
    async with database.transaction() as session:
        owner_id = await organisation(session)
        await channel(session, owner_id)
        first = released(owner_id, channel_kinds=["portal"])
        await actions.release_story(session, first, site=SITE)
    async with database.transaction() as session:
        await channel(session, owner_id, "newspaper")
        fact = again(first, channel_kinds=["newspaper", "portal"])
        await actions.release_story(session, fact, site=SITE)
    return fact


async def test_what_was_sent_is_read_in_order_as_cloudevents(reader: httpx.AsyncClient, committed: Database) -> None:
    fact = await story_published(committed)
    await sent(committed)

    page = await events(reader)

    assert [event["type"] for event in page["events"]] == [ItemPublished.type(), PlacementConfirmed.type()]
    first = page["events"][0]
    assert (first["specversion"], first["sequence"], first["datacontenttype"]) == (
        "1.0",
        "0000000001",
        "application/json",
    )
    assert first["data"]["nomination_id"] == str(fact.nomination_id)
    assert first["data"]["story"]["title"] == fact.story.title
    assert page["next"] == "2"


async def test_what_was_recorded_but_not_sent_is_not_there_yet(reader: httpx.AsyncClient, committed: Database) -> None:
    await story_published(committed)

    assert await events(reader) == {"events": [], "next": "0"}


async def test_reading_goes_on_where_it_stopped(reader: httpx.AsyncClient, committed: Database) -> None:
    await story_published(committed)
    await sent(committed)

    first = await events(reader, limit=1)
    second = await events(reader, limit=1, after=first["next"])
    third = await events(reader, limit=1, after=second["next"])

    assert [page["next"] for page in (first, second, third)] == ["1", "2", "2"]
    assert [len(page["events"]) for page in (first, second, third)] == [1, 1, 0]


async def test_who_knows_only_the_last_webhook_goes_on_from_its_id(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    await story_published(committed)
    await sent(committed)
    first, second = (await events(reader))["events"]

    page = await events(reader, after=first["id"])
    unknown = await reader.get("/v1/events", params={"after": str(new_id())})

    assert ([event["id"] for event in page["events"]], page["next"]) == ([second["id"]], "2")
    assert (unknown.status_code, unknown.json()["type"]) == (410, "urn:lantoa:problem:cursor-too-old")


async def test_who_handled_it_and_where_it_goes_on_stays_in_the_house(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    fact = await story_published(committed)
    await sent(committed)
    async with committed.transaction() as session:
        await actions.recall_story(session, recalled(fact), site=SITE)
    await story_published(committed)
    await sent(committed)

    told = {event["type"]: event["data"] for event in (await events(reader))["events"]}

    assert sorted(told[ItemPublished.type()]) == sorted(ItemPublished.model_fields.keys() - ItemPublished.inside)
    assert sorted(told[ItemWithdrawn.type()]) == sorted(ItemWithdrawn.model_fields.keys() - ItemWithdrawn.inside)


async def test_a_page_names_the_next_one_only_when_it_is_full(reader: httpx.AsyncClient, committed: Database) -> None:
    await story_published(committed)
    await sent(committed)

    full = await reader.get("/v1/events", params={"limit": 2})
    rest = await reader.get("/v1/events", params={"limit": 3})

    assert [answer.headers.get("link", "").endswith('rel="next"') for answer in (full, rest)] == [True, False]


async def test_facts_of_what_is_gone_keep_their_number_without_content(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    fact = await story_published(committed)
    await sent(committed)
    async with committed.transaction() as session:
        await actions.recall_story(session, recalled(fact), site=SITE)
    await sent(committed)

    page = await events(reader)

    assert [(event["type"], event["data"] is None) for event in page["events"]] == [
        (ItemPublished.type(), True),
        (PlacementConfirmed.type(), True),
        (ItemWithdrawn.type(), False),
    ]
    assert [event["sequence"] for event in page["events"]] == ["0000000001", "0000000002", "0000000003"]


async def test_a_cursor_older_than_what_is_kept_says_to_read_again(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    await story_published(committed)
    await story_published(committed)
    await sent(committed)
    async with committed.transaction() as session:
        await session.execute(delete(Outbox).where(Outbox.sent_position <= 2))

    too_old = await reader.get("/v1/events", params={"after": "1"})
    good = await events(reader, after="2")
    fresh = await events(reader)

    assert (too_old.status_code, too_old.json()["type"]) == (410, "urn:lantoa:problem:cursor-too-old")
    assert [len(page["events"]) for page in (good, fresh)] == [2, 2]


async def test_a_reader_who_missed_nothing_may_be_away_for_long(reader: httpx.AsyncClient, committed: Database) -> None:
    await story_published(committed)
    await sent(committed)
    async with committed.transaction() as session:
        await session.execute(delete(Outbox))

    assert await events(reader, after="2") == {"events": [], "next": "2"}
    assert (await reader.get("/v1/events", params={"after": "1"})).status_code == 410


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "٣", "9" * 19, "17"])
async def test_a_cursor_we_never_gave_is_refused(reader: httpx.AsyncClient, after: str) -> None:
    answer = await reader.get("/v1/events", params={"after": after})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:lantoa:problem:bad-cursor")
