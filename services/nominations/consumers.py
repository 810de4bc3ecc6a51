"""What nominations hears, each fact with the one action it calls."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from shared.bus import Consumer
from shared.clock import today
from shared.directory.copies import keep_organisation, office_rows
from shared.events.plans import (
    DeadlineExtended,
    MovementChanged,
    OfficeChanged,
    OrganisationChanged,
    PlanAmended,
    PlanIssued,
    PlanWithdrawn,
)
from shared.events.publicity import ItemPublished, ItemWithdrawn, PlacementConfirmed

consumer = Consumer("nominations")
consumer.keep(OfficeChanged)(office_rows)
consumer.on(PlanIssued)(actions.keep_plan)
consumer.on(PlanAmended)(actions.keep_plan)
consumer.on(PlanWithdrawn)(actions.withdraw_plan)
consumer.on(MovementChanged)(actions.keep_movement)
consumer.on(DeadlineExtended)(actions.keep_extension)
consumer.keep(ItemPublished)(actions.item_rows)
consumer.on(PlacementConfirmed)(actions.keep_placement)
consumer.on(ItemWithdrawn)(actions.withdraw_item)


@consumer.on(OrganisationChanged)
async def keep_and_hand_over(session: AsyncSession, fact: OrganisationChanged) -> None:
    """The copy first; then the heirs of what has ended take over what is open there."""
    await keep_organisation(session, fact)
    await actions.hand_over(session, fact.organisation_id, on=today())
