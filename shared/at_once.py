"""What a request leaves behind, written at once: its changes, what the audit notes and the facts, as one statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    CTE,
    BindParameter,
    Column,
    Dialect,
    Select,
    Table,
    bindparam,
    event,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError

from shared.audit import AuditRow
from shared.db import RoadSession, plain
from shared.pending import Change, Pending, pending, written
from shared.question import Rendered
from shared.road import outbox

LATER = "lantoa.later"


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
    session: AsyncSession, simple: Pending, rows: Sequence[DeclarativeBase], *, facts: Mapping[str, Any] | None
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
    facts: Mapping[str, Any] | None = None,
) -> tuple[str, list[Any]]:
    """What writes all this, with its values; it answers how many of the changed rows were there.

    `facts` are the parameters that `outbox.take` gave.
    """
    shape = Shape(
        tuple(_table(row) for row in rows),
        tuple((_table(change.row), tuple(change.values)) for change in changed),
        facts is not None,
    )
    values = dict(facts or {})
    for number, change in enumerate(changed):
        values.update(_changed_values(number, change))
    for number, row in enumerate(rows):
        given = vars(row)
        values.update((_new(number, column), given.get(column.key)) for column in _given(_table(row)))
    rendered = _rendered(shape, dialect)
    return rendered.sql, rendered.values(values)


def _table(row: DeclarativeBase) -> Table:
    return cast(Table, row.__table__)


@cache
def _given(table: Table) -> Sequence[Column[Any]]:
    """Every column that the database does not number itself."""
    return [column for column in table.columns if column.identity is None]


def _changed_values(number: int, change: Change) -> Iterator[tuple[str, Any]]:
    """The new values, and the key."""
    columns = _table(change.row).columns
    yield from ((_to(number, columns[name]), value) for name, value in change.values.items())
    yield from ((_at(number, column), getattr(change.row, column.key)) for column in _table(change.row).primary_key)


@lru_cache(maxsize=512)
def _rendered(shape: Shape, dialect: Dialect) -> Rendered:
    return Rendered.of(_statement(shape), dialect)


def _statement(shape: Shape) -> Select[Any]:
    """Changes come before new rows, as the ORM does it: a unique index must see the place given up."""
    parts = list(outbox.PARTS) if shape.facts else []
    changed = [_update(number, table, names) for number, (table, names) in enumerate(shape.changed)]
    counted = [select(func.count()).select_from(part).scalar_subquery() for part in changed]
    changes = select(sum(counted, start=literal(0)).label("changed")).cte("changes")
    new = [_insert(number, table, changes if changed else None) for number, table in enumerate(shape.new)]
    answer = select(changes.c.changed) if changed else select(literal(0))
    return answer.add_cte(*parts, *changed, *new)


def _update(number: int, table: Table, names: Sequence[str]) -> CTE:
    given = {table.c[name]: _bind(_to(number, table.c[name]), table.c[name]) for name in names}
    key = [column == _bind(_at(number, column), column) for column in table.primary_key]
    return update(table).values(given).where(*key).returning(true()).cte(f"changed{number}")


def _insert(number: int, table: Table, after: CTE | None) -> CTE:
    columns = _given(table)
    row = select(*(_bind(_new(number, column), column) for column in columns))
    row = row if after is None else row.select_from(after)
    return insert(table).from_select(list(columns), row, include_defaults=False).cte(f"row{number}")


def _bind(name: str, column: Column[Any]) -> BindParameter[Any]:
    return bindparam(name, type_=column.type)


def _to(number: int, column: Column[Any]) -> str:
    return f"to{number}_{column.key}"


def _at(number: int, column: Column[Any]) -> str:
    return f"at{number}_{column.key}"


def _new(number: int, column: Column[Any]) -> str:
    return f"new{number}_{column.key}"


@event.listens_for(RoadSession, "before_commit")
def _write_rows(session: Session) -> None:
    """Where nobody has called `write`."""
    if not session.in_nested_transaction():
        session.add_all(session.info.pop(LATER, ()))


@event.listens_for(RoadSession, "after_soft_rollback")
def _forget_rows(session: Session, previous: Any) -> None:
    if not session.in_nested_transaction() and not previous.nested:
        session.info.pop(LATER, None)
