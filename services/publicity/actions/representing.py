"""Items told anew, from state, to those who keep where a story is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import queries
from services.publicity.actions import facts
from services.publicity.channels import Site
from services.publicity.models import Item, WithdrawalRecord
from services.publicity.workflow import State, Withdrawal
from shared.events import Event
from shared.road.representing import Representation


def representations(site: Site) -> list[Representation]:
    """Items that were ever public; `site` is the address that the facts name."""

    async def of_item(session: AsyncSession, item_id: UUID) -> Sequence[Event]:
        item = await queries.item_to_change(session, item_id)
        if item.state is State.PUBLISHED:
            return [facts.published(item, site)]
        gone_at = item.withdrawn_at or await _last_withdrawn(session, item_id)
        return [facts.withdrawn(item, item.withdrawal or Withdrawal.GONE, site, at=gone_at)] if gone_at else []

    return [Representation("item", Item.id, of_item, Item.published_at.is_not(None))]


async def _last_withdrawn(session: AsyncSession, item_id: UUID) -> datetime | None:
    """One that came back and waits for its channels is still gone for those who read it."""
    return await session.scalar(select(func.max(WithdrawalRecord.at)).where(WithdrawalRecord.item_id == item_id))
