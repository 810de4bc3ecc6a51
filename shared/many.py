"""Many rows of one table by one statement: an array for each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import asyncpg
from sqlalchemy import ColumnClause, Insert, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.question import Question


async def insert_many(session: AsyncSession, into: Insert, rows: Sequence[Mapping[str, Any]]) -> list[asyncpg.Record]:
    """Rows that name the same columns; `into` is an insert without values, always the same object.

    What the session has not flushed yet is flushed before. Gives what it returns. Raises what asyncpg raises.
    """
    if not rows:
        return []
    names = tuple(rows[0])
    return await _of(into, names).rows(session, **{name: [row[name] for row in rows] for name in names})


async def insert_each(session: AsyncSession, into: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same in one round trip, but row after row: an upsert takes no row twice in one statement."""
    if rows:
        await _each(into, tuple(rows[0])).each(session, rows)


@cache
def _of(into: Insert, names: tuple[str, ...]) -> Question:
    columns = _filled(into, names)
    arrays = [bindparam(column.name, type_=ARRAY(column.type, dimensions=1)) for column in columns]
    given = func.unnest(*arrays).table_valued(*names).render_derived(name="given")
    return Question(into.from_select(list(names), select(*given.c), include_defaults=False))


@cache
def _each(into: Insert, names: tuple[str, ...]) -> Question:
    _filled(into, names)
    return Question(into, names)


def _filled(into: Insert, names: tuple[str, ...]) -> list[ColumnClause[Any]]:
    """The columns of these names. Raises ValueError for another that Python would fill: nobody does here."""
    columns = into.table.c
    left_out = [column.name for column in columns if column.default is not None and column.name not in names]
    if left_out:
        raise ValueError(f"{into.table.description} would be left without {left_out}")
    return [columns[name] for name in names]
