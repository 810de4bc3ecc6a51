"""The bus of many processes and machines: Apache Kafka in CloudEvents binary mode. Only this file knows aiokafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    MessageSizeTooLargeError,
    NodeNotReadyError,
    RecordTooLargeError,
    TopicAlreadyExistsError,
)
from aiokafka.structs import RecordMetadata

from shared.bus import Consumer, Receive, Undeliverable
from shared.bus.packing import Load, OverLimit, pack
from shared.errors import Unavailable
from shared.events import PRODUCERS, Envelope, topic_of
from shared.transient import is_transient

log = structlog.get_logger()

PARTITIONS = 12
KEPT_MS = 7 * 24 * 3600 * 1000
MAX_BYTES = 1_048_576
TOPIC_MAX_BYTES = 1_200_000  # at least the producer's limit: otherwise one fact stops the topic
BATCH = 500
LIMIT_S = 5.0
ACKNOWLEDGED_S = 30.0  # then the batch is sent anew: a repetition is absorbed, a standstill is not
STALLED_S = 30.0
STOP_S = 3.0  # a producer flushes when it stops


class KafkaBus:
    """One producer and one reader a consumer in this process, made when first used and made anew after a failure."""

    def __init__(self, servers: str, *, replication: int = 1) -> None:
        self._servers, self._replication = servers, replication
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._readers: dict[str, asyncio.Task[None]] = {}

    async def prepare(self) -> None:
        """Creates the topics that are missing. Raises Unavailable."""
        try:
            async with asyncio.timeout(2 * LIMIT_S):
                while not await self._make_topics():
                    await asyncio.sleep(0.2)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(part="bus") from error

    async def _make_topics(self) -> bool:
        """False from a broker that has just started: it answers before it knows of itself."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self._servers, request_timeout_ms=int(LIMIT_S * 1000))
        configuration = {"retention.ms": str(KEPT_MS), "max.message.bytes": str(TOPIC_MAX_BYTES)}
        try:
            await admin.start()
            there = set(await admin.list_topics())
            wanted = [
                NewTopic(topic_of(name), PARTITIONS, self._replication, topic_configs=configuration)
                for name in PRODUCERS
                if topic_of(name) not in there
            ]
            with suppress(TopicAlreadyExistsError):
                if wanted:
                    await admin.create_topics(wanted)
        except NodeNotReadyError:
            return False
        finally:
            await admin.close()
        return True

    async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
        """Puts the batch on the wire in order and waits once for `acks=all`. Raises Undeliverable."""
        try:
            producer = await self._started()
            partitions = sorted(await producer.partitions_for(topic))
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("broker is away", topic=topic, error=repr(error))
            return 0
        refused: Undeliverable | None = None
        try:
            loads = pack(batch, partitions, producer.create_batch, limit_bytes=MAX_BYTES)
        except OverLimit as error:
            loads, refused = error.loads, Undeliverable(error.position, "over the limit of the broker")
        try:
            waiting = await _put(producer, topic, loads)
            await _acknowledged(waiting)
        except asyncio.CancelledError:  # leadership is lost: what this producer still holds must not be delivered
            await self._discard()
            raise
        failed = [load for n, load in enumerate(loads) if n >= len(waiting) or not _is_fine(waiting[n])]
        if failed:
            # After one refused send an idempotent producer still delivers later ones of the same key.
            await self._discard()
            refused = _undeliverable(batch, loads, waiting)
        if refused is not None:
            raise refused
        return min((load.positions[0] for load in failed), default=len(batch))

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._servers,
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=0,
                    max_batch_size=131_072,
                    max_request_size=MAX_BYTES,
                    request_timeout_ms=int(LIMIT_S * 1000),
                )
                try:
                    async with asyncio.timeout(LIMIT_S):
                        await producer.start()
                except BaseException:
                    await _thrown_away(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _discard(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _thrown_away(producer)

    async def subscribe(self, consumer: Consumer, receive: Receive) -> None:
        """Reads the topics of the consumer's producers in the group `lantoa-<service>` until unsubscribed."""
        self._readers[consumer.service] = asyncio.create_task(self._read_again(consumer, receive))

    async def unsubscribe(self, consumer: Consumer) -> None:
        """Leaves the group; its partitions go to the others at once."""
        reader = self._readers.pop(consumer.service, None)
        if reader is not None:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _read_again(self, consumer: Consumer, receive: Receive) -> None:
        while True:
            try:
                await self._read(consumer, receive)
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("reading stopped", service=consumer.service, error=repr(error))
            except Exception:
                log.exception("reading failed", service=consumer.service)
            await asyncio.sleep(1)

    async def _read(self, consumer: Consumer, receive: Receive) -> None:
        if not consumer.producers:
            return
        reader = AIOKafkaConsumer(
            *map(topic_of, consumer.producers),
            bootstrap_servers=self._servers,
            group_id=f"lantoa-{consumer.service}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=BATCH,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=3_000,
            request_timeout_ms=20_000,
            metadata_max_age_ms=10_000,
        )
        try:
            await reader.start()
            while True:
                await self._one_batch(reader, receive)
        finally:
            await _thrown_away(reader)

    async def _one_batch(self, reader: AIOKafkaConsumer, receive: Receive) -> None:
        """Handle, commit the database, then the offsets, explicitly: never past what was handled."""
        found = await reader.getmany(timeout_ms=500, max_records=BATCH)
        if not found:
            return
        envelopes = [envelope for records in found.values() for envelope in map(_envelope, records) if envelope]
        wait_s = 0.2
        while True:  # `getmany` has moved on: the batch is kept here until it is handled
            try:
                await receive(envelopes)
                break
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("batch waits", error=repr(error))
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, 5.0)
        offsets: dict[TopicPartition, int] = {tp: records[-1].offset + 1 for tp, records in found.items() if records}
        try:
            await reader.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:  # the partitions went elsewhere: the inbox absorbs
            log.info("offsets not committed", error=repr(error))

    async def history(self, topic: str) -> AsyncIterator[Envelope]:
        """Read without a group, partition by partition together. Raises Unavailable."""
        reader = AIOKafkaConsumer(
            topic,
            bootstrap_servers=self._servers,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=int(LIMIT_S * 1000),
        )
        try:
            async with asyncio.timeout(LIMIT_S):
                await reader.start()
            left = await _ends(reader)
            while left:
                for place, records in (await _more(reader)).items():
                    for envelope in filter(None, map(_envelope, records)):
                        yield envelope
                    if records[-1].offset + 1 >= left.get(place, 0):
                        left.pop(place, None)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(part="bus") from error
        finally:
            await _thrown_away(reader)

    async def healthy(self) -> bool:
        """Whether the broker answers a metadata request within a second."""
        try:
            async with asyncio.timeout(1):
                producer = await self._started()
                await producer.client.fetch_all_metadata()
        except (KafkaError, OSError, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """Stops the readers and the producer, each within three seconds."""
        for reader in self._readers.values():
            reader.cancel()
        await asyncio.gather(*self._readers.values(), return_exceptions=True)
        self._readers.clear()
        await self._discard()


async def _thrown_away(part: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Stopped within four seconds; a broker that is away must not hold us, and what was not sent is sent again."""
    with suppress(Exception):
        await asyncio.wait_for(part.stop(), STOP_S)
        return
    # It waits to flush. Left alone it would deliver what it holds when the broker is back, also what was blanked since.
    producing = isinstance(part, AIOKafkaProducer)
    inside = [part._sender, part.client] if producing else [part._coordinator, part._fetcher, part._client]
    with suppress(TimeoutError):
        closing = (one.close() for one in inside if one is not None)
        await asyncio.wait_for(asyncio.gather(*closing, return_exceptions=True), 1)


async def _ends(reader: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    """Where each partition that holds anything ends now."""
    async with asyncio.timeout(2 * LIMIT_S):
        places = list(reader.assignment())
        begin, end = await reader.beginning_offsets(places), await reader.end_offsets(places)
    return {place: end[place] for place in places if end[place] > begin[place]}


async def _more(reader: AIOKafkaConsumer) -> dict[TopicPartition, list[Any]]:
    """The next records. Raises TimeoutError when none come: an answer that is owed, for the end is known."""
    async with asyncio.timeout(STALLED_S):
        while not (found := await reader.getmany(timeout_ms=500, max_records=10 * BATCH)):
            pass
    records: dict[TopicPartition, list[Any]] = found
    return records


async def _put(
    producer: AIOKafkaProducer, topic: str, loads: Sequence[Load]
) -> list[asyncio.Future[RecordMetadata | None]]:
    """Hands the loads over in order; fewer futures than loads when the producer took no more."""
    waiting: list[asyncio.Future[RecordMetadata | None]] = []
    for load in loads:
        try:
            future = await producer.send_batch(load.builder, topic, partition=load.partition)
        except (KafkaError, OSError) as error:
            log.warning("broker refused a send", topic=topic, error=repr(error))
            break
        future.add_done_callback(_looked_at)
        waiting.append(future)
    return waiting


def _looked_at(future: asyncio.Future[Any]) -> None:
    """An error that comes when nobody waits any more is no news."""
    if not future.cancelled():
        future.exception()


async def _acknowledged(waiting: Sequence[asyncio.Future[Any]]) -> None:
    """aiokafka never expires a batch that it has sent, so we do."""
    if waiting:
        await asyncio.wait(waiting, timeout=ACKNOWLEDGED_S)


def _is_fine(future: asyncio.Future[Any]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _undeliverable(
    batch: Sequence[Envelope], loads: Sequence[Load], waiting: Sequence[asyncio.Future[Any]]
) -> Undeliverable | None:
    """The broker says that a load is too large, which no retry mends; its largest fact is the one that must not be."""
    for load, future in zip(loads, waiting, strict=False):
        error = future.exception() if future.done() and not future.cancelled() else None
        if isinstance(error, (MessageSizeTooLargeError, RecordTooLargeError)):
            largest = max(load.positions, key=lambda position: len(batch[position].data or b""))
            return Undeliverable(largest, repr(error))
    return None


def _envelope(record: object) -> Envelope | None:
    try:
        return Envelope.read(list(record.headers), record.value)  # type: ignore[attr-defined]
    except (KeyError, ValueError) as error:
        log.error("not a fact of ours", error=repr(error), offset=getattr(record, "offset", None))
        return None
