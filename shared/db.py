"""PostgreSQL: connecting, the naming of constraints, and one transaction per door, committed before the answer."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import asyncpg
import orjson
import uuid_utils.compat
from fastapi import Depends, Request
from sqlalchemy import BigInteger, Date, DateTime, Enum, MetaData, Text, Uuid, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, SessionTransaction
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.orm.attributes import manager_of_class

from shared.keeping import Kept
from shared.lines import Lines

T = TypeVar("T")
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
TYPES: dict[Any, Any] = {
    uuid.UUID: Uuid(),
    datetime: DateTime(timezone=True),
    date: Date(),
    str: Text(),
    int: BigInteger(),
    dict[str, Any]: JSONB(),
    list[dict[str, Any]]: JSONB(),
    list[str]: JSONB(),
}
# A client cancels what a person would no longer wait for; a paused process must not hold others (event_road).
SERVER_SETTINGS = {
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "8s",
    "statement_timeout": "30s",
    "timezone": "UTC",
}
# A server that is away must be known within two seconds: a connection is free, then it answers, or is
# given up for a new one.
FREE_S, ANSWER_S, GOODBYE_S = 0.8, 0.8, 0.2


def new_metadata() -> MetaData:
    """Metadata with the constraint names that migrations rely on; one for each service, one for `shared`."""
    return MetaData(naming_convention=NAMING)


class Base(DeclarativeBase):
    """Tables that every service's database has: the road, the directory, the audit, files, stored answers."""

    metadata = new_metadata()
    type_annotation_map = TYPES


def states(enum: type[StrEnum], name: str) -> Enum:
    """A text column with a CHECK from `enum`, so that a new state needs no ALTER TYPE."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=None,
        values_callable=lambda members: [member.value for member in members],
    )


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): ordered by time, so that indexes stay small."""
    return uuid_utils.compat.uuid7()


R = TypeVar("R", bound=DeclarativeBase)


def new_row(kind: type[R], /, **values: Any) -> R:
    """A row to be inserted, its columns set as those of a loaded one are: the constructor announces each of them."""
    row: R = manager_of_class(kind).new_instance()
    vars(row).update(values)
    return row


FACTS, KEPT, LINE = "lantoa.facts", "lantoa.kept", "lantoa.line"


class RoadSession(SyncSession):
    """The session class that `shared.road.outbox` listens to: facts are written just before its commit."""

    def rollback(self) -> None:
        """Forgets the recorded facts also where no statement had begun a transaction yet."""
        super().rollback()
        self.info.pop(FACTS, None)


class Wire(asyncpg.Connection):  # type: ignore[misc]
    """A connection that finds out with BEGIN, which is sent anyway, whether the server still answers."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109  asyncpg's
        """A transaction's first word has little time; what is done inside has the time it needs.

        Whose BEGIN was given up is in a transaction when it arrives after all, and asyncpg would take the next for a
        savepoint of it: what is committed then is lost. Nobody uses a connection again that left a word unanswered.
        """
        limit_s = ANSWER_S if query.startswith("BEGIN") else timeout
        try:
            status: str = await super().execute(query, *args, timeout=limit_s)
        except asyncpg.PostgresError:
            raise
        except BaseException:
            self.terminate()
            raise
        return status

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109  asyncpg's
        """Says goodbye without waiting for a server that has gone silent."""
        with suppress(TimeoutError):
            await super().close(timeout=GOODBYE_S)


@dataclass
class Database:
    """One service's database in one process."""

    url: URL
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession] = field(init=False)
    kept: Kept = field(init=False)  # what this process remembers of it
    lines: Lines = field(init=False)  # for single statements that need no session

    def __post_init__(self) -> None:
        self.kept = Kept()
        self.lines = Lines(self.url, {**SERVER_SETTINGS, "application_name": "lantoa-lines"})
        self.sessions = async_sessionmaker(
            self.engine, expire_on_commit=False, sync_session_class=RoadSession, info={KEPT: self.kept}
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends well, rolled back otherwise."""
        async with self.sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Returns every connection; the database may then be dropped."""
        self.lines.close()
        await self.engine.dispose()


def connect(url: str, *, application: str, statement_s: float = 35) -> Database:
    """A pool of up to 8 connections, each with time limits; nothing is connected before the first use."""
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(
        parsed,
        pool_size=8,
        max_overflow=0,  # what comes on top would be connected and closed again for every request
        pool_timeout=FREE_S,
        pool_pre_ping=False,
        hide_parameters=True,  # people's data does not belong in logs
        # asyncpg gives ids as a subclass of UUID, which orjson hands to `default`
        json_serializer=lambda value: orjson.dumps(value, default=str).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "connection_class": Wire,
            "timeout": ANSWER_S,
            "command_timeout": statement_s,
            "server_settings": {**SERVER_SETTINGS, "application_name": f"lantoa-{application}"},
        },
    )
    event.listen(engine.sync_engine, "checkout", _must_be_open)
    return Database(parsed, engine)


def _must_be_open(connection: Any, *_: Any) -> None:
    """One that was closed, by us or by the server, is replaced before anybody meets it; nothing is asked for that."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def plain(session: AsyncSession) -> asyncpg.Connection:
    """The driver's own connection inside this session's transaction: a statement costs a third of what it does by ORM.

    What the session has not flushed yet is not seen by it.
    """
    known: asyncpg.Connection | None = session.info.get(LINE)
    if known is not None:
        return known
    pooled = await (await session.connection()).get_raw_connection()
    adapted: Any = pooled.dbapi_connection
    if adapted._transaction is None:  # SQLAlchemy begins only with the first statement that goes through it
        await adapted._start_transaction()
    session.info[LINE] = pooled.driver_connection
    return pooled.driver_connection


@event.listens_for(RoadSession, "after_transaction_create")
@event.listens_for(RoadSession, "after_transaction_end")
@event.listens_for(RoadSession, "after_soft_rollback")
def _forget_line(session: SyncSession, _: SessionTransaction) -> None:
    """So that the session is asked anew: it sets a savepoint only then, and refuses after a flush that failed."""
    session.info.pop(LINE, None)


async def with_all_flushed(session: AsyncSession) -> None:
    """What is pending is in the database afterwards, for who asks it the plain way; not within `no_autoflush`."""
    sync = session.sync_session
    if not sync.autoflush:
        return
    if sync.new or sync.dirty or sync.deleted:
        await session.flush()


async def remembered(
    session: AsyncSession, key: Hashable, read: Callable[[], Awaitable[T]], *, tags: Iterable[str] = ()
) -> T:
    """What this process keeps under `key`, else what `read` finds; None is never kept.

    Only for doors and what they ask first: a transaction that itself changes what is read must not keep it.
    """
    kept: Kept | None = session.info.get(KEPT)
    if kept is None:
        return await read()
    found: T | None = kept.get(key)
    if found is not None:
        return found
    since = kept.moment()
    read_now = await read()
    if read_now is not None:
        kept.put(key, read_now, tags=tags, since=since)
    return read_now


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


# `function` scope: the commit happens before the answer leaves, so that an acknowledged change is a committed one.
Session = Annotated[AsyncSession, Depends(_session, scope="function")]
