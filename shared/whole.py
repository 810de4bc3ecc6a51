"""An aggregate read by one plain statement, as the ORM would have loaded it by one for each of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Column, ColumnElement, Dialect, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    RelationshipProperty,
    Session,
    make_transient_to_detached,
)
from sqlalchemy.orm.attributes import set_committed_value

from shared.db import new_row
from shared.question import ID, Question

R = TypeVar("R", bound=DeclarativeBase)


class Whole(Generic[R]):
    """How a row of this kind is read with these of its parts, and locked; one-to-many relationships by its `id`.

    All are ordinary objects of the session afterwards: what changes on them is flushed as ever.
    """

    def __init__(self, kind: type[R], *parts: InstrumentedAttribute[Any]) -> None:
        table = inspect(kind).local_table
        self._kind = kind
        self._parts = [(part.key, inspect(kind).relationships[part.key]) for part in parts]
        # anonymous rows, columns named one by one: a migration that adds one disturbs nobody
        listed = [_listed(relation) for _, relation in self._parts]
        self._read = Question(select(*_kept(kind), *listed).where(table.c.id == ID))
        self._lock = Question(select(table.c.id).where(table.c.id == ID).with_for_update())

    async def locked(self, session: AsyncSession, key: Any) -> R | None:
        """Locked to the end of the transaction: whoever changes a part holds the whole.

        Two statements, for what the first one waits for is seen by later ones only.
        """
        if await self._lock.value(session, id=key) is None:
            return None
        return await self.read(session, key)

    async def read(self, session: AsyncSession, key: Any) -> R | None:
        """As it is now, whatever the session knew of it. What is pending is flushed before."""
        found = await self._read.rows(session, id=key)
        if not found:
            return None
        sync = session.sync_session
        values, columns = list(found[0]), len(_kept(self._kind))
        row = _adopted(sync, self._kind, values[:columns])
        for (name, relation), listed in zip(self._parts, values[columns:], strict=True):
            set_committed_value(row, name, [_detached(_adopted(sync, relation.mapper.class_, one)) for one in listed])
        session.add(_detached(row))
        return row


def _listed(relation: RelationshipProperty[Any]) -> ColumnElement[Any]:
    """An array of the rows of a part, in its order."""
    ((_, column),) = relation.local_remote_pairs
    own, of = column.table, relation.parent.local_table
    rows = select(func.row(*_kept(relation.mapper.class_))).select_from(own).where(column == of.c.id)
    return func.array(rows.order_by(*(relation.order_by or [])).correlate(of).scalar_subquery())


def _kept(kind: type[DeclarativeBase]) -> list[Column[Any]]:
    """Without those that the database works out for itself."""
    return [column for column in inspect(kind).columns if column.computed is None]


def _adopted(session: Session, kind: type[R], values: Iterable[Any]) -> R:
    """The session's own row, refreshed; or one as if the session had loaded it, still to be added."""
    mapper, dialect = inspect(kind), session.get_bind().dialect
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
