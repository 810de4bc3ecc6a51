"""Search walks from week to week: what it gives is what a look at everything would give, whole and in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import queries
from services.publicity.models import Item
from services.publicity.queries import ItemFilter
from services.publicity.workflow import State
from shared.clock import now
from shared.db import Database
from tests.publicity.factories import channel, item, organisation

DAYS = [0, 0, 1, 8, 9, 30, 31, 32, 200, 400, 3_000]  # some weeks hold several, most hold none


async def spread(database: Database) -> None:
    """Items of two owners, in weeks far apart; every third says more."""
    async with database.transaction() as session:
        for slug in ("van-phong-a", "van-phong-b"):
            owner_id = await organisation(session, slug=slug)
            await channel(session, owner_id)
            for number, days in enumerate(DAYS):
                made = await item(session, owner_id)
                made.published_at = now() - timedelta(days=days, seconds=number)
                made.search = f"{made.search} hiem" if number % 3 == 0 else made.search


async def paged(session: AsyncSession, wanted: ItemFilter, limit: int) -> list[Item]:
    """All pages, one behind the other."""
    found: list[Item] = []
    after: str | None = None
    while True:
        page = await queries.published_items(session, wanted, after=after, limit=limit)
        found += page.rows
        if page.next is None:
            return found
        after = page.next


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("search", ["moi truong", "hiem", "khong ai viet"])
async def test_pages_of_a_search_are_whole_and_newest_first(
    search: str, limit: int, database: Database, session: AsyncSession
) -> None:
    await spread(database)
    words = func.to_tsquery("simple", queries.search_query(search))
    everything = select(Item).where(Item.state == State.PUBLISHED, Item.search_vector.op("@@")(words))
    owners = set(await session.scalars(select(Item.owner_id)))

    for owner_id in (None, *owners):
        wanted = everything.where(Item.owner_id == owner_id) if owner_id else everything
        expected = await session.scalars(wanted.order_by(Item.published_at.desc(), Item.id.desc()))
        found = await paged(session, ItemFilter(search=search, owner_id=owner_id), limit)

        assert [one.id for one in found] == [one.id for one in expected]


async def test_nothing_is_found_where_nothing_was_published(session: AsyncSession) -> None:
    assert (await queries.published_items(session, ItemFilter(search="lua"), after=None, limit=20)).rows == []


async def test_the_word_for_a_week_is_no_word_that_can_be_typed(database: Database, session: AsyncSession) -> None:
    await spread(database)
    week = int(now().timestamp()) // (7 * 86_400)

    for typed in (f"~{week}", str(week), f"'~{week}'"):
        assert (await queries.published_items(session, ItemFilter(search=typed), after=None, limit=20)).rows == []
