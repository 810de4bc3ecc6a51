"""An aggregate read by one plain statement, as the ORM would have loaded it by one for each of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Column, Dialect, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from shared.db import new_row, plain, with_all_flushed

R = TypeVar("R", bound=DeclarativeBase)


class Whole(Generic[R]):
    """How a row of this kind is read with these of its parts, and locked; one-to-many relationships by its `id`.

    All are ordinary objects of the session afterwards: what changes on them is flushed as ever.
    """

    def __init__(self, kind: type[R], *parts: InstrumentedAttribute[Any]) -> None:
        self._kind, self._mapper = kind, inspect(kind)
        self._table = self._mapper.local_table.description
        self._parts = [(part.key, self._mapper.relationships[part.key]) for part in parts]
        self._sql = self._selected()
        self._lock = f"SELECT true FROM {self._table} WHERE id = $1 FOR UPDATE"  # noqa: S608  names of our own

    async def locked(self, session: AsyncSession, key: Any) -> R | None:
        """Locked to the end of the transaction: whoever changes a part holds the whole.

        Two statements, for what the first one waits for is seen by later ones only.
        """
        if await (await plain(session)).fetchval(self._lock, key) is None:
            return None
        return await self.read(session, key)

    async def read(self, session: AsyncSession, key: Any) -> R | None:
        """As it is now, whatever the session knew of it. What is pending is flushed before."""
        sync = session.sync_session
        await with_all_flushed(session)
        found = await (await plain(session)).fetchrow(self._sql, key)
        if found is None:
            return None
        dialect, lists = sync.get_bind().dialect, len(found) - len(self._parts)
        row = _adopted(sync, self._kind, list(found)[:lists], dialect=dialect)
        for (name, relation), listed in zip(self._parts, list(found)[lists:], strict=True):
            kind = relation.mapper.class_
            rows = [_detached(_adopted(sync, kind, one, dialect=dialect)) for one in listed]
            set_committed_value(row, name, rows)
        session.add(_detached(row))
        return row

    def _selected(self) -> str:
        """Anonymous rows, columns named one by one: a migration that adds one disturbs nobody."""
        parts = [_columns("w", self._kind)]
        for _, relation in self._parts:
            kind, ((_, column),) = relation.mapper.class_, relation.local_remote_pairs
            order = ", ".join(f"p.{column.name}" for column in relation.order_by or [])
            rows = f"SELECT ROW({_columns('p', kind)}) FROM {relation.mapper.local_table.description} p"  # noqa: S608
            parts.append(f"ARRAY({rows} WHERE p.{column.name} = w.id{order and ' ORDER BY ' + order})")
        return f"SELECT {', '.join(parts)} FROM {self._table} w WHERE w.id = $1"  # noqa: S608  names of our own


def _kept(kind: type[DeclarativeBase]) -> list[Column[Any]]:
    """Without those that the database works out for itself."""
    return [column for column in inspect(kind).columns if column.computed is None]


def _columns(table: str, kind: type[DeclarativeBase]) -> str:
    return ", ".join(f"{table}.{column.name}" for column in _kept(kind))


def _adopted(session: Session, kind: type[R], values: Iterable[Any], *, dialect: Dialect) -> R:
    """The session's own row, refreshed; or one as if the session had loaded it, still to be added."""
    mapper = inspect(kind)
    given = zip(_kept(kind), values, strict=True)
    read = {column.name: _processed(column, dialect, value) for column, value in given}
    key = mapper.identity_key_from_primary_key(tuple(read[column.name] for column in mapper.primary_key))
    known = cast("R | None", session.identity_map.get(key))
    if known is None:
        return new_row(kind, **read)
    for name, value in read.items():
        set_committed_value(known, name, value)
    return known


def _processed(column: Column[Any], dialect: Dialect, value: Any) -> Any:
    process = cast("Callable[[Any], Any] | None", column.type.dialect_impl(dialect).result_processor(dialect, None))
    return value if process is None else process(value)


def _detached(row: R) -> R:
    if not inspect(row).persistent:
        make_transient_to_detached(row)
    return row
