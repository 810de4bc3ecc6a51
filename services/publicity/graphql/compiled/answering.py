"""The questions the lane answers: what each asks the database, and the rows put together to what the executor says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Protocol

import orjson
from strawberry.utils.str_converters import to_camel_case

from services.publicity.graphql.compiled.selection import NotCompiled, Selected
from services.publicity.graphql.compiled.statements import CURSOR, Statement, one_item, page_of_items
from services.publicity.graphql.questions import ItemFilterInput, wanted_items
from services.publicity.queries import PUBLISHED_ORDER, conditions
from shared.graphql import page_size
from shared.paging import decode_for, encode

SHAPES = 128  # of one document: which filters are given, and how many rows

Row = Sequence[Any]
Values = dict[str, Any]


class Unanswered(Exception):
    """Not in a simple way: there is no such thing, or it is gone. The executor finds the words."""


class Question(Protocol):
    """A root field of one document."""

    def ask(self, arguments: Mapping[str, Any]) -> tuple[Statement, Values]:
        """What to ask the database. Raises AppError where the executor would, Unanswered."""

    def answer(self, rows: Sequence[Row], arguments: Mapping[str, Any]) -> str:
        """The field's value in JSON. Raises Unanswered."""

    def tags(self, arguments: Mapping[str, Any]) -> Sequence[str]:
        """What of the database it is made of, as the triggers of publicity call it."""


@dataclass(frozen=True, slots=True)
class Page:
    """What an answer about a list needs of its rows: the JSON of each way a node is selected, and the sort keys."""

    rows: Sequence[Row]
    ways: int
    more: bool
    continued: bool

    def cursor(self, row: Row) -> str:
        """Where the list goes on behind the row."""
        return encode(row[self.ways :])


Part = Callable[[Page], str]


class Items:
    """`items`: a page of what is published."""

    def __init__(self, chosen: Selected) -> None:
        self._nodes: list[Sequence[Selected]] = []
        self._parts = [(one.key, self._part(one)) for one in chosen.inner]
        # each way of giving arguments has its statement; a stranger may think of many
        self._statement = lru_cache(SHAPES)(self._made)

    def ask(self, arguments: Mapping[str, Any]) -> tuple[Statement, Values]:
        """A page. Raises AppError where the executor would, Unanswered."""
        values = conditions(wanted_items(_filter(arguments["filter"]), arguments["search"]))
        given, limit, after = frozenset(values), page_size(arguments["first"]), arguments["after"]
        if after is not None:
            values |= zip(CURSOR, decode_for(PUBLISHED_ORDER, after), strict=True)
            if None in values.values():  # nothing that is published lies there
                raise Unanswered
        return self._statement(given, after is not None, limit + 1), values

    def _made(self, given: frozenset[str], behind_cursor: bool, rows: int) -> Statement:
        return page_of_items(self._nodes, sorted(given), behind_cursor=behind_cursor, rows=rows)

    def answer(self, rows: Sequence[Row], arguments: Mapping[str, Any]) -> str:
        """The connection."""
        limit = arguments["first"]
        page = Page(rows[:limit], len(self._nodes), len(rows) > limit, arguments["after"] is not None)
        return _object((key, part(page)) for key, part in self._parts)

    def tags(self, arguments: Mapping[str, Any]) -> Sequence[str]:
        """A page changes with any item: one may come in between."""
        return ("items",)

    def _part(self, one: Selected) -> Part:
        if one.name == "edges":
            return self._edges(one)
        if one.name == "pageInfo":
            return _page_info(one)
        return _constant("ItemConnection")

    def _edges(self, chosen: Selected) -> Part:
        parts = [(one.key, self._of_edge(one)) for one in chosen.inner]

        def edges(page: Page) -> str:
            return f"[{','.join(_object((key, part(page, row)) for key, part in parts) for row in page.rows)}]"

        return edges

    def _of_edge(self, one: Selected) -> Callable[[Page, Row], str]:
        if one.name == "node":
            place = len(self._nodes)
            self._nodes.append(one.inner)
            return lambda page, row: row[place]
        if one.name == "cursor":
            return lambda page, row: f'"{page.cursor(row)}"'
        return lambda page, row: '"ItemEdge"'


class OneItem:
    """`item`: what can be read of one."""

    def __init__(self, chosen: Selected) -> None:
        self._statement = one_item(chosen.inner)

    def ask(self, arguments: Mapping[str, Any]) -> tuple[Statement, Values]:
        """One statement."""
        return self._statement, {"id": arguments["id"]}

    def answer(self, rows: Sequence[Row], arguments: Mapping[str, Any]) -> str:
        """The item. Raises Unanswered."""
        if not rows:
            raise Unanswered
        node: str = rows[0][0]
        return node

    def tags(self, arguments: Mapping[str, Any]) -> Sequence[str]:
        """Its own changes."""
        return (f"item:{arguments['id']}",)


QUESTIONS: Mapping[str, Callable[[Selected], Question]] = {"items": Items, "item": OneItem}


# as the graph calls the fields of the filter: as we do
FILTERED = {to_camel_case(field.name): field.name for field in fields(ItemFilterInput)}


def _filter(given: Mapping[str, Any] | None) -> ItemFilterInput | None:
    return None if given is None else ItemFilterInput(**{FILTERED[name]: value for name, value in given.items()})


def question(chosen: Selected) -> Question:
    """Raises NotCompiled."""
    if chosen.name not in QUESTIONS:
        raise NotCompiled
    return QUESTIONS[chosen.name](chosen)


def _page_info(chosen: Selected) -> Part:
    told: dict[str, Part] = {
        "hasNextPage": lambda page: _json(page.more),
        "hasPreviousPage": lambda page: _json(page.continued),
        "startCursor": lambda page: _json(page.cursor(page.rows[0]) if page.rows else None),
        "endCursor": lambda page: _json(page.cursor(page.rows[-1]) if page.rows else None),
        "__typename": _constant("PageInfo"),
    }
    parts = [(one.key, told[one.name]) for one in chosen.inner]
    return lambda page: _object((key, part(page)) for key, part in parts)


def _constant(name: str) -> Part:
    return lambda _: f'"{name}"'


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _object(parts: Iterable[tuple[str, str]]) -> str:
    told = ",".join([f'"{key}":{value}' for key, value in parts])
    return f"{{{told}}}"
