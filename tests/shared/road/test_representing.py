"""Representing: state told anew reaches whoever lost it, never goes backwards, and overtakes nothing that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Consumer
from shared.clock import now
from shared.db import Database
from shared.events import Event
from shared.events.nominations import NominationWithdrawn
from shared.road import parking, record
from shared.road.giving_up import keys_told_anew
from shared.road.inbox import Receiver
from shared.road.places import Key
from shared.road.representing import Representation, represent
from shared.road.tables import Sequence as SequenceRow
from tests.shared.road.facts import (
    Ledger,
    aggregate,
    arrived,
    committed_facts,
    effects,
    fact,
    last_of,
    outbox_titles,
    parked_numbers,
)

HERE = "nominations"


async def a_minute_passes(road: Database) -> None:
    async with road.engine.begin() as connection:
        await connection.execute(text("UPDATE parked SET parked_at = parked_at - interval '61 seconds'"))


async def the_loop_looks(receiver: Receiver) -> None:
    """What the loop does every five seconds with what need wait no longer."""
    async with receiver.database.transaction() as session:
        keys = await keys_told_anew(session)
    for key in keys:
        await parking.drain(receiver, key)


async def given_up(road: Database, key: UUID) -> list[tuple[int, int, int]]:
    async with road.engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT first, last, represented FROM given_up WHERE aggregate_id = :a ORDER BY first"), {"a": key}
        )
        return [(first, last, anew) for first, last, anew in rows]


async def test_a_represented_fact_is_the_first_of_a_key_nobody_knows_whatever_its_number(
    road: Database, ledger: Ledger
) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)

    await receiver.receive([arrived(here, 57, represented=True), arrived(here, 58)])

    assert await effects(road, here) == ["57", "58"]
    assert await last_of(road, here) == 58
    assert await given_up(road, here) == []


async def test_an_ordinary_fact_beyond_the_first_waits_also_on_a_key_nobody_knows(
    road: Database, ledger: Ledger
) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)

    await receiver.receive([arrived(here, 57)])

    assert await parked_numbers(road, here) == [(57, "gap")]


async def test_a_represented_fact_in_its_turn_is_an_ordinary_one(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)

    await receiver.receive([arrived(here, 1), arrived(here, 2, represented=True), arrived(here, 3)])

    assert await effects(road, here) == ["1", "2", "3"]


async def test_arrivals_1_3_and_4_represented_then_a_late_2_are_all_handled_in_order(
    road: Database, ledger: Ledger
) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)

    await receiver.receive([arrived(here, 1), arrived(here, 3)])
    await receiver.receive([arrived(here, 4, represented=True)])
    assert await effects(road, here) == ["1"]
    await receiver.receive([arrived(here, 2)])

    assert await effects(road, here) == ["1", "2", "3", "4"]
    assert await given_up(road, here) == []


async def test_after_a_minute_the_missing_is_given_up_and_what_was_received_is_handled_first(
    road: Database, ledger: Ledger
) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    await receiver.receive([arrived(here, 1), arrived(here, 3), arrived(here, 6, represented=True), arrived(here, 7)])

    await the_loop_looks(receiver)
    before = await effects(road, here)
    await a_minute_passes(road)
    await the_loop_looks(receiver)

    assert before == ["1"]
    assert await effects(road, here) == ["1", "3", "6", "7"]
    assert await given_up(road, here) == [(2, 2, 6), (4, 5, 6)]
    assert await parked_numbers(road, here) == []


async def test_what_comes_after_it_was_given_up_is_absorbed(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    await receiver.receive([arrived(here, 1), arrived(here, 3, represented=True)])
    await a_minute_passes(road)
    await the_loop_looks(receiver)

    await receiver.receive([arrived(here, 2)])

    assert await effects(road, here) == ["1", "3"]


async def test_a_gap_without_a_represented_fact_behind_it_stands_for_ever(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    await receiver.receive([arrived(here, 1), arrived(here, 3)])
    await a_minute_passes(road)

    await the_loop_looks(receiver)
    await parking.drain(receiver, Key(HERE, here), only_due=False)

    assert await parked_numbers(road, here) == [(3, "gap")]


async def test_a_represented_fact_never_overtakes_a_parked_failure(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"1"}
    await receiver.receive([arrived(here, 1), arrived(here, 2, represented=True)])
    await a_minute_passes(road)

    await the_loop_looks(receiver)
    waiting = await parked_numbers(road, here)
    ledger.refuses = set()
    await parking.drain(receiver, Key(HERE, here), only_due=False)

    assert waiting == [(1, "failed"), (2, "behind")]
    assert await effects(road, here) == ["1", "2"]
    assert await given_up(road, here) == []


async def test_a_failure_behind_a_given_up_number_stops_the_key_there(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"3"}
    await receiver.receive([arrived(here, 1), arrived(here, 3), arrived(here, 4, represented=True)])
    await a_minute_passes(road)

    await the_loop_looks(receiver)

    assert await effects(road, here) == ["1"]
    assert await parked_numbers(road, here) == [(3, "failed"), (4, "gap")]


async def test_what_lost_its_content_in_a_week_is_freed_by_representing(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"1"}
    await receiver.receive([arrived(here, 1), arrived(here, 2)])
    async with road.engine.begin() as connection:
        await connection.execute(text("UPDATE parked SET parked_at = parked_at - interval '8 days'"))
    await parking._watch(receiver)
    await receiver.receive([arrived(here, 3), arrived(here, 4, represented=True)])
    await a_minute_passes(road)

    await the_loop_looks(receiver)

    assert await effects(road, here) == ["3", "4"]
    assert await given_up(road, here) == [(1, 1, 4), (2, 2, 4)]
    assert await last_of(road, here) == 4


async def test_a_blanked_represented_fact_tells_no_state_and_frees_nothing(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    await receiver.receive([arrived(here, 1), arrived(here, 3, represented=True).blanked()])
    await a_minute_passes(road)

    await the_loop_looks(receiver)

    assert await parked_numbers(road, here) == [(3, "gap")]


async def test_two_processes_that_look_at_once_handle_each_fact_once(road: Database, ledger: Ledger) -> None:
    one, two = Receiver(road, ledger.consumer), Receiver(road, ledger.consumer)
    keys = [aggregate() for _ in range(20)]
    await one.receive([arrived(here, number, represented=number == 5) for here in keys for number in (1, 3, 5)])
    await a_minute_passes(road)

    await asyncio.gather(the_loop_looks(one), the_loop_looks(two))
    await the_loop_looks(one)

    assert [await effects(road, here) for here in keys] == [["1", "3", "5"]] * 20


async def test_handlers_with_outside_effects_are_not_called_for_represented_facts(road: Database) -> None:
    told: list[str] = []
    consumer = Consumer("notifications")

    @consumer.on(NominationWithdrawn, effects=True)
    async def mail(session: AsyncSession, given: NominationWithdrawn) -> None:
        told.append(given.title)

    here, receiver = aggregate(), Receiver(road, consumer)
    await receiver.receive([arrived(here, 1), arrived(here, 2, represented=True), arrived(here, 3)])

    assert told == ["1", "3"]
    assert await last_of(road, here) == 3


# -- telling ------------------------------------------------------------------------------------------------


def of_sequences(road: Database) -> Representation:
    """Every aggregate that has a number, told by its number: read under a lock, as an action would."""

    async def state(session: AsyncSession, key: UUID) -> Sequence[Event]:
        row = await session.get(SequenceRow, key, with_for_update=True, populate_existing=True)
        return [fact(key, f"state {row.last}")] if row else []

    return Representation("nomination", SequenceRow.aggregate_id, state)


async def represented_rows(road: Database) -> list[tuple[int, bool]]:
    async with road.engine.connect() as connection:
        rows = await connection.execute(text("SELECT sequence, represented FROM outbox ORDER BY position"))
        return [(sequence, represented) for sequence, represented in rows]


async def test_state_is_told_under_the_next_number_and_says_that_it_is_represented(road: Database) -> None:
    here = aggregate()
    await committed_facts(road, fact(here, "1"), fact(here, "2"))

    counts = await represent(road, [of_sequences(road)])

    assert counts == {"nomination": 1}
    assert (await outbox_titles(road))[-1] == (3, "state 2")
    assert await represented_rows(road) == [(1, False), (2, False), (3, True)]


async def test_since_tells_only_what_recorded_a_fact_since_then(road: Database) -> None:
    old, new = aggregate(), aggregate()
    await committed_facts(road, fact(old, "old"))
    async with road.engine.begin() as connection:
        await connection.execute(text("UPDATE outbox SET time = time - interval '2 days'"))
    await committed_facts(road, fact(new, "new"))

    counts = await represent(road, [of_sequences(road)], since=now() - timedelta(days=1))

    assert counts == {"nomination": 1}
    assert (await outbox_titles(road))[-1] == (2, "state 1")


async def test_representing_beside_live_changes_never_tells_an_older_state_under_a_newer_number(
    road: Database,
) -> None:
    keys = [aggregate() for _ in range(5)]
    await committed_facts(road, *(fact(here, "state 0") for here in keys))

    async def change(here: UUID) -> None:
        for _ in range(20):
            async with road.transaction() as session:
                row = await session.get_one(SequenceRow, here, with_for_update=True)
                record(session, fact(here, f"state {row.last}"))

    async def tell() -> None:
        for _ in range(10):
            await represent(road, [of_sequences(road)])

    await asyncio.gather(tell(), *(change(here) for here in keys))

    for here in keys:
        async with road.engine.connect() as connection:
            rows = await connection.execute(
                text(
                    "SELECT sequence, convert_from(payload, 'utf8')::json->>'title' FROM outbox "
                    "WHERE aggregateid = :a ORDER BY position"
                ),
                {"a": here},
            )
            told = [(sequence, title) for sequence, title in rows]
        assert told == [(number, f"state {number - 1}") for number in range(1, len(told) + 1)]
