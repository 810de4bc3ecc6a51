"""What every bus promises, tried the same way over each: memory in tests/shared, Kafka in tests/real."""

from __future__ import annotations

import asyncio

from shared.bus import Bus
from shared.db import Database
from shared.road.inbox import Receiver
from shared.road.relay import Relay
from tests.shared.road.facts import Ledger, aggregate, committed_facts, effects, fact, parked_numbers
from tests.shared.road.test_relaying import running, until


async def arrives_once_and_in_order(bus: Bus, road: Database, ledger: Ledger, *, limit_s: float) -> None:
    """Ten facts of each of twenty aggregates, recorded while they travel."""
    keys = [aggregate() for _ in range(20)]
    await bus.subscribe(ledger.consumer, Receiver(road, ledger.consumer).receive)
    async with running(Relay(road, bus, "nominations")):
        for number in range(10):
            await committed_facts(road, *(fact(key, str(number)) for key in keys))

        async def all_there() -> bool:
            return all([len(await effects(road, key)) >= 10 for key in keys])

        await until(all_there, limit_s=limit_s)
    assert [await effects(road, key) for key in keys] == [[str(n) for n in range(10)]] * 20


async def waits_for_a_hearer_that_left(bus: Bus, road: Database, ledger: Ledger, *, limit_s: float) -> None:
    """What was recorded while its database was away is handled when it is back, once."""
    key, receiver, away = aggregate(), Receiver(road, ledger.consumer), asyncio.Event()
    away.set()

    async def receive(batch: object) -> None:
        if away.is_set():
            raise ConnectionResetError("the hearer's database is away")
        await receiver.receive(batch)  # type: ignore[arg-type]

    await bus.subscribe(ledger.consumer, receive)
    async with running(Relay(road, bus, "nominations")):
        await committed_facts(road, fact(key, "1"), fact(key, "2"))
        await asyncio.sleep(1)
        assert await effects(road, key) == []
        away.clear()

        async def handled() -> bool:
            return len(await effects(road, key)) >= 2

        await until(handled, limit_s=limit_s)
    assert await effects(road, key) == ["1", "2"]


async def poison_stops_only_its_key(bus: Bus, road: Database, ledger: Ledger, *, limit_s: float) -> None:
    """Others flow; what stands behind the poison waits with it."""
    bad, good = aggregate(), aggregate()
    ledger.refuses = {"poison"}
    await bus.subscribe(ledger.consumer, Receiver(road, ledger.consumer).receive)
    async with running(Relay(road, bus, "nominations")):
        await committed_facts(road, fact(bad, "poison"), fact(good, "1"), fact(bad, "2"), fact(good, "2"))

        async def told_apart() -> bool:
            return len(await parked_numbers(road, bad)) == 2 and len(await effects(road, good)) == 2

        await until(told_apart, limit_s=limit_s)
    assert (await effects(road, bad), await effects(road, good)) == ([], ["1", "2"])
    assert await parked_numbers(road, bad) == [(1, "failed"), (2, "behind")]


PROMISES = [arrives_once_and_in_order, waits_for_a_hearer_that_left, poison_stops_only_its_key]
