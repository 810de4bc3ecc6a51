"""The service alive, its loops running: a fact arrives and a webhook and a mail leave by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import FastAPI
from sqlalchemy import func, select

from services.notifications.actions.sending import LEASE
from services.notifications.app import create
from services.notifications.models import Delivery
from services.notifications.workflow import State
from shared.bus.memory import MemoryBus
from shared.db import Database, new_id
from shared.settings import Settings
from shared.web import Parts
from tests.notifications import factories as make
from tests.notifications.receiver import Received, newsroom, post_office

PATIENCE_S = 15


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await true():
            await asyncio.sleep(0.05)


def _alive(parts: Parts, database: Database, settings: Settings) -> FastAPI:
    return create(replace(parts, database=database, settings=settings, bus=MemoryBus()))


async def test_a_fact_leaves_by_webhook_and_mail(parts: Parts, committed: Database) -> None:
    async with newsroom() as room, post_office() as office:
        settings = parts.settings.model_copy(
            update={"allow_private_webhooks": True, "secret_key": "key", "smtp_url": office.url}
        )
        item = make.published(nominator=new_id())
        async with committed.transaction() as session:
            await make.endpoint(session, url=room.url)
            await make.recipient(session, item.nominator_id)
        app = _alive(parts, committed, settings)

        async with app.router.lifespan_context(app):
            await make.arrive(committed, make.enveloped(item))
            await _until(lambda: _all_confirmed(committed, 2))

    assert [got.verified(make.SECRET)["data"]["item_id"] for got in room.received] == [str(item.item_id)]
    assert [to for to, _ in office.letters] == [["mai@coquan.example.vn"]]


async def _all_confirmed(database: Database, number: int) -> bool:
    async with database.transaction() as session:
        done = await session.scalar(select(func.count()).where(Delivery.state == State.CONFIRMED))
        return done == number


async def test_a_sender_stopped_in_the_middle_leaves_its_lease_and_the_next_one_sends_again(
    parts: Parts, committed: Database
) -> None:
    async with newsroom() as room:
        settings = parts.settings.model_copy(update={"allow_private_webhooks": True, "secret_key": "key"})
        async with committed.transaction() as session:
            sent = await make.delivery(session, await make.endpoint(session, url=room.url))
        room.delay_s = 5
        app = _alive(parts, committed, settings)

        async with app.router.lifespan_context(app):
            await _until(lambda: _received(room.received))
        room.delay_s = 0  # the process is gone while the newsroom still thinks
        async with committed.transaction() as session:
            row = await session.get_one(Delivery, sent.id)
            assert row.state is State.SENT
            assert row.next_try_at is not None
            row.next_try_at -= LEASE
        app = _alive(parts, committed, settings)
        async with app.router.lifespan_context(app):
            await _until(lambda: _all_confirmed(committed, 1))

    assert {got.headers["webhook-id"] for got in room.received} == {str(sent.fact_id)}
    assert len(room.received) == 2


async def _received(received: list[Received]) -> bool:
    return bool(received)
