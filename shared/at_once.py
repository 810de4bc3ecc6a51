"""What a request leaves behind, written at once: new rows, what the audit notes and the facts, as one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Dialect, Table, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Session

from shared.audit import AuditRow
from shared.db import RoadSession, plain
from shared.road import outbox

LATER = "lantoa.later"


class Binding(NamedTuple):
    """A column and how its value becomes what the driver takes."""

    name: str
    processed: Callable[[Any], Any] | None


def later(session: AsyncSession, row: DeclarativeBase) -> None:
    """A new row that nobody reads before the end of the transaction, and on which nothing else hangs until then."""
    session.info.setdefault(LATER, []).append(row)


async def write(session: AsyncSession, *more: DeclarativeBase) -> None:
    """All of it and the facts, in one round trip. Whatever else is pending or changed goes before, as ever.

    Raises what asyncpg raises.
    """
    sync = session.sync_session
    noted = [row for row in sync.new if isinstance(row, AuditRow)]
    for row in noted:
        sync.expunge(row)
    if sync.new or sync.dirty or sync.deleted:
        await session.flush()
    rows = [*session.info.pop(LATER, ()), *noted, *more]
    facts = outbox.take(sync)
    if not rows and facts is None:
        return
    sql, values = statement(rows, sync.get_bind().dialect, facts=facts)
    await (await plain(session)).execute(sql, *values)


def statement(
    rows: Sequence[DeclarativeBase], dialect: Dialect, *, facts: list[Any] | None = None
) -> tuple[str, list[Any]]:
    """What inserts these rows, and the facts whose parameters `outbox.take` gave, and its values."""
    tables = [cast(Table, row.__table__) for row in rows]
    values = facts or []
    for row, table in zip(rows, tables, strict=True):
        values += _values(row, _bindings(table, dialect))
    return _statement(tuple(tables), dialect, facts=facts is not None), values


@cache
def _bindings(table: Table, dialect: Dialect) -> Sequence[Binding]:
    """Every column that the database does not number itself."""
    return [
        Binding(column.key, column.type.dialect_impl(dialect).bind_processor(dialect))
        for column in table.columns
        if column.identity is None
    ]


def _values(row: DeclarativeBase, bindings: Sequence[Binding]) -> list[Any]:
    given = row.__dict__
    return [given.get(name) if processed is None else processed(given.get(name)) for name, processed in bindings]


@cache
def _statement(tables: tuple[Table, ...], dialect: Dialect, *, facts: bool) -> str:
    """There are as many as there are kinds of requests."""
    parts, first = (list(outbox.PARTS), 14) if facts else ([], 1)
    for number, table in enumerate(tables):
        names = [binding.name for binding in _bindings(table, dialect)]
        places = ", ".join(f"${place}" for place in range(first, first + len(names)))
        parts.append(f"row{number} AS (INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places}))")  # noqa: S608  names of our own
        first += len(names)
    return f"WITH {', '.join(parts)} SELECT"


@event.listens_for(RoadSession, "before_commit")
def _write_rows(session: Session) -> None:
    """Where nobody has called `write`."""
    if not session.in_nested_transaction():
        session.add_all(session.info.pop(LATER, ()))


@event.listens_for(RoadSession, "after_soft_rollback")
def _forget_rows(session: Session, previous: Any) -> None:
    if not session.in_nested_transaction() and not previous.nested:
        session.info.pop(LATER, None)
