"""Recording: facts are written beside the change, once, just before commit."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from shared import context
from shared.db import Database
from shared.road import record
from shared.road.outbox import FactTooLarge, recorded
from tests.shared.road.facts import aggregate, committed_facts, fact, outbox_titles


async def test_a_committed_change_announces_its_facts_numbered_from_one(road: Database) -> None:
    here = aggregate()

    await committed_facts(road, fact(here, "a"), fact(here, "b"))
    await committed_facts(road, fact(here, "c"))

    assert await outbox_titles(road) == [(1, "a"), (2, "b"), (3, "c")]


async def test_facts_of_several_aggregates_keep_the_order_in_which_they_were_recorded(road: Database) -> None:
    one, two = aggregate(), aggregate()

    await committed_facts(road, fact(two, "a"), fact(one, "b"), fact(two, "c"), fact(one, "d"))

    assert await outbox_titles(road) == [(1, "a"), (1, "b"), (2, "c"), (2, "d")]


async def test_a_rolled_back_change_announces_nothing(road: Database) -> None:
    class Stop(Exception):
        pass

    async def stopped() -> None:
        async with road.transaction() as session:
            record(session, fact(aggregate()))
            raise Stop

    with pytest.raises(Stop):
        await stopped()

    assert await outbox_titles(road) == []


async def test_a_session_used_again_after_a_rollback_forgets_what_was_recorded(road: Database) -> None:
    async with road.sessions() as session:
        record(session, fact(aggregate(), "lost"))
        await session.rollback()
        record(session, fact(aggregate(), "kept"))
        await session.commit()

    assert await outbox_titles(road) == [(1, "kept")]


async def test_a_fact_carries_the_trace_and_cause_of_the_work_that_recorded_it(road: Database) -> None:
    with context.work("c0ffee", "00-" + "1" * 32 + "-" + "2" * 16 + "-01", "cause") as work:
        await committed_facts(road, fact(aggregate()))

    async with road.engine.connect() as connection:
        row = (await connection.execute(text("SELECT correlation_id, causation_id, traceparent FROM outbox"))).one()
    assert tuple(row) == ("c0ffee", "cause", work.traceparent)


async def test_a_fact_over_900_kb_is_refused_when_it_is_recorded(road: Database) -> None:
    async with road.sessions() as session:
        with pytest.raises(FactTooLarge):
            record(session, fact(aggregate(), "x" * 900_001))

        assert recorded(session) == []


async def test_sixteen_writers_on_shared_aggregates_do_not_deadlock_and_leave_no_hole(road: Database) -> None:
    shared = [aggregate() for _ in range(6)]

    async def write(turn: int) -> None:
        for _ in range(5):
            order = shared if turn % 2 else shared[::-1]
            await committed_facts(road, *(fact(here) for here in order))

    await asyncio.gather(*(write(turn) for turn in range(16)))

    async with road.engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT aggregateid, array_agg(sequence ORDER BY position) FROM outbox GROUP BY 1")
        )
        found: dict[UUID, list[int]] = dict(rows.all())
    assert found == {here: list(range(1, 81)) for here in shared}
