"""Keeping our copies of channels and movements, by their facts."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity.models import Channel, Movement
from shared.events.plans import ChannelChanged, MovementChanged
from shared.text import fold


async def keep_channel(session: AsyncSession, fact: ChannelChanged) -> None:
    """The channel as the fact says. Items that stand are not moved: a new channel tells what comes after it."""
    values = fact.model_dump(exclude={"channel_id"})
    await session.execute(
        upsert(Channel)
        .values(id=fact.channel_id, built_in=False, **values)
        .on_conflict_do_update(index_elements=[Channel.id], set_=values)
    )


async def keep_movement(session: AsyncSession, fact: MovementChanged) -> None:
    """The movement as the fact says."""
    values = {**fact.model_dump(exclude={"movement_id"}), "search": fold(" ".join([fact.name, *fact.aliases]))}
    await session.execute(
        upsert(Movement)
        .values(id=fact.movement_id, **values)
        .on_conflict_do_update(index_elements=[Movement.id], set_=values)
    )
