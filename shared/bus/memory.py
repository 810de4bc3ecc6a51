"""The bus of one process: hands each batch to every hearer's `receive`; the outbox makes it durable."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import structlog

from shared.bus import Consumer, Receive
from shared.events import Envelope, topic_of
from shared.transient import is_transient

log = structlog.get_logger()


class MemoryBus:
    """A batch is sent when every hearer has committed or parked it; nothing is sent while one is missing."""

    def __init__(self, expects: frozenset[str] = frozenset()) -> None:
        self._expects = expects
        self._hearers: dict[str, tuple[Consumer, Receive]] = {}

    async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
        """All of the batch or, when a hearer's database is away, none: those who had it absorb the repetition."""
        if not self._expects <= self._hearers.keys():
            return 0
        for consumer, receive in list(self._hearers.values()):
            if topic not in map(topic_of, consumer.producers):
                continue
            try:
                await receive(batch)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("hearer is away", hearer=consumer.service, topic=topic, error=repr(error))
                return 0
        return len(batch)

    async def subscribe(self, consumer: Consumer, receive: Receive) -> None:
        """The consumer hears from now on."""
        self._hearers[consumer.service] = (consumer, receive)

    async def unsubscribe(self, consumer: Consumer) -> None:
        """The consumer is leaving; what it would hear waits in the outboxes."""
        self._hearers.pop(consumer.service, None)

    async def history(self, topic: str) -> AsyncIterator[Envelope]:
        """Nothing is kept: what was sent is with its hearers."""
        kept: tuple[Envelope, ...] = ()
        for envelope in kept:
            yield envelope

    async def healthy(self) -> bool:
        """A process that can ask has it."""
        return True

    async def close(self) -> None:
        """Nobody hears any more."""
        self._hearers.clear()
