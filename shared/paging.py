"""Keyset paging: a page begins behind the last row of the one before; insertions do not shift it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, and_, false, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from shared.errors import Invalid
from shared.exact import FIRST_DAY, LAST_DAY

MAX_LIMIT = 100
BIGINT = 2**63

T = TypeVar("T")
Column = InstrumentedAttribute[Any]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
After = Annotated[str | None, Query(max_length=500, description="`next` của trang trước")]


class BadCursor(Invalid):
    """A cursor that this list did not give out."""

    code = "bad-cursor"


class Listing(BaseModel, Generic[T]):
    """One page; `next` is the cursor of the page after, or null at the end."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of one page and the cursor of the next."""

    rows: Sequence[T]
    next: str | None


def encode(values: Sequence[Any]) -> str:
    """An opaque cursor of the sort key's values."""
    told = [str(value) if isinstance(value, UUID) else value for value in values]  # the driver has its own UUID
    return base64.urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The values back, as the sort columns' Python types. Raises BadCursor."""
    try:
        raw = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(raw, list):
            raise ValueError(cursor)
        return [_as(kind, value) for kind, value in zip(kinds, raw, strict=True)]
    except (ValueError, TypeError) as error:
        raise BadCursor(pointer="#/query/after") from error


def _as(kind: type, value: Any) -> Any:
    """Whatever a stranger wrote must not reach the database as something it cannot compare."""
    if value is None:
        return None
    if kind in {int, bool}:
        if type(value) is not kind or not -BIGINT <= value < BIGINT:
            raise ValueError(value)
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    return _from_text(kind, value)


def _from_text(kind: type, value: str) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None or not FIRST_DAY <= moment.date() <= LAST_DAY:
            raise ValueError(value)
        return moment
    if kind is date:
        return date.fromisoformat(value)
    if kind is str or kind is UUID or issubclass(kind, Enum):
        return kind(value)
    raise TypeError(kind)


async def keyset(
    session: AsyncSession,
    statement: Select[T],
    columns: Sequence[Column],
    *,
    after: str | None,
    limit: int,
    descending: bool = False,
) -> Page[T]:
    """One page of an entity's rows, sorted by `columns`, the last of which is unique. One statement.

    A null stands where PostgreSQL puts it: behind all values, before them when descending. Raises BadCursor.
    """
    values = decode_for(columns, after) if after is not None else None
    statement = behind(statement, columns, values, descending=descending)
    rows = (await session.scalars(statement.limit(limit + 1))).all()
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], encode([getattr(last, column.key) for column in columns]))


def decode_for(columns: Sequence[Column], cursor: str) -> list[Any]:
    """The values of a cursor of a list sorted by these columns. Raises BadCursor."""
    values = decode(cursor, [column.type.python_type for column in columns])
    if any(value is None and not column.expression.nullable for column, value in zip(columns, values, strict=True)):
        raise BadCursor(pointer="#/query/after")
    return values


def behind(
    statement: Select[T], columns: Sequence[Column], values: Sequence[Any] | None, *, descending: bool
) -> Select[T]:
    """In the order of `columns`, and only what lies behind `values` (or places for them)."""
    if values is not None:
        statement = statement.where(_beyond(columns, values, descending=descending))
    return statement.order_by(*(column.desc() if descending else column.asc() for column in columns))


def _beyond(columns: Sequence[Column], values: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """Rows that come later in the order. Comparing whole rows lets an index find the place at once."""
    nullable = any(column.expression.nullable for column in columns)
    if all(value is not None for value in values) and (descending or not nullable):
        key, here = tuple_(*columns), tuple_(*values)
        return key < here if descending else key > here
    later: ColumnElement[bool] = false()
    for column, value in reversed(list(zip(columns, values, strict=True))):
        later = or_(_after(column, value, descending=descending), and_(_same(column, value), later))
    return later


def _same(column: Column, value: Any) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _after(column: Column, value: Any, *, descending: bool) -> ColumnElement[bool]:
    if value is None:
        return column.is_not(None) if descending else false()
    return column < value if descending else or_(column > value, column.is_(None))


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """The `Link: rel="next"` header (RFC 8288)."""
    if cursor is not None:
        url = request.url.include_query_params(after=cursor)
        response.headers["link"] = f'<{url.path}?{url.query}>; rel="next"'
