"""Taking down: nothing of the story is left, here, in our outbox, in our parking, or in answers kept for repeats."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity.actions import editions, facts, placing
from services.publicity.channels import Site
from services.publicity.models import Item, WithdrawalRecord
from services.publicity.workflow import Step, Withdrawal, next_state
from shared import road
from shared.db import new_id
from shared.road import outbox

# Only what was handled: a later release that waits behind a recall is a new consent and must keep its content.
PARKED = text("""
UPDATE parked p SET payload = NULL, error = NULL FROM inbox i
WHERE p.producer = 'nominations' AND p.aggregate_id = :nomination_id
  AND i.producer = p.producer AND i.aggregate_id = p.aggregate_id AND p.sequence <= i.last""")
ANSWERS = text("DELETE FROM stored_answers WHERE path LIKE :path")


async def take_down(session: AsyncSession, item: Item, moment: datetime, *, site: Site, by: UUID | None = None) -> None:
    """The item is gone; told only if it was ever public. A later release can bring it back."""
    item.state, item.withdrawal = next_state(item.state, Step.TAKE_DOWN), Withdrawal.GONE
    item.withdrawn_at, item.explanation, item.subject_name, item.search = moment, None, None, ""
    placing.withdraw_placements(item.placements, moment)
    editions.blank(item, list(item.editions))
    keep_record(session, item, Withdrawal.GONE, moment, by=by)
    await forget(session, item)
    if item.published_at is not None:
        road.record(session, facts.withdrawn(item, Withdrawal.GONE, site, at=moment))


async def take_off(session: AsyncSession, item: Item, moment: datetime, *, site: Site) -> None:
    """Gone for the public, while the text waits for channels of other kinds, which may still show it."""
    item.state, item.withdrawn_at = next_state(item.state, Step.TAKE_OFF), moment
    live = editions.current(item)
    assert live is not None
    await editions.to_draft(session, item, live)
    keep_record(session, item, Withdrawal.GONE, moment)
    await forget(session, item)
    road.record(session, facts.withdrawn(item, Withdrawal.GONE, site, at=moment))


def keep_record(
    session: AsyncSession, item: Item, kind: Withdrawal, moment: datetime, *, by: UUID | None = None
) -> None:
    """That it happened, without words."""
    session.add(WithdrawalRecord(id=new_id(), item_id=item.id, kind=kind, at=moment, by=by))


async def forget(session: AsyncSession, item: Item) -> None:
    """Blanks what was recorded or kept of the item before this moment."""
    await outbox.blank(session, item.id)
    await session.execute(PARKED, {"nomination_id": item.nomination_id})
    await session.execute(ANSWERS, {"path": f"%/items/{item.id}%"})
