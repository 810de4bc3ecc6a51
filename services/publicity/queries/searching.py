"""Search: a page of what matches, looked for week by week from the newest on, and no further than the page needs.

Most words are in very many items, and few names are in more than one: sorting all that match costs as much as all that
was ever published, and so does walking through it until enough are found. Nobody can know beforehand which is worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    Uuid,
    bindparam,
    cast,
    extract,
    func,
    literal,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

from services.publicity.models import EPOCH, WEEK_S, WORDS, Item
from services.publicity.workflow import State
from shared.paging import behind

PUBLISHED_ORDER = (Item.published_at, Item.id)
# A literal, so that a plan made for any value may still use the index of what is published.
PUBLISHED = Item.state == bindparam("published", State.PUBLISHED, Item.state.type, literal_execute=True)
NONE: ColumnElement[Any] = literal_column("'{}'::uuid[]", ARRAY(Uuid()))


def found(
    words: Any, wanted: Sequence[ColumnElement[bool]], *, after: Sequence[Any] | None, rows: int
) -> ColumnElement[bool]:
    """That an item is of the page: the newest `rows` that have the words of this tsquery, are wanted, and lie behind.

    `words` and `after` may be values or places for them.
    """
    enough = literal_column(str(rows), BigInteger)
    newest = after[0] if after else select(func.max(Item.published_at)).where(PUBLISHED).scalar_subquery()
    oldest = select(func.min(Item.published_at)).where(PUBLISHED).scalar_subquery()
    begin = select((_week(newest) + 1).label("week"), NONE.label("ids"), enough.label("missing"))
    weeks = begin.cte("weeks", recursive=True)
    week = weeks.c.week - 1
    query = func.to_tsquery("simple", words).op("&&", return_type=TSQUERY())(_word(week))
    here = select(Item.id).where(PUBLISHED, literal_column(WORDS, TSVECTOR).op("@@")(query), *wanted)
    page = behind(here, PUBLISHED_ORDER, after, descending=True).limit(enough).correlate(weeks)
    ids = select(func.array(page.scalar_subquery(), type_=ARRAY(Uuid())).label("ids")).lateral("here")
    further = (
        select(week, ids.c.ids, weeks.c.missing - func.cardinality(ids.c.ids))
        .select_from(weeks.join(ids, true()))
        .where(weeks.c.missing > 0, weeks.c.week > _week(oldest))
    )
    weeks = weeks.union_all(further)
    return Item.id.in_(select(func.unnest(weeks.c.ids)))


def _week(moment: Any) -> ColumnElement[int]:
    """The number of its week, as the index has it."""
    since = (moment if isinstance(moment, ColumnElement) else literal(moment)) - literal_column(EPOCH)
    return cast(extract("epoch", since), BigInteger) // literal_column(str(WEEK_S), BigInteger)


def _word(week: ColumnElement[int]) -> ColumnElement[Any]:
    """The word that stands for a week."""
    return cast(literal_column("'''~'", Text) + cast(week, Text) + literal_column("''''", Text), TSQUERY)
