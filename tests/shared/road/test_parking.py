"""Parking: what failed waits with what is behind it, is tried again in order, and stays for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from shared.db import Database
from shared.road import parking
from shared.road.inbox import Receiver
from shared.road.places import Key
from tests.shared.road.facts import Ledger, aggregate, arrived, effects, parked_numbers

START = datetime(2026, 1, 1, tzinfo=UTC)


async def test_a_retry_that_succeeds_handles_the_key_in_order_and_frees_it(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"1"}
    await receiver.receive([arrived(here, 1), arrived(here, 2), arrived(here, 3)])
    ledger.refuses = set()

    freed = await parking.drain(receiver, Key("nominations", here), only_due=False)

    assert freed is True
    assert await effects(road, here) == ["1", "2", "3"]
    assert await parked_numbers(road, here) == []


async def test_a_retry_that_is_not_due_changes_nothing(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"1"}
    await receiver.receive([arrived(here, 1)])
    ledger.refuses = set()

    freed = await parking.drain(receiver, Key("nominations", here))

    assert freed is False
    assert await effects(road, here) == []


async def test_a_retry_that_fails_again_leaves_no_effect_and_waits_longer(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"1"}
    await receiver.receive([arrived(here, 1), arrived(here, 2)])

    freed = await parking.drain(receiver, Key("nominations", here), only_due=False)

    async with road.engine.connect() as connection:
        attempts = await connection.scalar(text("SELECT attempts FROM parked WHERE sequence = 1"))
    assert (freed, attempts) == (False, 2)
    assert await effects(road, here) == []


async def test_a_new_fact_behind_a_parked_one_never_overtakes_it_even_after_the_retry(
    road: Database, ledger: Ledger
) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"2"}
    await receiver.receive([arrived(here, 1), arrived(here, 2)])
    await receiver.receive([arrived(here, 3)])
    ledger.refuses = set()

    await parking.drain(receiver, Key("nominations", here), only_due=False)
    await receiver.receive([arrived(here, 4)])

    assert await effects(road, here) == ["1", "2", "3", "4"]


async def test_a_gap_filled_behind_a_failure_waits_for_the_failure(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"1"}

    await receiver.receive([arrived(here, 3)])
    await receiver.receive([arrived(here, 1)])
    await receiver.receive([arrived(here, 2)])

    assert await effects(road, here) == []
    assert await parked_numbers(road, here) == [(1, "failed"), (2, "behind"), (3, "gap")]


@pytest.mark.parametrize("closed", ["the gap", "the failure"])
async def test_what_waits_for_nothing_any_more_is_handled_though_its_drainer_died(
    closed: str, road: Database, ledger: Ledger
) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"2"} if closed == "the failure" else set()
    second = [arrived(here, 2)] if closed == "the failure" else []
    await receiver.receive([arrived(here, 1), *second, arrived(here, 3), arrived(here, 4)])
    async with road.engine.begin() as connection:  # what was committed before the process died: number 2, and no more
        await connection.execute(text("DELETE FROM parked WHERE sequence = 2"))
        await connection.execute(text("UPDATE inbox SET last = 2 WHERE aggregate_id = :here"), {"here": here})

    await parking.retry_due(receiver)

    assert await effects(road, here) == ["1", "3", "4"]
    assert await parked_numbers(road, here) == []


async def test_what_waited_a_week_loses_its_content_and_is_never_passed_over(road: Database, ledger: Ledger) -> None:
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.refuses = {"1"}
    await receiver.receive([arrived(here, 1), arrived(here, 2).blanked()])
    async with road.engine.begin() as connection:
        await connection.execute(text("UPDATE parked SET parked_at = parked_at - interval '8 days'"))
    ledger.refuses = set()

    await parking._watch(receiver)
    freed = await parking.drain(receiver, Key("nominations", here), only_due=False)

    assert freed is False
    assert await parked_numbers(road, here) == [(1, "dropped"), (2, "behind")]
    async with road.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM parked WHERE payload IS NOT NULL")) == 0


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 60), (20, 60)], ids=lambda value: str(value)
)
def test_retries_come_after_1_5_30_minutes_and_then_hourly(attempts: int, minutes: int) -> None:
    assert parking.next_try(attempts, START, START) == START + timedelta(minutes=minutes)


def test_after_a_day_of_retries_a_person_must_look() -> None:
    assert parking.next_try(27, START, START + timedelta(hours=23, minutes=30)) is None
