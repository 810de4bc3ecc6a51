"""The event door: stories that nominations releases and recalls, and the copies we keep of what plans owns."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions
from services.publicity.channels import Site
from shared.bus import Consumer
from shared.directory.copies import keep_copies
from shared.events.nominations import StoryRecalled, StoryReleased
from shared.events.plans import ChannelChanged, MovementChanged


def hear(site: Site) -> Consumer:
    """What publicity hears; `site` is the address that its own facts will name."""
    hearing = Consumer("publicity")
    keep_copies(hearing)
    hearing.on(ChannelChanged)(actions.keep_channel)
    hearing.on(MovementChanged)(actions.keep_movement)

    @hearing.on(StoryReleased)
    async def open_item(session: AsyncSession, fact: StoryReleased) -> None:
        await actions.release_story(session, fact, site=site)

    @hearing.on(StoryRecalled)
    async def take_down(session: AsyncSession, fact: StoryRecalled) -> None:
        await actions.recall_story(session, fact, site=site)

    return hearing


consumer = hear(Site("/publicity"))  # for the catalogue; a running service hears with its public address
