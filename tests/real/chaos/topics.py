"""A stranger at Kafka: logs every record of every topic, and when told to sends them once more where others read."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from tests.real.chaos.journal import Journal

TOPICS = ("lantoa.plans", "lantoa.nominations", "lantoa.publicity", "lantoa.notifications")
OURS = ("x-chaos", b"again")  # a header of the copies: a reader of the product's own records leaves them out
REMEMBERED = 200
LIMIT_S = 10.0


@dataclass
class Stranger:
    """Reads without a group, from the beginning, on through every outage."""

    server: str  # host:port
    journal: Journal
    echoing: bool = False
    sent: int = 0  # copies
    _at: dict[TopicPartition, int] = field(default_factory=dict)
    _recent: deque[Any] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _producer: AIOKafkaProducer | None = None

    async def listen(self) -> None:
        """For ever."""
        try:
            while True:
                with suppress(KafkaError, OSError, TimeoutError):
                    await self._listen()
                await asyncio.sleep(1)
        finally:
            await self._drop()

    async def _listen(self) -> None:
        reader = AIOKafkaConsumer(bootstrap_servers=self.server, request_timeout_ms=8_000, retry_backoff_ms=300)
        try:
            await asyncio.wait_for(reader.start(), LIMIT_S)
            places = [TopicPartition(topic, number) for topic in TOPICS for number in range(12)]
            reader.assign(places)
            for place in places:
                reader.seek(place, self._at.get(place, 0))
            while True:
                for place, records in (await reader.getmany(timeout_ms=200, max_records=200)).items():
                    for record in records:
                        await self._heard(record)
                        self._at[place] = record.offset + 1
        finally:
            with suppress(Exception):
                await asyncio.wait_for(reader.stop(), 3)

    async def _heard(self, record: Any) -> None:
        if OURS in record.headers:
            return
        headers = {name: value.decode() for name, value in record.headers}
        self.journal.write(
            "record",
            id=headers.get("ce_id"),
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            content=hashlib.sha256(record.value or b"").hexdigest()[:16],
        )
        self._recent.append(record)
        if self.echoing:
            await self._send([record])

    async def shuffle(self, rng: random.Random) -> int:
        """The latest records once more, in any order, wherever; how many."""
        records = list(self._recent)
        rng.shuffle(records)
        await self._send(records)
        return len(records)

    async def _send(self, records: list[Any]) -> None:
        """Copies go to another partition, which often is the other process's: both have the fact in hand at once."""
        try:
            async with asyncio.timeout(LIMIT_S):
                if self._producer is None:
                    self._producer = AIOKafkaProducer(bootstrap_servers=self.server, request_timeout_ms=5_000)
                    await self._producer.start()
                for record in records:
                    await self._producer.send(
                        record.topic,
                        key=record.key,
                        value=record.value,
                        partition=(record.partition + 7) % 12,
                        headers=[*record.headers, OURS],
                    )
                    self.sent += 1
        except (KafkaError, OSError, TimeoutError):
            await self._drop()

    async def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Exception):
                await asyncio.wait_for(producer.stop(), 3)


async def go_back(server: str, group: str, records: int) -> int:
    """An empty group's place is put back by so many records a partition, as an operator might; how many in all."""
    reader = AIOKafkaConsumer(bootstrap_servers=server, group_id=group, enable_auto_commit=False)
    moved = 0
    try:
        async with asyncio.timeout(LIMIT_S):
            await reader.start()
            places = [TopicPartition(topic, number) for topic in TOPICS for number in range(12)]
            reader.assign(places)
            back = {}
            for place in places:
                committed = await reader.committed(place)
                if committed:
                    back[place] = max(0, committed - records)
                    moved += committed - back[place]
            if back:
                await reader.commit(back)
    finally:
        with suppress(Exception):
            await asyncio.wait_for(reader.stop(), 3)
    return moved
