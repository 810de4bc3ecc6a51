"""The seam between the road and what carries it: a bus takes a batch of envelopes, a consumer handles facts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared import context
from shared.events import Envelope, Event

E = TypeVar("E", bound=Event)
Handler = Callable[[AsyncSession, Any], Awaitable[None]]


class Rows(NamedTuple):
    """What a fact leaves behind where that is all: an insert that always is the same object, and its rows."""

    statement: Insert
    values: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Hearing:
    """One fact and what is done when it arrives; `effects` ones are not called for represented facts."""

    fact: type[Event]
    handler: Handler
    effects: bool = False
    rows: Callable[[Any], Rows] | None = None  # the same as `handler`, to be written with those of the whole batch


@dataclass
class Consumer:
    """What a service hears. Each handler names one fact and calls one action, in the transaction it is given."""

    service: str
    hearings: dict[str, Hearing] = field(default_factory=dict)

    def on(
        self, fact: type[E], *, effects: bool = False
    ) -> Callable[[Callable[[AsyncSession, E], Awaitable[None]]], Callable[[AsyncSession, E], Awaitable[None]]]:
        """Registers a handler. Raises ValueError when the fact has one already."""

        def register(
            handler: Callable[[AsyncSession, E], Awaitable[None]],
        ) -> Callable[[AsyncSession, E], Awaitable[None]]:
            if fact.type() in self.hearings:
                raise ValueError(f"{self.service} hears {fact.type()} already")
            self.hearings[fact.type()] = Hearing(fact, handler, effects)
            return handler

        return register

    def keep(self, fact: type[E]) -> Callable[[Callable[[E], Rows]], Callable[[E], Rows]]:
        """Registers a function from the fact to its rows, many times as fast as a handler that writes them itself.

        It sees no session, so it cannot miss what is not written yet; the receiver writes the rows of a batch
        together, before anybody who has a session is called. Raises ValueError when the fact has a handler already.
        """

        def register(rows: Callable[[E], Rows]) -> Callable[[E], Rows]:
            async def write(session: AsyncSession, given: E) -> None:
                statement, values = rows(given)
                await session.execute(statement, values)

            self.on(fact)(write)
            self.hearings[fact.type()] = Hearing(fact, write, rows=rows)
            return rows

        return register

    @property
    def producers(self) -> list[str]:
        """The services whose topics this one reads."""
        return sorted({hearing.fact.service for hearing in self.hearings.values()})


_arriving: ContextVar[Envelope] = ContextVar("lantoa_arriving")


def arriving() -> Envelope:
    """The envelope of the fact that is being handled. Raises LookupError outside a handler."""
    return _arriving.get()


@contextmanager
def arrival(envelope: Envelope) -> Iterator[None]:
    """What is done inside belongs to the arrival of this fact: its trace, its correlation, it as the cause."""
    token = _arriving.set(envelope)
    try:
        with context.work(envelope.correlation_id, envelope.traceparent, str(envelope.id)):
            yield
    finally:
        _arriving.reset(token)


Receive = Callable[[Sequence[Envelope]], Awaitable[None]]


class Undeliverable(Exception):
    """The broker refuses this one fact for good; other aggregates go on."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position  # index in the batch
        self.reason = reason


class Bus(Protocol):
    """What carries facts. Both buses keep the same promises: at least once, in order per aggregate."""

    async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
        """Sends in order and waits once; how many from the front are safely there.

        Raises Undeliverable when one fact can never be sent; any other failure returns a smaller number.
        """

    async def subscribe(self, consumer: Consumer, receive: Receive) -> None:
        """From now on every batch for `consumer.service` goes to `receive`, whose return acknowledges it."""

    async def unsubscribe(self, consumer: Consumer) -> None:
        """No batch reaches the consumer after this; what it would hear waits."""

    def history(self, topic: str) -> AsyncIterator[Envelope]:
        """What the topic still holds, from its oldest fact to the newest one at this moment. Raises Unavailable."""

    async def healthy(self) -> bool:
        """Whether the carrier answers, within a second."""

    async def close(self) -> None:
        """Stops reading and sending; what was not acknowledged comes again."""
