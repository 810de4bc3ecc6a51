"""Relaying: one process a topic reads the outbox in order, sends a batch, waits once, and marks it under a fence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import asyncpg
import structlog

from shared import tracing
from shared.bus import Bus, Undeliverable
from shared.db import Database
from shared.events import Envelope, topic_of
from shared.telemetry import OUTBOX_AGE_SECONDS, OUTBOX_ROWS, RELAY_SENT
from shared.wake import bell

log = structlog.get_logger()

BATCH = 500
POLL_S = 0.2
HEARTBEAT_S = 1.0
LIMIT_S = 5.0  # for every statement of the relay
COALESCE_S = 0.01  # at most one NOTIFY in this time: one a write would cost a quarter of the commits
CHANNEL = "lantoa_outbox"
TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('lantoa.relay', 0))"

# A fact the broker refuses for good blocks its aggregate, and only that. $1: what is on the wire or being marked.
UNSENT = f"""
SELECT position, id, aggregateid, type, payload, sequence, time, traceparent, correlation_id, causation_id, represented
FROM outbox o
WHERE sent_at IS NULL AND position <> ALL($1::bigint[]) AND NOT EXISTS (
  SELECT 1 FROM outbox p
  WHERE p.aggregateid = o.aggregateid AND p.parked_reason IS NOT NULL AND p.position <= o.position)
ORDER BY position LIMIT {BATCH}"""  # noqa: S608  a constant: a plan made for any limit could read everything
MARK = """
WITH fence AS (UPDATE relay SET last = last + $3 WHERE id = 1 AND epoch = $2 RETURNING last)
UPDATE outbox o SET sent_at = now(), sent_position = fence.last - $3 + given.n
FROM fence, unnest($1::bigint[]) WITH ORDINALITY AS given(position, n)
WHERE o.position = given.position AND o.sent_at IS NULL RETURNING o.position"""
LAG = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(time)), 0)::float8 FROM outbox WHERE sent_at IS NULL"""


class LeadershipLost(Exception):
    """Another process may be sending now: whatever is under way is discarded."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of the outbox, in order, and what they are on the road."""

    rows: Sequence[asyncpg.Record] = ()
    envelopes: Sequence[Envelope] = ()

    @property
    def positions(self) -> list[int]:
        return [row["position"] for row in self.rows]

    def first(self, count: int) -> Batch:
        """As many from the front."""
        return Batch(self.rows[:count], self.envelopes[:count])


NOTHING = Batch()


@dataclass
class Leadership:
    """The right to send this topic: an advisory lock on a connection of its own, and the epoch that fences marking."""

    connection: asyncpg.Connection
    epoch: int
    lost: asyncio.Event = field(default_factory=asyncio.Event)


class Relay:
    """Moves one service's facts from its outbox to the bus. At least once: a crash between send and mark repeats."""

    def __init__(self, database: Database, bus: Bus, service: str) -> None:
        self.database, self.bus, self.service = database, bus, service
        self.woken = bell(database.url.database)

    async def run(self) -> None:
        """Leads while it can, for ever. Raises when the database goes away; the caller starts it again."""
        while True:
            async with self._leading() as leadership:
                log.info("relay leads", service=self.service, epoch=leadership.epoch)
                with suppress(LeadershipLost):
                    await self._relay(leadership)
                log.warning("relay no longer leads", service=self.service, epoch=leadership.epoch)

    async def _connect(self, **settings: str) -> asyncpg.Connection:
        dsn = self.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        settings["application_name"] = f"lantoa-{self.service}-relay"
        return await asyncpg.connect(dsn, timeout=2, command_timeout=LIMIT_S, server_settings=settings)

    @asynccontextmanager
    async def _leading(self) -> AsyncIterator[Leadership]:
        # A paused process keeps its TCP connection: without the idle limit it would keep the lock as well.
        connection = await self._connect(idle_session_timeout="5s")
        try:
            await self._wait_for_lock(connection)
            epoch = await connection.fetchval("UPDATE relay SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch")
            await connection.add_listener(CHANNEL, lambda *_: self.woken.set())
            leadership = Leadership(connection, epoch)
            heartbeat = asyncio.create_task(self._heartbeat(leadership))
            try:
                yield leadership
            finally:
                heartbeat.cancel()
                await asyncio.gather(heartbeat, return_exceptions=True)
        finally:
            connection.terminate()

    async def _wait_for_lock(self, connection: asyncpg.Connection) -> None:
        """While another process leads, its relay is told of what this one commits."""
        while not await connection.fetchval(TRY_LOCK):
            with suppress(
                TimeoutError
            ):  # wait_for of Python 3.11 forgets a cancellation when the bell rings just before
                async with asyncio.timeout(HEARTBEAT_S):
                    await self.woken.wait()
            if self.woken.is_set():
                self.woken.clear()
                await connection.execute(f"NOTIFY {CHANNEL}")
                await asyncio.sleep(COALESCE_S)

    async def _heartbeat(self, leadership: Leadership) -> None:
        try:
            while True:
                await asyncio.sleep(HEARTBEAT_S)
                await leadership.connection.fetchval("SELECT 1", timeout=2)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("relay heartbeat failed", service=self.service, error=repr(error))
        finally:
            leadership.lost.set()

    async def _relay(self, leadership: Leadership) -> None:
        wait_s, measured = POLL_S, 0.0
        reader = await self._connect(plan_cache_mode="force_custom_plan")  # for known arrays PostgreSQL makes a hash
        try:
            marker = await self._connect()
            try:
                while True:
                    self.woken.clear()
                    taken = await self._stream(reader, marker, leadership)
                    wait_s = POLL_S if taken else min(wait_s * 2, 5.0)
                    measured = await self._measure(reader, measured)
                    await self._rest(leadership, wait_s, wake_early=taken)
            finally:
                marker.terminate()
        finally:
            reader.terminate()

    async def _stream(self, reader: asyncpg.Connection, marker: asyncpg.Connection, leadership: Leadership) -> bool:
        """Batch after batch until nothing waits, or the bus takes no more: False. Raises LeadershipLost.

        While one batch is on the wire, the one before is marked and the one behind is read; it is sent only when the
        broker has all of the one before.
        """
        sent, batch = NOTHING, await self._read(reader)
        while batch.rows:
            sending = asyncio.create_task(self._send(leadership, batch))
            marking = asyncio.create_task(self._mark(marker, leadership, sent.positions))
            try:
                behind = await self._read(reader, sent, batch) if len(batch.rows) == BATCH else NOTHING
                await marking
                taken = await sending
            except Undeliverable as refusal:
                await self._park(marker, batch.positions[refusal.position], refusal.reason)
                sent, batch = NOTHING, await self._read(reader)
                continue
            finally:
                for task in (sending, marking):
                    task.cancel()
                await asyncio.gather(sending, marking, return_exceptions=True)
            sent, whole = batch.first(taken), taken == len(batch.rows)
            if not whole or not behind.rows:
                await self._mark(marker, leadership, sent.positions)
                return whole
            batch = behind
        return True

    async def _read(self, reader: asyncpg.Connection, *under_way: Batch) -> Batch:
        rows = await reader.fetch(UNSENT, [position for batch in under_way for position in batch.positions])
        return Batch(rows, [self._envelope(row) for row in rows])

    async def _send(self, leadership: Leadership, batch: Batch) -> int:
        began_ns = time.time_ns()
        taken = await self._unless_lost(leadership, batch.envelopes)
        there = batch.first(taken)
        recorded = [row["traceparent"] for row in there.rows]
        tracing.sent(self.service, recorded, there.envelopes, began_ns=began_ns)
        return taken

    async def _unless_lost(self, leadership: Leadership, envelopes: Sequence[Envelope]) -> int:
        """Ends on acknowledgements or on lost leadership: a broker that is away may never answer."""
        sending = asyncio.ensure_future(self.bus.send(topic_of(self.service), envelopes))
        losing = asyncio.create_task(leadership.lost.wait())
        try:
            await asyncio.wait({sending, losing}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                raise LeadershipLost
            return sending.result()
        finally:
            for task in (sending, losing):
                task.cancel()
            await asyncio.gather(sending, losing, return_exceptions=True)

    async def _mark(self, connection: asyncpg.Connection, leadership: Leadership, positions: list[int]) -> None:
        """Fenced by the epoch: a woken zombie would otherwise give two rows one `sent_position`."""
        if not positions:
            return
        marked = await connection.fetch(MARK, positions, leadership.epoch, len(positions))
        if not marked:
            raise LeadershipLost
        RELAY_SENT.labels(self.service).inc(len(marked))

    async def _park(self, connection: asyncpg.Connection, position: int, reason: str) -> None:
        await connection.execute("UPDATE outbox SET parked_reason = $2 WHERE position = $1", position, reason[:2000])
        log.error("the broker refuses a fact for good", service=self.service, position=position, reason=reason)

    async def _rest(self, leadership: Leadership, wait_s: float, *, wake_early: bool) -> None:
        bells = {asyncio.create_task(leadership.lost.wait())}
        if wake_early:
            bells.add(asyncio.create_task(self.woken.wait()))
        try:
            await asyncio.wait(bells, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in bells:
                task.cancel()
        if leadership.lost.is_set():
            raise LeadershipLost

    async def _measure(self, connection: asyncpg.Connection, measured: float) -> float:
        moment = asyncio.get_running_loop().time()
        if moment - measured < 1.0:
            return measured
        count, age_s = await connection.fetchrow(LAG)
        OUTBOX_ROWS.labels(self.service).set(count)
        OUTBOX_AGE_SECONDS.labels(self.service).set(age_s)
        return moment

    def _envelope(self, row: asyncpg.Record) -> Envelope:
        return Envelope(
            id=row["id"],
            type=row["type"],
            service=self.service,
            aggregate_id=row["aggregateid"],
            sequence=row["sequence"],
            time=row["time"],
            data=row["payload"],
            traceparent=tracing.of_sending(row["traceparent"], row["id"]),
            correlation_id=row["correlation_id"],
            causation_id=row["causation_id"],
            represented=row["represented"],
        )
