"""What is kept for a time goes when it is over, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from shared.clock import now
from shared.db import Database
from shared.sweep import sweep_rows
from tests.shared.road.facts import aggregate, committed_facts, fact


async def test_sent_facts_leave_the_outbox_after_seven_days_and_unsent_ones_never(committed: Database) -> None:
    await committed_facts(committed, fact(aggregate(), "old"), fact(aggregate(), "young"), fact(aggregate(), "unsent"))
    async with committed.engine.begin() as connection:
        for position, age in ((1, timedelta(days=7, minutes=1)), (2, timedelta(days=6))):
            await connection.execute(
                text("UPDATE outbox SET sent_at = :at WHERE position = :position"),
                {"at": now() - age, "position": position},
            )

    removed = await sweep_rows(committed)

    async with committed.engine.connect() as connection:
        left = list(await connection.scalars(text("SELECT position FROM outbox ORDER BY position")))
    assert (removed["outbox"], left) == (1, [2, 3])
