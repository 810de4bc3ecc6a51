"""Receiving beside bare asyncpg that does the same: a batch a transaction, its inbox, one row a fact."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import column, insert, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Consumer, Rows
from shared.bus.kafka import KafkaBus
from shared.clock import now
from shared.db import Database, new_id, plain
from shared.events import Envelope
from shared.events.nominations import NominationWithdrawn
from shared.road.inbox import Receiver
from tests.bench.road.ground import KEYS, Ground, Row, Run, compared, run

COUNT = 5_000
BATCH = 500
EFFECTS = insert(table("effects", column("aggregate"), column("title")))
ONE = text("INSERT INTO effects (aggregate, title) VALUES (:aggregate, :title)")
BARE = "INSERT INTO effects (aggregate, title) VALUES ($1, $2)"
BARE_INBOX = """
INSERT INTO inbox (producer, aggregate_id, last) SELECT 'nominations', a, l
FROM unnest($1::uuid[], $2::bigint[]) AS k(a, l) ORDER BY a
ON CONFLICT (producer, aggregate_id) DO UPDATE SET last = excluded.last"""


def ordinary() -> Consumer:
    """A handler that awaits its statement."""
    consumer = Consumer(f"hearer{uuid4().hex[:8]}")

    @consumer.on(NominationWithdrawn)
    async def write(session: AsyncSession, fact: NominationWithdrawn) -> None:
        await session.execute(ONE, {"aggregate": fact.nomination_id, "title": fact.title})

    return consumer


def plainly() -> Consumer:
    """A handler that awaits its statement as the handlers of our services do: at the driver, in this transaction."""
    consumer = Consumer(f"hearer{uuid4().hex[:8]}")

    @consumer.on(NominationWithdrawn)
    async def write(session: AsyncSession, fact: NominationWithdrawn) -> None:
        await (await plain(session)).execute(BARE, fact.nomination_id, fact.title)

    return consumer


def keeping() -> Consumer:
    """A fact that leaves a row, written with the batch."""
    consumer = Consumer(f"hearer{uuid4().hex[:8]}")

    @consumer.keep(NominationWithdrawn)
    def rows(fact: NominationWithdrawn) -> Rows:
        return Rows(EFFECTS, [{"aggregate": fact.nomination_id, "title": fact.title}])

    return consumer


def arriving(count: int) -> list[Envelope]:
    """Facts of a thousand aggregates, in the order of their numbers."""
    keys, found = [uuid4() for _ in range(KEYS)], []
    for n in range(count):
        key = keys[n % KEYS]
        fact = NominationWithdrawn(nomination_id=key, organisation_id=key, nominator_id=key, title="x" * 130)
        found.append(
            Envelope(
                id=new_id(),
                type=fact.type(),
                service="nominations",
                aggregate_id=key,
                sequence=1 + n // KEYS,
                time=now(),
                data=fact.model_dump_json().encode(),
                traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                correlation_id=key.hex,
                causation_id=str(key),
            )
        )
    return found


async def throughput(here: Ground, rounds: int) -> list[Row]:
    """Handlers that await their statement, and facts that leave rows; each against asyncpg doing just that."""
    found: dict[str, tuple[list[Run], list[Run]]] = {name: ([], []) for name in ("ordinary", "plain", "rows", "kafka")}
    async with here.database() as database:
        for _ in range(rounds):
            await _bare(here, database, found["ordinary"][1], together=False)
            await _received(here, database, ordinary(), found["ordinary"][0])
            await _received(here, database, plainly(), found["plain"][0])
            await _bare(here, database, found["rows"][1], together=True)
            await _received(here, database, keeping(), found["rows"][0])
        for _ in range(min(rounds, 3)):
            await _from_kafka(here, database, found["kafka"][0])
    note = f"{COUNT} facts in batches of {BATCH}; ours reads headers and checks content too"
    return [
        compared("receive, one statement a fact by the ORM's session; peer: bare asyncpg", *found["ordinary"], note),
        compared(
            "receive, one statement a fact at the driver, as our handlers do; peer: bare asyncpg",
            found["plain"][0],
            found["ordinary"][1],
            note,
        ),
        compared("receive, rows left to the batch; peer: bare asyncpg, executemany", *found["rows"], note),
        compared(
            "receive from Kafka, rows left to the batch; peer: as above, without Kafka",
            found["kafka"][0],
            found["rows"][1],
            "fetched, handled, committed, offsets committed",
        ),
    ]


async def _received(here: Ground, database: Database, consumer: Consumer, runs: list[Run]) -> None:
    receiver = Receiver(database, consumer)
    wire = [(fact.headers(), fact.data) for fact in arriving(COUNT)]
    with run(here, COUNT, runs):
        for start in range(0, COUNT, BATCH):
            await receiver.receive([Envelope.read(*one) for one in wire[start : start + BATCH]])


async def _bare(here: Ground, database: Database, runs: list[Run], *, together: bool) -> None:
    facts = arriving(COUNT)
    connection = await asyncpg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False))
    with run(here, COUNT, runs):
        for start in range(0, COUNT, BATCH):
            await _bare_batch(connection, facts[start : start + BATCH], together=together)
    await connection.close()


async def _bare_batch(connection: asyncpg.Connection, facts: Sequence[Envelope], *, together: bool) -> None:
    last: dict[UUID, int] = {fact.aggregate_id: fact.sequence for fact in facts}
    rows = [(fact.aggregate_id, "x" * 130) for fact in facts]
    async with connection.transaction():
        await connection.execute(BARE_INBOX, list(last), list(last.values()))
        if together:
            await connection.executemany(BARE, rows)
        else:
            for row in rows:
                await connection.execute(BARE, *row)


async def _from_kafka(here: Ground, database: Database, runs: list[Run]) -> None:
    """What lies on the topic is read by a group of its own; the clock runs from its first batch to its last."""
    facts, consumer, bus = arriving(COUNT), keeping(), KafkaBus(here.brokers)
    mine, left, done = {fact.aggregate_id for fact in facts}, COUNT, asyncio.Event()
    receiver, first = Receiver(database, consumer), asyncio.Event()

    async def receive(batch: Sequence[Envelope]) -> None:
        nonlocal left
        found = [fact for fact in batch if fact.aggregate_id in mine]
        if found:
            first.set()
            await receiver.receive(found)
            left -= len(found)
        if left <= 0:
            done.set()

    await bus.subscribe(consumer, receive)
    await bus.send("lantoa.nominations", facts[:1])
    await asyncio.wait_for(first.wait(), timeout=60)  # it has its partitions
    with run(here, COUNT, runs):
        for start in range(0, COUNT, BATCH):
            await bus.send("lantoa.nominations", facts[start : start + BATCH])
        await asyncio.wait_for(done.wait(), timeout=60)
    await bus.close()
