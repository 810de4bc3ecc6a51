"""What time brings: a body reaches its announced last day, and its heir takes over what is open."""

from __future__ import annotations

import asyncio

from services.nominations import actions
from shared.clock import today
from shared.web import Parts

EVERY_S = 60


async def hand_over_loop(parts: Parts) -> None:
    """Runs until cancelled.

    Several replicas are harmless: each nomination is locked and judged again under its lock.
    """
    while True:
        async with parts.database.transaction() as session:
            await actions.hand_over_ended(session, on=today())
        await asyncio.sleep(EVERY_S)
