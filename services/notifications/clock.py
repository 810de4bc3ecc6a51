"""The periodic door: endpoints paused too long are switched off, and what was delivered is kept only for a time."""

from __future__ import annotations

import asyncio

from services.notifications import actions
from shared.clock import now
from shared.web import Parts

EVERY_S = 600


async def tidy_up(parts: Parts) -> None:
    """The loop; several replicas may run it at once."""
    while True:
        async with parts.database.transaction() as session:
            await actions.disable_long_paused(session, now())
            await actions.wake_forgotten(session, now())
        while True:
            async with parts.database.transaction() as session:
                if not await actions.forget_delivered(session, now()):
                    break
        await asyncio.sleep(EVERY_S)
