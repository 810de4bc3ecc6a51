"""Reads on which a change rests; `..._to_change` means locked until the end of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.publicity.models import Channel, Item, Movement, Placement, Release
from shared.directory.queries import valid_on
from shared.directory.tables import OrganisationName
from shared.errors import NotFound


async def item_to_change(session: AsyncSession, item_id: UUID) -> Item:
    """The item under lock with everything below it. Raises NotFound. A constant number of statements."""
    statement = (
        select(Item)
        .where(Item.id == item_id)
        .options(
            selectinload(Item.releases),
            selectinload(Item.editions),
            selectinload(Item.placements).joinedload(Placement.channel),
            selectinload(Item.pictures),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    item = await session.scalar(statement)
    if item is None:
        raise NotFound
    return item


async def item_of_station(session: AsyncSession, station_id: UUID) -> UUID | None:
    """The item that this station's release went to, if it ever released."""
    return await session.scalar(select(Release.item_id).where(Release.station_id == station_id))


async def names_beside(session: AsyncSession, item: Item) -> list[str]:
    """What stands beside the story: its bodies by all their names, and its movement by all of its. Two statements."""
    bodies = OrganisationName.organisation_id.in_({item.owner_id, item.organisation_id})
    names = list(await session.scalars(select(OrganisationName.name).where(bodies)))
    movement = await session.get(Movement, item.movement_id) if item.movement_id else None
    return [*names, movement.name, *movement.aliases] if movement else names


async def has_channels(session: AsyncSession, organisation_id: UUID, day: date) -> bool:
    """Whether the body has a channel of its own that day; our built-in page is none."""
    found = await session.scalar(
        select(Channel.id)
        .where(
            Channel.organisation_id == organisation_id,
            Channel.built_in.is_(False),
            valid_on(Channel.from_on, Channel.to_on, day),
        )
        .limit(1)
    )
    return found is not None


async def channels_of(session: AsyncSession, organisation_id: UUID, day: date) -> Sequence[Channel]:
    """The body's channels that day, our built-in page included."""
    rows = await session.scalars(
        select(Channel)
        .where(Channel.organisation_id == organisation_id, valid_on(Channel.from_on, Channel.to_on, day))
        .order_by(Channel.id)
    )
    return rows.all()
