"""Outbox relays that others have published, doing the same job on the same PostgreSQL and Kafka, as their pages say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from aiokafka import AIOKafkaProducer
from faststream.kafka import KafkaBroker
from faststream_outbox import OutboxBroker, make_outbox_table
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from txoutbox import OutboxMessage, Relay, RelayConfig
from txoutbox.adapters.postgres import PostgresStorage

from shared.db import Database
from tests.bench.road.ground import KEYS, Ground, Run, run

COUNT = 3_000  # they take longer: enough for some seconds
TOPIC, BODY = "lantoa.plans", b"x" * 300
HEADERS = {f"ce_header{n}": "v" * 30 for n in range(12)}
SAID = f"{COUNT} rows as its own page says, 10 side by side, a message awaited at a time"
AT_ONCE, WORKERS = 500, 10  # rows claimed at once, as ours; ordering keys, or workers, side by side


async def with_txoutbox(here: Ground, runs: list[Run]) -> None:
    """`txoutbox`: leases, order by key, one acknowledgement awaited a message; ten keys side by side."""
    async with here.database() as database, _pool(database) as pool, _producer(here) as producer:
        storage = PostgresStorage(pool, table="peer_outbox", delete_on_ack=True)
        await storage.create_schema()
        async with pool.acquire() as connection, connection.transaction():
            for n in range(COUNT):
                await storage.insert(connection, TOPIC, BODY, key=f"key-{n % KEYS}", headers=HEADERS)
        await pool.execute("VACUUM ANALYZE peer_outbox")
        sent = 0

        async def publish(message: OutboxMessage) -> None:
            nonlocal sent
            key = message.key.encode() if message.key else None
            headers = [(name, value.encode()) for name, value in message.headers.items()]
            await producer.send_and_wait(message.topic, message.payload, key, headers=headers)
            sent += 1

        config = RelayConfig(batch_size=AT_ONCE, concurrency=WORKERS, publish_timeout=1)
        relay = Relay(storage, publish, config=config)
        with run(here, COUNT, runs):
            while sent < COUNT:
                await relay.run_once()


async def with_faststream(here: Ground, runs: list[Run]) -> None:
    """`faststream-outbox`: a row is deleted once its handler has published it; ten workers."""
    async with here.database() as database, _engine(database) as engine:
        metadata = MetaData()
        outbox = OutboxBroker(engine, outbox_table=make_outbox_table(metadata, table_name="peer_outbox"))
        kafka = KafkaBroker(here.brokers)
        done, sent = asyncio.Event(), 0

        @outbox.subscriber(
            "facts",
            max_workers=WORKERS,
            fetch_batch_size=AT_ONCE,
            terminal_flush_batch_size=50,
            min_fetch_interval=0.01,
        )
        async def relay(body: str) -> None:
            nonlocal sent
            await kafka.publish(body, TOPIC, key=b"key-%d" % (sent % KEYS), headers=HEADERS)
            sent += 1
            if sent == COUNT:
                done.set()

        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            await outbox.publish_batch(*[BODY.decode()] * COUNT, queue="facts", session=connection)
        async with kafka:
            with run(here, COUNT, runs):
                await outbox.start()
                await done.wait()
            await outbox.stop()


@asynccontextmanager
async def _engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """With room for a connection a worker, as it asks for."""
    engine = create_async_engine(database.url, pool_size=2 * WORKERS)
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def _pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    dsn = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with asyncpg.create_pool(dsn, min_size=2, max_size=8) as pool:
        yield pool


@asynccontextmanager
async def _producer(here: Ground) -> AsyncIterator[AIOKafkaProducer]:
    async with AIOKafkaProducer(bootstrap_servers=here.brokers, acks="all", enable_idempotence=True) as producer:
        yield producer
