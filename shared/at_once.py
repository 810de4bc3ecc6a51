"""What a request leaves behind, written at once: its changes, what the audit notes and the facts, as one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import count
from typing import Any, NamedTuple, cast

from sqlalchemy import Dialect, Table, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError

from shared.audit import AuditRow
from shared.db import RoadSession, plain
from shared.pending import Change, Pending, pending, written
from shared.question import fit_for
from shared.road import outbox

LATER = "lantoa.later"
FIRST_AFTER_FACTS = 14


class Binding(NamedTuple):
    """A column and how its value becomes what the driver takes."""

    name: str
    processed: Callable[[Any], Any] | None

    def of(self, value: Any) -> Any:
        """As the driver takes it."""
        return value if self.processed is None else self.processed(value)


class Shape(NamedTuple):
    """Of a statement: the tables that get a row, and those of which a row changes in these columns."""

    new: tuple[Table, ...]
    changed: tuple[tuple[Table, tuple[str, ...]], ...] = ()
    facts: bool = False


def later(session: AsyncSession, row: DeclarativeBase) -> None:
    """A new row that nobody reads before the end of the transaction, and on which nothing else hangs until then."""
    session.info.setdefault(LATER, []).append(row)


async def write(session: AsyncSession, *more: DeclarativeBase) -> None:
    """All that is pending, these rows and the facts, in one round trip. What only the ORM can write goes before.

    Raises what asyncpg raises, and StaleDataError.
    """
    sync = session.sync_session
    simple = pending(sync)
    if simple is None:
        noted = [row for row in sync.new if isinstance(row, AuditRow)]
        for row in noted:
            sync.expunge(row)
        await session.flush()
        simple = Pending(noted, [])
    rows = [*session.info.pop(LATER, ()), *more]
    await _write(session, simple, rows, facts=outbox.take(sync))


async def flush(session: AsyncSession) -> None:
    """As the session's own, in one round trip where that can be. Raises what asyncpg raises, and what a flush does."""
    simple = pending(session.sync_session)
    if simple is None:
        await session.flush()
    else:
        await _write(session, simple, [], facts=None)


async def _write(
    session: AsyncSession, simple: Pending, rows: Sequence[DeclarativeBase], *, facts: list[Any] | None
) -> None:
    changed, new = simple.changed, [*rows, *simple.new]
    if not new and not changed and facts is None:
        return
    dialect = session.sync_session.get_bind().dialect
    sql, values = statement(new, dialect, changed=changed, facts=facts)
    found = await (await plain(session)).fetchval(sql, *values)
    if found != len(changed):
        raise StaleDataError(f"{len(changed)} rows were to change, {found} were there")
    written(session.sync_session, simple)


def statement(
    rows: Sequence[DeclarativeBase],
    dialect: Dialect,
    *,
    changed: Sequence[Change] = (),
    facts: list[Any] | None = None,
) -> tuple[str, list[Any]]:
    """What writes all this, with its values; it answers how many of the changed rows were there.

    `facts` are the parameters that `outbox.take` gave.
    """
    values = list(facts or [])
    for change in changed:
        values += _changed_values(change, dialect)
    for row in rows:
        given = vars(row)
        values += [binding.of(given.get(binding.name)) for binding in _bindings(_table(row), dialect)]
    shape = Shape(
        tuple(_table(row) for row in rows),
        tuple((_table(change.row), tuple(change.values)) for change in changed),
        facts is not None,
    )
    return _statement(shape, dialect), values


def _table(row: DeclarativeBase) -> Table:
    return cast(Table, row.__table__)


@cache
def _bindings(table: Table, dialect: Dialect) -> Sequence[Binding]:
    """Every column that the database does not number itself."""
    return [Binding(column.key, fit_for(column.type, dialect)) for column in table.columns if column.identity is None]


def _changed_values(change: Change, dialect: Dialect) -> Iterator[Any]:
    """The new values, then the key."""
    table = _table(change.row)
    bindings = {binding.name: binding for binding in _bindings(table, dialect)}
    yield from (bindings[name].of(value) for name, value in change.values.items())
    yield from (getattr(change.row, column.key) for column in table.primary_key)


@lru_cache(maxsize=512)
def _statement(shape: Shape, dialect: Dialect) -> str:
    """Changes come before new rows, as the ORM does it: a unique index must see the place given up."""
    parts, places = list(outbox.PARTS) if shape.facts else [], count(FIRST_AFTER_FACTS if shape.facts else 1)
    for number, (table, names) in enumerate(shape.changed):
        parts.append(f"changed{number} AS ({_update(table, names, places)})")
    if shape.changed:
        counted = (f"(SELECT count(*) FROM changed{number})" for number in range(len(shape.changed)))  # noqa: S608  ours
        parts.append(f"changes AS (SELECT {' + '.join(counted)} AS changed)")
    for number, table in enumerate(shape.new):
        after = " FROM changes" if shape.changed else ""
        parts.append(f"row{number} AS ({_insert(table, places, dialect)}{after})")
    answer = "SELECT changed FROM changes" if shape.changed else "SELECT 0"
    return f"WITH {', '.join(parts)} {answer}"


def _update(table: Table, names: Sequence[str], places: Iterator[int]) -> str:
    given = ", ".join(f"{name} = ${next(places)}" for name in names)
    key = " AND ".join(f"{column.name} = ${next(places)}" for column in table.primary_key)
    return f"UPDATE {table.name} SET {given} WHERE {key} RETURNING true"  # noqa: S608  names of our own


def _insert(table: Table, places: Iterator[int], dialect: Dialect) -> str:
    names = [binding.name for binding in _bindings(table, dialect)]
    given = ", ".join(f"${next(places)}" for _ in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {given}"


@event.listens_for(RoadSession, "before_commit")
def _write_rows(session: Session) -> None:
    """Where nobody has called `write`."""
    if not session.in_nested_transaction():
        session.add_all(session.info.pop(LATER, ()))


@event.listens_for(RoadSession, "after_soft_rollback")
def _forget_rows(session: Session, previous: Any) -> None:
    if not session.in_nested_transaction() and not previous.nested:
        session.info.pop(LATER, None)
