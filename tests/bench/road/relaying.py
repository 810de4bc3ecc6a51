"""The relay beside the bare producer, and how long a fact takes from its commit to the broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer

from shared.bus import Bus
from shared.bus.kafka import KafkaBus
from shared.db import Database
from shared.events import Envelope
from shared.events.nominations import NominationWithdrawn
from shared.road import record
from shared.road.relay import BATCH, Relay
from tests.bench.road import peers
from tests.bench.road.ground import KEYS, Ground, Row, Run, compared, fill, run, waited

COUNT = 45_000
Side = Callable[[Ground, list[Run]], Awaitable[None]]
NOBODY = UUID(int=0)


class TimedBus(KafkaBus):
    """Notes when the broker had each aggregate's fact, and how many there were."""

    def __init__(self, servers: str) -> None:
        super().__init__(servers)
        self.there: dict[UUID, float] = {}
        self.count = 0

    async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
        """Stamped when the wait for the acknowledgement is over."""
        sent = await super().send(topic, batch)
        moment = time.perf_counter()
        self.there |= {UUID(int=envelope.aggregate_id.int): moment for envelope in batch[:sent]}
        self.count += sent
        return sent


@asynccontextmanager
async def relaying(database: Database, bus: Bus) -> AsyncIterator[None]:
    """The relay at work in this process."""
    task = asyncio.create_task(Relay(database, bus, "nominations").run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def throughput(here: Ground, rounds: int) -> list[Row]:
    """From the outbox to acknowledged and marked, against a producer that has everything in memory."""
    ours: list[Run] = []
    sides: dict[str, tuple[Side, list[Run], str]] = {
        "idempotent aiokafka producer": (_bare, [], "everything in memory"),
        f"txoutbox {version('txoutbox')}": (peers.with_txoutbox, [], peers.SAID),
        f"faststream-outbox {version('faststream-outbox')}": (peers.with_faststream, [], peers.SAID),
    }
    for _ in range(rounds):
        for side, runs, _ in sides.values():
            await side(here, runs)
        await _relayed(here, ours)
    note = f"{COUNT} facts of 300 bytes with 12 headers, batches of {BATCH}, two processors for everything"
    what = "relay: outbox → acknowledged → marked"
    told = {f"{what}; peer: {name}": (runs, f"{note}; peer: {said}") for name, (_, runs, said) in sides.items()}
    return [compared(title, ours, runs, said) for title, (runs, said) in told.items()]


async def _relayed(here: Ground, runs: list[Run]) -> None:
    async with here.database() as database:
        await fill(database, COUNT)
        bus = TimedBus(here.brokers)
        await bus.healthy()  # connected, as the relay of a service at work is
        with run(here, COUNT, runs):
            async with relaying(database, bus):
                while bus.count < COUNT:
                    await asyncio.sleep(0.01)
        await bus.close()


async def _bare(here: Ground, runs: list[Run]) -> None:
    keys = [str(uuid4()).encode() for _ in range(KEYS)]
    headers = [(f"ce_header{n}", b"v" * 30) for n in range(12)]
    producer = AIOKafkaProducer(
        bootstrap_servers=here.brokers, acks="all", enable_idempotence=True, linger_ms=0, max_batch_size=131_072
    )
    async with producer:
        with run(here, COUNT, runs):
            for start in range(0, COUNT, BATCH):
                sent = [
                    await producer.send("lantoa.plans", b"x" * 300, keys[n % KEYS], headers=headers)
                    for n in range(start, start + BATCH)
                ]
                await asyncio.wait(sent)


async def latencies(here: Ground, rounds: int) -> list[Row]:
    """From commit to the broker's acknowledgement: one at a time, then at a steady 500 a second."""
    async with here.database() as database:
        bus = TimedBus(here.brokers)
        async with relaying(database, bus):
            await _timed(database, bus, count=20, gap_s=0.05)
            idle = await _timed(database, bus, count=40 * rounds, gap_s=0.02)
            steady = await _timed(database, bus, count=1_000 * rounds, gap_s=0.002)
        await bus.close()
    return [
        waited("idle: commit → broker", idle, "one change at a time, relay woken in its process"),
        waited("500/s: commit → broker", steady, "one fact a transaction, commits in the relay's own process"),
    ]


async def _timed(database: Database, bus: TimedBus, *, count: int, gap_s: float) -> list[float]:
    committed: dict[UUID, float] = {}

    room = asyncio.Semaphore(8)  # as many as the pool has

    async def change() -> None:
        key = uuid4()
        async with room, database.transaction() as session:
            fact = NominationWithdrawn(nomination_id=key, organisation_id=NOBODY, nominator_id=NOBODY, title="x" * 150)
            record(session, fact)
        committed[key] = time.perf_counter()

    changes, began = [], time.perf_counter()
    for n in range(count):
        changes.append(asyncio.create_task(change()))
        await asyncio.sleep(max(0.0, began + n * gap_s - time.perf_counter()))
    await asyncio.gather(*changes)
    while not committed.keys() <= bus.there.keys():
        await asyncio.sleep(0.01)
    return [max(0.0, bus.there[key] - moment) * 1000 for key, moment in committed.items()]
