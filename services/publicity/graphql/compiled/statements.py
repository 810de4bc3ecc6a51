"""From a selection to one SQL statement, its text fixed but for places for values, so that it is prepared once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.engine import make_url

from services.publicity.graphql.compiled.catalogue import ITEM, Nested, Object
from services.publicity.graphql.compiled.selection import Selected
from services.publicity.models import Item
from services.publicity.queries import PUBLISHED_ORDER, READABLE, narrowed
from shared.paging import behind

DIALECT = make_url("postgresql+asyncpg://").get_dialect()()
COLUMNS = [column for column in Item.__table__.columns if column.name not in ("search", "search_vector")]
CURSOR = ("cursor_0", "cursor_1")  # by the columns of PUBLISHED_ORDER
SORTED = [f"items.{column.key}" for column in PUBLISHED_ORDER]
LIVE = "JOIN editions ON editions.item_id = items.id AND editions.state = 'live'"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL for asyncpg; `places` names the values it wants, in order, `fixed` those that never change."""

    sql: str
    places: tuple[str, ...]
    fixed: Mapping[str, Any]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of their places."""
        return [values[name] if name in values else self.fixed[name] for name in self.places]


def json_of(told: Object, chosen: Sequence[Selected]) -> str:
    """An expression that is the JSON object of what was chosen, compact and in that order."""
    return _object(told, chosen, "")


def _object(told: Object, chosen: Sequence[Selected], rows: str) -> str:
    columns = ", ".join(f'{_field(told, one)} AS "{one.key}"' for one in chosen)
    return f"(SELECT row_to_json(o) FROM (SELECT {columns} {rows}) o)"


def _field(told: Object, one: Selected) -> str:
    if one.name == "__typename":
        return f"'{told.name}'::text"
    found = told.fields[one.name]
    if isinstance(found, str):
        return found
    if found.many:
        return _list(found, one.inner)
    shown = _object(found.of, one.inner, found.rows)
    return f"CASE WHEN {found.there} IS NOT NULL THEN {shown} END" if found.there else shown


def _joins(chosen: Iterable[Selected]) -> list[str]:
    """What the chosen fields of items need beside them, each once."""
    found = [ITEM.fields.get(one.name) for one in chosen]
    return list(dict.fromkeys(field.join for field in found if isinstance(field, Nested) and field.join))


def _list(found: Nested, chosen: Sequence[Selected]) -> str:
    """Not json_agg, which puts spaces and line ends between."""
    columns = ", ".join(f'{_field(found.of, one)} AS "{one.key}"' for one in chosen)
    listed = f"SELECT array_to_json(array_agg(row_to_json(o))) FROM (SELECT {columns} {found.rows}) o"
    return f"coalesce(({listed}), '[]'::json)"


def page_of_items(
    nodes: Sequence[Sequence[Selected]], given: Iterable[str], *, behind_cursor: bool, rows: int
) -> Statement:
    """`rows` published items at most: a column of JSON for each of `nodes`, and those of PUBLISHED_ORDER."""
    places = [bindparam(name, None, column.type) for name, column in zip(CURSOR, PUBLISHED_ORDER, strict=True)]
    after = places if behind_cursor else None
    wanted = narrowed({name: bindparam(name, None) for name in given}, after=after, rows=rows)
    page = behind(select(*COLUMNS).where(*wanted), PUBLISHED_ORDER, after, descending=True)
    return _around(page, nodes, f"LIMIT {rows}")


def one_item(node: Sequence[Selected]) -> Statement:
    """The item `id`, if it can be read."""
    return _around(select(*COLUMNS).where(Item.id == bindparam("id", None), *READABLE), [node], "")


def _around(page: Select[Any], nodes: Sequence[Sequence[Selected]], limit: str) -> Statement:
    """JSON is made for the rows of the page only."""
    compiled = page.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    columns = [f"{json_of(ITEM, node)}::text" for node in nodes]
    told, places = ", ".join([*columns, *SORTED]), list(compiled.positiontup or ())
    for name, kind in (("site", "text"), ("today", "date")):
        if f"{{{name}}}" in told:
            places.append(name)
            told = told.replace(f"{{{name}}}", f"${len(places)}::{kind}")
    order = ", ".join(f"{column} DESC" for column in SORTED)
    beside = " ".join([LIVE, *_joins(one for node in nodes for one in node)])
    sql = f"SELECT {told} FROM ({compiled.string} {limit}) AS items {beside} ORDER BY {order}"
    return Statement(sql, tuple(places), compiled.params)
