"""Many rows of one table by one plain statement: an array for each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import asyncpg
from sqlalchemy import Dialect, Table, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from shared.db import plain, with_all_flushed
from shared.question import fit_for


async def insert_many(
    session: AsyncSession, kind: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]], *, tail: str = ""
) -> list[asyncpg.Record]:
    """Rows that name the same columns; `tail` is what follows, such as `ON CONFLICT DO NOTHING RETURNING id`.

    What the session has not flushed yet is flushed before. Raises what asyncpg raises.
    """
    if not rows:
        return []
    table, names = inspect(kind).local_table, tuple(rows[0])
    dialect = session.sync_session.get_bind().dialect
    sql, processes = _statement(table, names, dialect, tail=tail)
    arrays = [
        [row[name] if process is None else process(row[name]) for row in rows]
        for name, process in zip(names, processes, strict=True)
    ]
    await with_all_flushed(session)
    found: list[asyncpg.Record] = await (await plain(session)).fetch(sql, *arrays)
    return found


@cache
def _statement(table: Table, names: tuple[str, ...], dialect: Dialect, *, tail: str) -> tuple[str, list[Any]]:
    left_out = [column.name for column in table.columns if column.default is not None and column.name not in names]
    if left_out:
        raise ValueError(f"{table.name} would fill {left_out} in Python, which nobody does here")
    types = [table.columns[name].type for name in names]
    given = ", ".join(f"${place}::{type_.compile(dialect)}[]" for place, type_ in enumerate(types, start=1))
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM unnest({given}) {tail}"  # noqa: S608  ours
    return sql, [fit_for(type_, dialect) for type_ in types]
