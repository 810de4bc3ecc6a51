"""What the road is measured on: a real Kafka, a PostgreSQL that waits for its disk, and the processor time of each."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from deploy.native.process import Server
from deploy.native.servers import kafka, postgres
from shared.bus.kafka import KafkaBus
from shared.db import Database, connect
from shared.migrations import upgrade
from tests.bench.processor import spent_us

KEYS = 1_000
# As an action leaves them: 300 bytes of JSON, and what makes twelve headers.
FILL = text("""
WITH given AS (
  SELECT n, (ARRAY(SELECT gen_random_uuid() FROM generate_series(1, :keys)))[1 + n % :keys] AS key
  FROM generate_series(0, :count - 1) AS n)
INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, sequence, time,
                    traceparent, correlation_id, causation_id)
SELECT uuidv7(), 'nomination', key, 'lantoa.nomination.withdrawn.v1',
       convert_to(rpad('{"nomination_id":"' || key || '","organisation_id":"' || key || '","nominator_id":"' || key
                  || '","title":"', 298, 'x') || '"}', 'utf8'),
       1 + n / :keys, now(), '00-' || md5(n::text) || '-00f067aa0ba902b7-01', md5(n::text), uuidv7()::text
FROM given ORDER BY n""")


@dataclass
class Ground:
    """The servers of one run, and databases made on them."""

    postgres: Server
    kafka: Server

    @property
    def brokers(self) -> str:
        """As aiokafka wants them."""
        return self.kafka.url.removeprefix("kafka://")

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """A database of its own with the tables that every service has, and one for effects."""
        url = self.postgres.url.rsplit("/", 1)[0] + f"/road_{uuid4().hex[:8]}"
        await upgrade("shared", url)
        database = connect(url, application="bench")
        async with database.engine.begin() as connection:
            await connection.execute(
                text("CREATE TABLE effects (position bigint GENERATED ALWAYS AS IDENTITY, aggregate uuid, title text)")
            )
        try:
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def bus(self) -> AsyncIterator[KafkaBus]:
        """A bus of its own."""
        bus = KafkaBus(self.brokers)
        try:
            yield bus
        finally:
            await bus.close()


@asynccontextmanager
async def ground(folder: Path) -> AsyncIterator[Ground]:
    """Started on the way in, with the topics made; stopped on the way out."""
    async with postgres(folder) as database, kafka(folder) as broker:
        here = Ground(database, broker)
        async with here.bus() as bus:
            await bus.prepare()
        yield here


async def fill(database: Database, count: int, *, tidied: bool = True) -> None:
    """An outbox of `count` facts of a thousand aggregates that wait to be sent; `tidied`: with fresh statistics."""
    async with database.transaction() as session:
        await session.execute(FILL, {"keys": KEYS, "count": count})
    if not tidied:
        return
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE outbox"))


@dataclass(frozen=True, slots=True)
class Run:
    """One turn of one side: how many facts a second, and processor time for each, by part."""

    rate: float
    each_us: Mapping[str, float]


@contextmanager
def run(here: Ground, count: int, runs: list[Run]) -> Iterator[None]:
    """Measures a block that moves `count` facts: where others use the machine too, processor time tells more."""
    before, began = _spent(here), time.perf_counter()
    yield
    passed_s, after = time.perf_counter() - began, _spent(here)
    runs.append(Run(count / passed_s, {name: (after[name] - before[name]) / count for name in after}))


def _spent(here: Ground) -> dict[str, float]:
    """This process without its children, which are the servers."""
    servers = {"postgres": spent_us(here.postgres.pid), "kafka": spent_us(here.kafka.pid)}
    return {"python": time.process_time() * 1e6, **servers}


Row = dict[str, Any]


def compared(what: str, ours: Sequence[Run], peer: Sequence[Run], note: str) -> Row:
    """A row of the page: medians, and the processor time that one fact takes."""
    mine, theirs = median(run.rate for run in ours), median(run.rate for run in peer)
    spent = f"ours {_each(ours)}; peer {_each(peer)}"
    return {
        "what": what,
        "ours": round(mine),
        "peer": round(theirs),
        "ratio": round(mine / theirs, 2),
        "unit": "facts/s",
        "note": f"{note}; processor time a fact: {spent}",
    }


def _each(runs: Sequence[Run]) -> str:
    names = [name for name in runs[0].each_us if median(run.each_us[name] for run in runs) >= 0.5]
    return ", ".join(f"{name} {median(run.each_us[name] for run in runs):.0f} us" for name in names)


def waited(what: str, times_ms: Sequence[float], note: str) -> Row:
    """A row about times: p50 and p99."""
    ordered = sorted(times_ms)
    p50, p99 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return {
        "what": what,
        "ours": f"{p50:.1f} / {p99:.1f}",
        "peer": None,
        "ratio": None,
        "unit": "ms, p50 / p99",
        "note": f"{note}; {len(ordered)} times",
    }
