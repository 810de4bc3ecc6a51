"""Search: a page of what matches, looked for in three steps, each only when the one before did not fill the page.

Most words are in very many items, and few names are in more than one: sorting all that match costs as much as all that
was ever published, and so does walking from the newest on until enough are found. Nobody can know beforehand which is
worse. So first the newest are walked through, for what is common; then the index of words is asked about some weeks,
for what is not; what those hold less than a page of is rare, and the index may be asked about everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    bindparam,
    cast,
    extract,
    func,
    literal,
    literal_column,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from services.publicity.models import EPOCH, WEEK_S, WORDS, Item
from services.publicity.workflow import State
from shared.paging import behind

PUBLISHED_ORDER = (Item.published_at, Item.id)
# A literal, so that a plan made for any value may still use the index of what is published.
PUBLISHED = Item.state == bindparam("published", State.PUBLISHED, Item.state.type, literal_execute=True)
WALKED = 300  # items: what is in one of fifteen fills a page
WEEKS = 4  # what these hold less than a page of, a year holds less than three hundred of
HERE = literal_column(WORDS, TSVECTOR)


def found(
    words: Any, whole: Any, wanted: Sequence[ColumnElement[bool]], *, after: Sequence[Any] | None, rows: int
) -> ColumnElement[bool]:
    """That an item is of the page: the newest `rows` that have the words, are wanted, and lie behind `after`.

    `words` is a tsquery, `whole` the one without beginnings that are too short for the index. Both, and `after`, may be
    values or places for them.
    """
    enough = literal_column(str(rows), BigInteger)
    newest = after[0] if after else select(func.max(Item.published_at)).where(PUBLISHED).scalar_subquery()

    def newest_first(*having: ColumnElement[bool]) -> Select[Any]:
        these: Any = select(*PUBLISHED_ORDER).where(PUBLISHED, *wanted, *having)
        return behind(these, PUBLISHED_ORDER, after, descending=True)

    def looked_up(name: str, query: ColumnElement[Any], *short: CTE) -> CTE:
        having = [HERE.op("@@")(query), *(_short(step, enough) for step in short)]
        # whole before it is cut: for its beginning alone PostgreSQL might rather walk through everything
        hits = newest_first(*having).cte(f"{name}_hits").prefix_with("MATERIALIZED")
        at, id_ = hits.c.published_at, hits.c.id
        return select(id_).order_by(at.desc(), id_.desc()).limit(enough).cte(name)

    walked = newest_first().add_columns(Item.search_vector.label("said")).limit(literal_column(str(WALKED))).subquery()
    near = select(walked.c.id).where(walked.c.said.op("@@")(_query(words))).limit(enough).cte("near")
    recent = looked_up("recent", _query(whole).op("&&", return_type=TSQUERY())(_weeks(newest)), near)
    ever = looked_up("ever", _query(whole), near, recent)
    return Item.id.in_(union(*(select(step.c.id) for step in (near, recent, ever))))


def _query(words: Any) -> ColumnElement[Any]:
    return func.to_tsquery("simple", words, type_=TSQUERY())


def _short(step: CTE, enough: ColumnElement[int]) -> ColumnElement[bool]:
    """That a step found less than a page; PostgreSQL judges it once, before it begins with the next."""
    return select(func.count()).select_from(step).scalar_subquery() < enough


def _weeks(newest: Any) -> ColumnElement[Any]:
    """The words that stand for the last weeks up to a moment, any of them."""
    since = (newest if isinstance(newest, ColumnElement) else literal(newest)) - literal_column(EPOCH)
    last = cast(extract("epoch", since), BigInteger) // literal_column(str(WEEK_S), BigInteger)
    first = last - literal_column(str(WEEKS - 1), BigInteger)
    week = func.generate_series(first, last).column_valued("week")
    word = literal_column("'''~'", Text) + cast(week, Text) + literal_column("''''", Text)
    return cast(select(func.string_agg(word, literal_column("' | '", Text))).scalar_subquery(), TSQUERY)
