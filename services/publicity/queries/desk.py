"""What editors read."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from services.publicity.models import Item, Placement
from services.publicity.workflow import PlacementState, State
from shared.clock import today
from shared.directory.queries import standing_body, stood_for
from shared.errors import NotFound
from shared.paging import Page, keyset


def _whole() -> list[ORMOption]:
    return [
        selectinload(Item.releases),
        selectinload(Item.editions),
        selectinload(Item.placements).joinedload(Placement.channel),
    ]


async def desk_item(session: AsyncSession, item_id: UUID) -> Item:
    """The item with releases, editions and placements, in any state. Raises NotFound."""
    item = await session.scalar(select(Item).where(Item.id == item_id).options(*_whole()))
    if item is None:
        raise NotFound
    return item


async def keepers(session: AsyncSession, owner_id: UUID) -> set[UUID]:
    """Whose editors look after the owner's items: its own, and those of the body that took over when it ended."""
    return {owner_id, await standing_body(session, owner_id, today()) or owner_id}


async def kept_by(session: AsyncSession, organisation_ids: Collection[UUID]) -> set[UUID]:
    """These bodies and those that ended and whose (principal) heirs they are, through any number of changes."""
    return {*organisation_ids, *await stood_for(session, organisation_ids, today())}


def _waits(owners: Collection[UUID]) -> ColumnElement[bool]:
    """Items of these owners that wait for an editor or a confirmation on some channel."""
    pending = exists().where(Placement.item_id == Item.id, Placement.state == PlacementState.PENDING)
    return and_(Item.owner_id.in_(owners), Item.state != State.WITHDRAWN, pending)


async def count_waiting(session: AsyncSession, owners: Collection[UUID]) -> int:
    """How many wait."""
    return await session.scalar(select(func.count()).select_from(Item).where(_waits(owners))) or 0


async def waiting_items(
    session: AsyncSession, owners: Collection[UUID], *, after: str | None, limit: int
) -> Page[Item]:
    """What waits, a page at a time. Raises BadCursor."""
    return await keyset(
        session, select(Item).where(_waits(owners)).options(*_whole()), [Item.id], after=after, limit=limit
    )
