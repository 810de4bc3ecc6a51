"""Several at once: one of them wins, the others are told, and everything is told once."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from services.publicity import actions
from services.publicity.models import Channel, Item
from services.publicity.workflow import State
from shared.db import Database, new_id
from shared.errors import PreconditionFailed
from shared.events.nominations import StoryReleased
from shared.events.publicity import ItemPublished
from shared.road.tables import Outbox
from tests.publicity.factories import SITE, channel, editor, item, organisation, released


async def told(database: Database) -> list[str]:
    """The types of everything recorded."""
    async with database.transaction() as session:
        return list(await session.scalars(select(Outbox.type).order_by(Outbox.position)))


async def test_of_six_editors_who_place_at_once_one_does(committed: Database) -> None:
    async with committed.transaction() as session:
        owner_id = await organisation(session)
        portal = await channel(session, owner_id, release="editor")
        item_id = (await item(session, owner_id)).id

    async def place() -> type[Exception] | None:
        try:
            async with committed.transaction() as session:
                await actions.place(session, editor(owner_id), item_id, portal, version=1, site=SITE)
        except PreconditionFailed as refused:
            return type(refused)
        return None

    outcomes = await asyncio.gather(*(place() for _ in range(6)))

    assert sorted(outcomes, key=str) == sorted([None, *[PreconditionFailed] * 5], key=str)
    assert await told(committed) == [ItemPublished.type()]


async def test_the_same_release_twice_at_once_opens_one_item(committed: Database) -> None:
    fact = released(new_id())

    async def release(fact: StoryReleased) -> None:
        async with committed.transaction() as session:
            await actions.release_story(session, fact, site=SITE)

    await asyncio.gather(*(release(fact) for _ in range(4)))

    assert await told(committed) == [ItemPublished.type()]
    async with committed.transaction() as session:
        assert (await session.scalars(select(Item.state))).all() == [State.PUBLISHED]


async def test_two_first_stories_of_an_office_without_a_portal_share_one_page(committed: Database) -> None:
    owner_id = new_id()

    async def release() -> None:
        async with committed.transaction() as session:
            await actions.release_story(session, released(owner_id), site=SITE)

    await asyncio.gather(*(release() for _ in range(4)))

    async with committed.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Channel)) == 1
        assert await session.scalar(select(func.count()).select_from(Item)) == 4
