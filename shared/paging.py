"""Keyset paging: a page begins after the last row of the one before, so it is stable under insertion and never slows down."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from shared.errors import Invalid

MAX_LIMIT = 100

T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
After = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]


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
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The values back, as the sort columns' Python types. Raises BadCursor."""
    try:
        raw = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(raw, list) or len(raw) != len(kinds):
            raise ValueError(cursor)
        return [_as(kind, value) for kind, value in zip(kinds, raw, strict=True)]
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor(pointer="#/query/after") from error


def _as(kind: type, value: Any) -> Any:
    if kind in {datetime, date}:
        return kind.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    if not isinstance(value, kind):
        raise TypeError(value)
    return value


async def keyset(
    session: AsyncSession,
    statement: Select[tuple[T]],
    columns: Sequence[InstrumentedAttribute[Any]],
    *,
    after: str | None,
    limit: int,
    descending: bool = False,
) -> Page[T]:
    """One page of an entity's rows, sorted by `columns` (the last one unique). One statement. Raises BadCursor."""
    if after is not None:
        values = decode(after, [column.type.python_type for column in columns])
        key = tuple_(*columns)
        statement = statement.where(key < tuple_(*values) if descending else key > tuple_(*values))
    order = [column.desc() if descending else column.asc() for column in columns]
    rows = (await session.scalars(statement.order_by(*order).limit(limit + 1))).all()
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], encode([getattr(last, column.key) for column in columns]))


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """The `Link: rel="next"` header (RFC 8288)."""
    if cursor is not None:
        url = request.url.include_query_params(after=cursor)
        response.headers["link"] = f'<{url.path}?{url.query}>; rel="next"'
