"""Receiving: effectively once, in order per aggregate; a poison fact stops only its key."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.events.nominations import NominationTakenUp
from shared.road.inbox import Receiver
from shared.transient import is_transient
from tests.shared.road.facts import (
    Ledger,
    aggregate,
    arrived,
    effects,
    last_of,
    outbox_titles,
    parked_numbers,
)


async def test_a_batch_is_handled_in_order_with_its_own_facts(road: Database, ledger: Ledger) -> None:
    here = aggregate()

    await Receiver(road, ledger.consumer).receive([arrived(here, 1), arrived(here, 2)])

    assert await effects(road, here) == ["1", "2"]
    assert await outbox_titles(road) == [(1, "heard 1"), (2, "heard 2")]
    assert await last_of(road, here) == 2


async def test_a_repeated_batch_is_absorbed(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    batch = [arrived(here, 1), arrived(here, 2)]

    await receiver.receive(batch)
    await receiver.receive(batch + batch)

    assert await effects(road, here) == ["1", "2"]


async def test_the_same_batch_at_two_consumers_on_known_keys_has_one_effect_each(
    road: Database, ledger: Ledger
) -> None:
    keys = [aggregate() for _ in range(40)]
    one, two = Receiver(road, ledger.consumer), Receiver(road, ledger.consumer)
    await one.receive([arrived(here, 1) for here in keys])
    batch = [arrived(here, number) for number in (2, 3) for here in keys]

    await asyncio.gather(one.receive(batch), two.receive(list(reversed(batch))))

    assert [await effects(road, here) for here in keys] == [["1", "2", "3"]] * 40


async def test_a_fact_beyond_the_next_waits_as_a_gap_until_the_missing_one_comes(
    road: Database, ledger: Ledger
) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)

    await receiver.receive([arrived(here, 1), arrived(here, 3)])
    await receiver.receive([arrived(here, 4)])

    assert await parked_numbers(road, here) == [(3, "gap"), (4, "gap")]
    await receiver.receive([arrived(here, 2)])
    assert await effects(road, here) == ["1", "2", "3", "4"]
    assert await parked_numbers(road, here) == []


async def test_a_first_ever_fact_above_one_is_a_gap_like_any_other(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)

    await receiver.receive([arrived(here, 2)])

    assert await parked_numbers(road, here) == [(2, "gap")]
    assert await effects(road, here) == []


async def test_a_failing_fact_parks_its_key_and_nothing_overtakes_it_while_others_flow(
    road: Database, ledger: Ledger
) -> None:
    bad, good, receiver = aggregate(), aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"poison"}

    await receiver.receive(
        [arrived(bad, 1), arrived(bad, 2, title="poison"), arrived(good, 1), arrived(bad, 3), arrived(good, 2)]
    )
    await receiver.receive([arrived(bad, 4)])

    assert await effects(road, good) == ["1", "2"]
    assert await effects(road, bad) == ["1"]
    assert await parked_numbers(road, bad) == [(2, "failed"), (3, "behind"), (4, "behind")]
    assert [title for _, title in await outbox_titles(road) if "poison" in title] == []


async def test_a_failing_handler_is_tried_three_times_before_its_key_is_parked(road: Database, ledger: Ledger) -> None:
    ledger.refuses = {"poison"}

    await Receiver(road, ledger.consumer).receive([arrived(aggregate(), 1, title="poison")])

    assert ledger.calls == ["poison"] * 3


async def test_a_fact_without_content_advances_the_inbox_and_does_nothing_else(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)

    await receiver.receive([arrived(here, 1), arrived(here, 2).blanked(), arrived(here, 3)])

    assert await effects(road, here) == ["1", "3"]
    assert await last_of(road, here) == 3


async def test_a_fact_that_nobody_here_hears_still_advances_the_inbox(road: Database, ledger: Ledger) -> None:
    here = aggregate()
    ledger.consumer.hearings.clear()
    ledger.consumer.on(NominationTakenUp)(_nothing)

    await Receiver(road, ledger.consumer).receive([arrived(here, 1)])

    assert await last_of(road, here) == 1


async def test_a_consumer_paused_inside_a_transaction_lets_the_others_go_on(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    await receiver.receive([arrived(here, 1)])
    async with road.sessions() as paused:
        await paused.execute(text("SELECT * FROM inbox FOR UPDATE"))

        await asyncio.wait_for(receiver.receive([arrived(here, 2)]), timeout=7)

        with pytest.raises(DBAPIError):
            await paused.execute(text("SELECT 1"))  # woken, it finds its transaction ended by the server
    assert await effects(road, here) == ["1", "2"]


async def test_a_lost_connection_is_nobodys_fault_and_the_batch_is_simply_given_again(
    road: Database, ledger: Ledger
) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.dies_once = True

    with pytest.raises(DBAPIError) as lost:
        await receiver.receive([arrived(here, 1)])
    await receiver.receive([arrived(here, 1)])

    assert is_transient(lost.value)
    assert await effects(road, here) == ["1"]
    assert await parked_numbers(road, here) == []


async def _nothing(session: AsyncSession, given: NominationTakenUp) -> None:
    """Hears without effect."""
