"""Relay cursor connections over our keyset pages (Strawberry's own cursors are offsets)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import strawberry
from sqlalchemy.orm import InstrumentedAttribute

from shared.errors import Invalid
from shared.paging import MAX_LIMIT, Page, encode

T = TypeVar("T")
R = TypeVar("R")


@strawberry.type(description="Where a page stands in its list (Relay cursor connections).")
class PageInfo:
    """Relay's PageInfo; lists are read forward only."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    """A node and the cursor from which the list goes on behind it."""

    node: T
    cursor: str


@strawberry.type
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]]
    page_info: PageInfo


def connection(
    page: Page[R], columns: Sequence[InstrumentedAttribute[Any]], node: Callable[[R], T], *, after: str | None
) -> Connection[T]:
    """The Relay connection of a keyset page; `columns` are those it was sorted by."""
    keys = [column.key for column in columns]
    edges = [Edge(node=node(row), cursor=encode([getattr(row, key) for key in keys])) for row in page.rows]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=page.next is not None,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def page_size(first: int) -> int:
    """Raises Invalid when more than a page, or less than one row, is asked for."""
    if not 1 <= first <= MAX_LIMIT:
        raise Invalid(pointer="#/variables/first")
    return first
