"""Facts, envelopes and a consumer for the tests of the road."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Consumer
from shared.clock import now
from shared.db import Database, new_id
from shared.events import Envelope
from shared.events.nominations import NominationWithdrawn
from shared.road import record

NOBODY = UUID(int=0)


def fact(aggregate: UUID, title: str = "một") -> NominationWithdrawn:
    """A fact of `aggregate` that says `title`."""
    return NominationWithdrawn(nomination_id=aggregate, organisation_id=NOBODY, nominator_id=NOBODY, title=title)


def arrived(aggregate: UUID, sequence: int, *, title: str | None = None, represented: bool = False) -> Envelope:
    """Fact number `sequence` of `aggregate` as it comes from the road; its title is its number unless given."""
    body = fact(aggregate, title or str(sequence)).model_dump_json().encode()
    return Envelope(
        id=new_id(),
        type=NominationWithdrawn.type(),
        service="nominations",
        aggregate_id=aggregate,
        sequence=sequence,
        time=now(),
        data=body,
        represented=represented,
    )


class Broken(Exception):
    """What a handler throws when the test says so."""


class Ledger:
    """A consumer whose effect is a row in `effects`; it refuses the titles in `refuses`."""

    def __init__(self) -> None:
        self.consumer = Consumer("publicity")
        self.refuses: set[str] = set()
        self.calls: list[str] = []
        self.dies_once = False
        self.echoes = True
        self.consumer.on(NominationWithdrawn)(self.write)

    async def write(self, session: AsyncSession, given: NominationWithdrawn) -> None:
        """The effect of a fact, with a fact of our own about it."""
        self.calls.append(given.title)
        await session.execute(
            text("INSERT INTO effects (aggregate, title) VALUES (:a, :t)"), {"a": given.nomination_id, "t": given.title}
        )
        if self.echoes:
            record(session, fact(given.nomination_id, f"heard {given.title}"))
        if self.dies_once:
            self.dies_once = False
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        if given.title in self.refuses:
            raise Broken(given.title)


async def effects(database: Database, aggregate: UUID) -> list[str]:
    """The titles handled for `aggregate`, in the order in which they were."""
    async with database.engine.connect() as connection:
        rows = await connection.scalars(
            text("SELECT title FROM effects WHERE aggregate = :a ORDER BY position"), {"a": aggregate}
        )
        return list(rows)


async def outbox_titles(database: Database) -> list[tuple[int, str]]:
    """(sequence, title) of everything recorded, in order of recording."""
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT sequence, convert_from(payload, 'utf8')::json->>'title' FROM outbox ORDER BY position")
        )
        return [(sequence, title) for sequence, title in rows]


async def parked_numbers(database: Database, aggregate: UUID) -> list[tuple[int, str]]:
    """(sequence, reason) of what waits for `aggregate`."""
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT sequence, reason FROM parked WHERE aggregate_id = :a ORDER BY sequence"), {"a": aggregate}
        )
        return [(sequence, reason) for sequence, reason in rows]


async def last_of(database: Database, aggregate: UUID) -> int | None:
    """How far the inbox is for `aggregate`."""
    async with database.engine.connect() as connection:
        found: int | None = await connection.scalar(
            text("SELECT last FROM inbox WHERE aggregate_id = :a"), {"a": aggregate}
        )
        return found


async def committed_facts(database: Database, *facts: NominationWithdrawn) -> None:
    """Records facts as an action would, in one transaction."""
    async with database.transaction() as session:
        record(session, *facts)


class KeepingBus:
    """A bus of this process that keeps what it is sent and can be told to stop taking after some facts."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []
        self.takes: int | None = None

    async def send(self, topic: str, batch: Sequence[Envelope]) -> int:
        """Takes at most `takes` facts of a batch."""
        taken = batch if self.takes is None else batch[: self.takes]
        self.kept += taken
        return len(taken)

    async def subscribe(self, consumer: Consumer, receive: object) -> None:
        """Nobody hears."""

    async def unsubscribe(self, consumer: Consumer) -> None:
        """Nobody heard."""

    async def history(self, topic: str) -> AsyncIterator[Envelope]:
        """Everything that it was sent."""
        for envelope in self.kept:
            yield envelope

    async def healthy(self) -> bool:
        """It always is."""
        return True

    async def close(self) -> None:
        """Nothing to close."""


@asynccontextmanager
async def plain_connection(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection of our own, outside every pool."""
    dsn = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


def aggregate() -> UUID:
    """A fresh aggregate id."""
    return uuid4()
