"""The periodic door: opens duties, reminds, and marks what is overdue. Several processes may run it at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import structlog

from services.plans import actions
from services.plans.queries.plans import plans_to_open
from shared.clock import day, now
from shared.db import Database
from shared.transient import is_transient
from shared.wake import bell
from shared.web import Parts

EVERY_S = 60

log = structlog.get_logger()


async def run(parts: Parts) -> None:
    """Every minute, and at once when this service has announced something: a plan was issued or amended."""
    rung = bell(parts.database.url.database)
    while True:
        rung.clear()
        await turn(parts.database, now())
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY_S):
                await rung.wait()


async def turn(database: Database, instant: datetime) -> None:
    """All there is to do at an instant, in short transactions; repeating it changes nothing."""
    async with database.transaction() as session:
        plan_ids = await plans_to_open(session, day(instant))
    for plan_id in plan_ids:
        await _open_all(database, plan_id, instant)
    while await _remind(database, instant):
        pass


async def _open_all(database: Database, plan_id: UUID, instant: datetime) -> None:
    """One plan whose duties cannot be opened must not keep the others from theirs."""
    try:
        more = True
        while more:
            async with database.transaction() as session:
                more = await actions.open_duties(session, plan_id, now=instant)
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("duties of a plan cannot be opened", plan=str(plan_id))


async def _remind(database: Database, instant: datetime) -> bool:
    async with database.transaction() as session:
        return await actions.remind(session, now=instant)
