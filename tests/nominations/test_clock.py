"""The clock door: on its own it hands over what is open at a body whose last day has passed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from services.nominations.clock import hand_over_loop
from services.nominations.models import Nomination, Station
from shared.auth.tokens import Verifier
from shared.bus.memory import MemoryBus
from shared.clock import today
from shared.db import Database
from shared.files.store import open_store
from shared.settings import Settings
from shared.web import Parts
from tests.nominations.factories import ladder, organisation, submitted


async def test_two_clocks_hand_over_once(committed: Database, settings: Settings, verifier: Verifier) -> None:
    async with committed.transaction() as session:
        bodies = await ladder(session)
        heir = await organisation(session, "Kế thừa")
        nomination = await submitted(session, bodies)
        await organisation(session, "Đã hết", id=bodies.first, valid_to=today() - timedelta(days=1), heirs=[heir])
    parts = Parts(settings, committed, MemoryBus(), open_store(settings), verifier)

    clocks = [asyncio.create_task(hand_over_loop(parts)) for _ in range(2)]
    try:
        async with asyncio.timeout(20):
            while await _decider(committed) != heir:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
    finally:
        for clock in clocks:
            clock.cancel()
        await asyncio.gather(*clocks, return_exceptions=True)

    async with committed.transaction() as session:
        version = await session.scalar(select(Nomination.version))
    assert version == nomination.version + 1


async def _decider(database: Database) -> object:
    async with database.transaction() as session:
        return await session.scalar(select(Station.organisation_id))
