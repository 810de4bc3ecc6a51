"""Statements sent so often that the ORM's part in them is felt: rendered once, then sent the driver's own way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import asyncpg
from sqlalchemy import Date, Dialect, Executable, Uuid, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

from shared.db import plain, with_all_flushed

ID, IDS, DAY = bindparam("id", type_=Uuid()), bindparam("ids", type_=ARRAY(Uuid())), bindparam("day", type_=Date())


class Bind(NamedTuple):
    """A named value, and what makes it fit for the driver, if it must be made so."""

    name: str
    fit: Callable[[Any], Any] | None


class Rendered(NamedTuple):
    """A statement as the driver takes it."""

    sql: str
    binds: list[Bind]  # in their places
    constants: Mapping[str, Any]

    @classmethod
    def of(cls, statement: Executable, dialect: Dialect, columns: Sequence[str] | None = None) -> Rendered:
        """Every database of the house speaks the same dialect: once is enough. `columns` are those an insert gets."""
        element = cast(ClauseElement, statement)
        compiled = cast(SQLCompiler, element.compile(dialect=dialect, column_keys=columns and list(columns)))
        types: dict[str, TypeEngine[Any]] = {name: compiled.binds[name].type for name in compiled.positiontup or ()}
        binds = [Bind(name, kind.dialect_impl(dialect).bind_processor(dialect)) for name, kind in types.items()]
        constants = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
        return cls(str(compiled), binds, constants)

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """As the driver takes them. Raises KeyError for one that is missing."""
        named = {**self.constants, **given}
        return [named[name] if fit is None else fit(named[name]) for name, fit in self.binds]


class Question:
    """A statement whose values are named by `bindparam`; lists are given to `any_`, for an `in_` is rendered anew.

    An insert's may be named by the `columns` that it fills.
    """

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement, self._columns = statement, columns
        self._rendered: Rendered | None = None

    async def rows(self, session: AsyncSession, **values: Any) -> list[asyncpg.Record]:
        """All that is found, as the driver gives it; what the session has not flushed yet is flushed before."""
        rendered = self._of(session)
        await with_all_flushed(session)
        found: list[asyncpg.Record] = await (await plain(session)).fetch(rendered.sql, *rendered.values(values))
        return found

    async def each(self, session: AsyncSession, rows: Iterable[Mapping[str, Any]]) -> None:
        """Once for each of these values, in one round trip; nothing is found."""
        rendered = self._of(session)
        await with_all_flushed(session)
        await (await plain(session)).executemany(rendered.sql, [rendered.values(row) for row in rows])

    async def value(self, session: AsyncSession, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = await self.rows(session, **values)
        return found[0][0] if found else None

    def _of(self, session: AsyncSession) -> Rendered:
        if self._rendered is None:
            dialect = session.sync_session.get_bind().dialect
            self._rendered = Rendered.of(self._statement, dialect, self._columns)
        return self._rendered
