"""Reads on which a change rests; `..._to_change` means locked until the end of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from services.publicity.models import Channel, Item, Movement, Release
from shared.directory.queries import valid_on
from shared.directory.tables import OrganisationName
from shared.errors import NotFound
from shared.question import DAY, ID, IDS, Question
from shared.whole import Whole

ITEM = Whole(Item, Item.releases, Item.editions, Item.placements, Item.pictures)
OF_STATION = Question(select(Release.item_id).where(Release.station_id == ID))
ALL_NAMES = Question(select(OrganisationName.name).where(OrganisationName.organisation_id == any_(IDS)))
OWN_CHANNEL = Question(
    select(Channel.id)
    .where(Channel.organisation_id == ID, Channel.built_in.is_(False), valid_on(Channel.from_on, Channel.to_on, DAY))
    .limit(1)
)


async def item_to_change(session: AsyncSession, item_id: UUID) -> Item:
    """The item under lock with everything below it. Raises NotFound. A constant number of statements."""
    item = await ITEM.locked(session, item_id)
    if item is None:
        raise NotFound
    on = {placement.channel_id for placement in item.placements}
    channels = {row.id: row for row in await session.scalars(select(Channel).where(Channel.id.in_(on)))} if on else {}
    for placement in item.placements:
        set_committed_value(placement, "channel", channels[placement.channel_id])
    return item


async def item_of_station(session: AsyncSession, station_id: UUID) -> UUID | None:
    """The item that this station's release went to, if it ever released."""
    found: UUID | None = await OF_STATION.value(session, id=station_id)
    return found


async def names_beside(session: AsyncSession, item: Item) -> list[str]:
    """What stands beside the story: its bodies by all their names, and its movement by all of its. Two statements."""
    bodies = [item.owner_id, item.organisation_id]
    names = [name for (name,) in await ALL_NAMES.rows(session, ids=bodies)]
    movement = await session.get(Movement, item.movement_id) if item.movement_id else None
    return [*names, movement.name, *movement.aliases] if movement else names


async def has_channels(session: AsyncSession, organisation_id: UUID, day: date) -> bool:
    """Whether the body has a channel of its own that day; our built-in page is none."""
    return await OWN_CHANNEL.value(session, id=organisation_id, day=day) is not None


async def channels_of(session: AsyncSession, organisation_id: UUID, day: date) -> Sequence[Channel]:
    """The body's channels that day, our built-in page included."""
    rows = await session.scalars(
        select(Channel)
        .where(Channel.organisation_id == organisation_id, valid_on(Channel.from_on, Channel.to_on, day))
        .order_by(Channel.id)
    )
    return rows.all()
