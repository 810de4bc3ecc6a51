"""Relaying: at least once, in order per aggregate, one leader, and no two rows with one `sent_position`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from shared.bus import Undeliverable
from shared.bus.memory import MemoryBus
from shared.db import Database
from shared.events import Envelope
from shared.road.inbox import Receiver
from shared.road.relay import BATCH, CHANNEL, Leadership, LeadershipLost, Relay
from tests.shared.road.facts import KeepingBus, Ledger, aggregate, committed_facts, effects, fact, plain_connection


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[asyncio.Task[None]]:
    """The relay at work in the background."""
    task = asyncio.create_task(relay.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]], *, limit_s: float = 20) -> None:
    """Waits for a condition; the time limit is only there to end a failing test."""
    async with asyncio.timeout(limit_s):
        while not await condition():
            await asyncio.sleep(0.02)


async def sent_positions(database: Database) -> list[int | None]:
    """`sent_position` of every outbox row, in order of recording."""
    async with database.engine.connect() as connection:
        return list(await connection.scalars(text("SELECT sent_position FROM outbox ORDER BY position")))


def titles(bus: KeepingBus) -> list[str]:
    """What the bus was sent."""
    return [str(envelope.structured()["data"]["title"]) for envelope in bus.kept]


async def test_what_is_committed_is_sent_in_order_and_marked(road: Database) -> None:
    bus, here = KeepingBus(), aggregate()
    async with running(Relay(road, bus, "nominations")):
        await committed_facts(road, *(fact(here, str(n)) for n in range(1200)))

        async def all_sent() -> bool:
            return None not in await sent_positions(road)

        await until(all_sent)

    assert titles(bus) == [str(n) for n in range(1200)]
    assert await sent_positions(road) == list(range(1, 1201))


async def test_a_refused_send_stops_the_batch_and_the_rest_follows_in_order(road: Database) -> None:
    bus, here = KeepingBus(), aggregate()
    bus.takes = 2
    await committed_facts(road, *(fact(here, str(n)) for n in range(5)))

    async with running(Relay(road, bus, "nominations")):

        async def five() -> bool:
            return len(bus.kept) >= 5

        await until(five)

    assert titles(bus) == ["0", "1", "2", "3", "4"]


async def test_a_first_send_refused_and_later_ones_accepted_end_in_order_and_once(
    road: Database, ledger: Ledger
) -> None:
    """As an idempotent producer does it: the broker has 2 and 3 before it takes 1."""
    here, receiver = aggregate(), Receiver(road, ledger.consumer)
    ledger.echoes = False

    class Overtaking(KeepingBus):
        async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
            first, self.kept = not self.kept, [*self.kept, *batch]
            await receiver.receive(batch[1:] if first else batch)
            return 0 if first else len(batch)

    await committed_facts(road, *(fact(here, str(n)) for n in (1, 2, 3)))

    async with running(Relay(road, Overtaking(), "nominations")):

        async def all_sent() -> bool:
            return None not in await sent_positions(road)

        await until(all_sent)

    assert await effects(road, here) == ["1", "2", "3"]


async def test_a_crash_after_sending_repeats_the_batch_and_the_inbox_absorbs_it(road: Database, ledger: Ledger) -> None:
    here, bus = aggregate(), MemoryBus()
    ledger.echoes = False
    await bus.subscribe(ledger.consumer, Receiver(road, ledger.consumer).receive)
    await committed_facts(road, fact(here, "once"))
    relay = Relay(road, bus, "nominations")
    connection = await relay._connect()
    rows = await connection.fetch("SELECT * FROM outbox")
    await connection.close()
    await bus.send("lantoa.nominations", [relay._envelope(row) for row in rows])

    async with running(relay):

        async def handled() -> bool:
            return None not in (await sent_positions(road))[:1]

        await until(handled)

    assert await effects(road, here) == ["once"]


async def test_a_batch_goes_on_the_wire_when_all_of_the_one_before_is_there_and_is_marked_meanwhile(
    road: Database,
) -> None:
    here, seen = aggregate(), list[tuple[int, int]]()
    await committed_facts(road, *(fact(here, str(n)) for n in range(3 * BATCH)))

    class Watching(KeepingBus):
        async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
            before = len(self.kept)

            async def marked() -> bool:
                return len([n for n in await sent_positions(road) if n is not None]) >= before

            await until(marked)  # of what was sent before, while this one is on the wire
            seen.append((before, batch[0].sequence))
            return await super().send(topic, batch)

    bus = Watching()
    async with running(Relay(road, bus, "nominations")):

        async def all_sent() -> bool:
            return None not in await sent_positions(road)

        await until(all_sent)

    assert seen == [(0, 1), (BATCH, BATCH + 1), (2 * BATCH, 2 * BATCH + 1)]
    assert await sent_positions(road) == list(range(1, 3 * BATCH + 1))


async def test_what_was_read_ahead_waits_when_the_batch_before_it_is_not_taken_whole(road: Database) -> None:
    here = aggregate()
    await committed_facts(road, *(fact(here, str(n)) for n in range(2 * BATCH)))

    class Stumbling(KeepingBus):
        async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
            self.takes = BATCH if self.kept else 3
            return await super().send(topic, batch)

    bus = Stumbling()
    async with running(Relay(road, bus, "nominations")):

        async def all_sent() -> bool:
            return None not in await sent_positions(road)

        await until(all_sent)

    assert titles(bus) == [str(n) for n in range(2 * BATCH)]


async def test_a_fact_committed_late_under_a_lower_position_is_not_passed_over(road: Database) -> None:
    bus, quick = KeepingBus(), aggregate()
    await committed_facts(road, fact(aggregate(), "late"))
    async with plain_connection(road) as slow:
        # as one that took its position first and commits last: out of sight until then
        await slow.execute("CREATE TEMPORARY TABLE kept_back AS SELECT * FROM outbox")
        await slow.execute("DELETE FROM outbox")
        await committed_facts(road, *(fact(quick, str(n)) for n in range(BATCH + 1)))
        async with running(Relay(road, bus, "nominations")):

            async def others_sent() -> bool:
                return len(bus.kept) == BATCH + 1

            await until(others_sent)
            await slow.execute("INSERT INTO outbox OVERRIDING SYSTEM VALUE SELECT * FROM kept_back")

            async def all_sent() -> bool:
                return len(bus.kept) == BATCH + 2

            await until(all_sent)

    assert titles(bus)[-1] == "late"


async def test_of_two_relays_one_sends_and_the_other_takes_over_when_it_dies(road: Database) -> None:
    one, two, here = KeepingBus(), KeepingBus(), aggregate()
    async with running(Relay(road, two, "nominations")) as second:
        async with running(Relay(road, one, "nominations")):
            await committed_facts(road, fact(here, "a"))

            async def sent_once() -> bool:
                return await sent_positions(road) == [1]

            await until(sent_once)
        await committed_facts(road, fact(here, "b"))

        async def sent_twice() -> bool:
            return await sent_positions(road) == [1, 2]

        await until(sent_twice)
        assert not second.done()

    assert [titles(one), titles(two)] in ([["a"], ["b"]], [[], ["a", "b"]])


async def test_a_woken_zombie_cannot_mark_what_its_successor_sent(road: Database) -> None:
    await committed_facts(road, fact(aggregate()), fact(aggregate()))
    zombie, successor = Relay(road, KeepingBus(), "nominations"), Relay(road, KeepingBus(), "nominations")
    async with zombie._leading() as old:
        positions = [row["position"] for row in await old.connection.fetch("SELECT position FROM outbox")]
        await old.connection.execute("SELECT pg_advisory_unlock_all()")  # as the server does when the pause is too long
        async with successor._leading() as new:
            assert new.epoch == old.epoch + 1
            await successor._mark(new.connection, new, positions[:1])

            with pytest.raises(LeadershipLost):
                await zombie._mark(old.connection, Leadership(old.connection, old.epoch), positions)

            await successor._mark(new.connection, new, positions[1:])

    assert await sent_positions(road) == [1, 2]


async def test_a_fact_the_broker_refuses_for_good_stops_only_its_own_aggregate(road: Database) -> None:
    bad, good = aggregate(), aggregate()

    class Picky(KeepingBus):
        async def send(self, topic: str, batch: object) -> int:
            assert isinstance(batch, list)
            refused = [n for n, e in enumerate(batch) if isinstance(e, Envelope) and e.aggregate_id == bad]
            if refused:
                raise Undeliverable(refused[0], "too large")
            return await super().send(topic, batch)

    bus = Picky()
    await committed_facts(road, fact(good, "a"), fact(bad, "b"), fact(good, "c"), fact(bad, "d"), fact(good, "e"))

    async with running(Relay(road, bus, "nominations")):

        async def three() -> bool:
            return len(bus.kept) == 3

        await until(three)

    assert titles(bus) == ["a", "c", "e"]


async def test_a_process_that_does_not_lead_tells_the_leader_of_what_it_commits(road: Database) -> None:
    heard = asyncio.Event()
    async with plain_connection(road) as listener:
        await listener.add_listener(CHANNEL, lambda *_: heard.set())
        async with running(Relay(road, KeepingBus(), "nominations")) as leader:
            async with running(Relay(road, KeepingBus(), "nominations")):
                await committed_facts(road, fact(aggregate()))

                await asyncio.wait_for(heard.wait(), timeout=5)

            assert not leader.done()


async def test_the_memory_bus_waits_until_everyone_it_expects_is_there(road: Database, ledger: Ledger) -> None:
    here, bus = aggregate(), MemoryBus(expects=frozenset({"publicity"}))
    ledger.echoes = False
    await committed_facts(road, fact(here, "early"))
    async with running(Relay(road, bus, "nominations")):
        await asyncio.sleep(0.5)
        assert await sent_positions(road) == [None]

        await bus.subscribe(ledger.consumer, Receiver(road, ledger.consumer).receive)

        async def handled() -> bool:
            return await effects(road, here) == ["early"]

        await until(handled)
