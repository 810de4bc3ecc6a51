"""Messages, deliveries and the road behind them: each round reads what is new, not what there ever was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI

from services.notifications import actions, queries
from services.notifications.app import create
from services.notifications.models import Channel
from shared.audit import seal
from shared.auth import Actor
from shared.auth.tokens import Verifier
from shared.clock import now
from shared.paging import encode
from shared.road.places import Key, advance, lock_places
from shared.settings import Settings
from shared.sweep import sweep_rows
from tests.bench.growth.grown import Bearer, Grown, blocks, grown
from tests.bench.growth.size import Size

MANY_MESSAGES = Size(provinces=2, communes=6, nominations=12_000, items=6_000, messages=30_000, days=90)


@pytest.fixture(scope="module")
async def year(database_urls: Callable[[str], Awaitable[str]]) -> AsyncIterator[Grown]:
    """Three months of messages."""
    async with grown(database_urls, "notifications", MANY_MESSAGES) as found:
        yield found


@pytest.fixture
def app(year: Grown, settings: Settings, verifier: Verifier) -> FastAPI:
    """The service on it."""
    return year.served_by(create, settings, verifier)


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages?unread=true", "/v1/me"])
async def test_somebody_reads_his_own(path: str, year: Grown, app: FastAPI, bearer: Bearer) -> None:
    who = year.who("approver")
    unread = "SELECT count(*) FROM messages WHERE person_id = $1 AND in_app AND read_at IS NULL"

    plans = await year.read(app, path, bearer(who.subject))

    assert year.complaints(plans, rows=max(100, await year.value(unread, who.id))) == []


@pytest.mark.parametrize("unread", ["", "&unread=true"])
async def test_a_deep_page_costs_what_the_first_costs(unread: str, year: Grown, app: FastAPI, bearer: Bearer) -> None:
    who = year.who("approver")
    wanted = "person_id = $1 AND (read_at IS NULL OR $2)"
    deep = await year.value(f"SELECT id FROM messages WHERE {wanted} ORDER BY id OFFSET 30", who.id, not unread)

    first = await year.read(app, f"/v1/messages?limit=20{unread}", bearer(who.subject))
    last = await year.read(app, f"/v1/messages?limit=20{unread}&after={encode([deep])}", bearer(who.subject))

    assert year.complaints(last) == []
    assert blocks(last) <= 2 * blocks(first)


async def test_marking_all_as_read_touches_what_was_unread(year: Grown) -> None:
    who = year.who("approver", year.country.provinces[1])
    last = await year.value("SELECT max(id::text)::uuid FROM messages WHERE person_id = $1", who.id)
    unread = "SELECT count(*) FROM messages WHERE person_id = $1 AND in_app AND read_at IS NULL"

    async def mark() -> None:
        async with year.database.transaction() as session:
            await actions.mark_all_read(session, Actor("person", UUID(who.id), who.name), up_to=last)
            await session.rollback()

    assert year.complaints(await year.plans_of(mark), rows=await year.value(unread, who.id) + 1) == []


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.WEBHOOK])
async def test_a_sender_looks_at_what_is_due(channel: Channel, year: Grown) -> None:
    """Of a backlog, known to the statistics: those of this table are renewed soon after one came."""
    await year.line.execute("UPDATE deliveries SET next_try_at = NULL WHERE next_try_at IS NOT NULL")
    await year.line.execute(
        """UPDATE deliveries SET next_try_at = created_at, state = 'pending' WHERE id IN
        (SELECT id FROM deliveries WHERE channel = $1 ORDER BY id DESC LIMIT 1000)""",
        channel.value,
    )
    await year.line.execute("ANALYZE deliveries")

    async def claim() -> None:
        async with year.database.transaction() as session:
            assert len(await queries.due(session, channel, now(), 16)) == 16
            await session.rollback()

    assert year.complaints(await year.plans_of(claim), rows=200) == []


async def test_tidying_reads_what_is_past_its_time(year: Grown) -> None:
    await year.line.execute("ANALYZE deliveries")

    async def tidy() -> None:
        async with year.database.transaction() as session:
            await actions.disable_long_paused(session, now())
            await actions.wake_forgotten(session, now())
            await actions.forget_delivered(session, now() - timedelta(days=1))
            await session.rollback()

    assert year.complaints(await year.plans_of(tidy), rows=200) == []


async def test_what_an_item_left_behind_is_found_by_its_id(year: Grown) -> None:
    row = await year.line.fetchrow("SELECT item_id, nomination_id FROM messages WHERE item_id IS NOT NULL LIMIT 1")

    async def forget() -> None:
        async with year.database.transaction() as session:
            await actions.forget_item(session, row["item_id"], row["nomination_id"])
            await session.rollback()

    assert year.complaints(await year.plans_of(forget), rows=100) == []


async def test_a_batch_of_facts_takes_its_own_places(year: Grown) -> None:
    ids = await year.line.fetch("SELECT aggregate_id FROM inbox WHERE producer = 'nominations' LIMIT 500")

    async def take() -> None:
        async with year.database.transaction() as session:
            places = await lock_places(session, [Key("nominations", row["aggregate_id"]) for row in ids])
            for place in places.values():
                place.last += 1
            await advance(session, places)
            await session.rollback()

    assert year.complaints(await year.plans_of(take), rows=500) == []


async def test_the_sweep_and_the_seal_read_what_is_past_or_new(year: Grown) -> None:
    async def sweep() -> None:
        await sweep_rows(year.database)
        async with year.database.transaction() as session:
            await seal.seal_batch(session)
        await seal.newest(year.database)

    assert year.complaints(await year.plans_of(sweep)) == []
