"""Tidying: what nobody mended in days is switched off; what was delivered long ago is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.actions.sending import cancel_waiting, disable
from services.notifications.models import RESTING, Channel, Delivery, Message, WebhookEndpoint
from services.notifications.workflow import EndpointState

PAUSED_AT_MOST = timedelta(days=5)
# No longer than the law gives for erasing: a body that was delivered is of use only for sending it again.
DELIVERED_KEPT = timedelta(days=7)
CHUNK = 1_000


async def disable_long_paused(session: AsyncSession, moment: datetime) -> int:
    """Switches off endpoints that have been paused for five days, and cancels what waits; how many."""
    rows = await session.scalars(
        select(WebhookEndpoint)
        .where(
            WebhookEndpoint.state == EndpointState.PAUSED,
            WebhookEndpoint.paused_at < moment - PAUSED_AT_MOST,
        )
        .order_by(WebhookEndpoint.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    found = rows.all()
    if not found:
        return 0
    owners = await queries.recipients(session, {row.owner_id for row in found})
    for row in found:
        await disable(session, row, "failing", owners.get(row.owner_id))
    await session.flush()
    await cancel_waiting(session, [row.id for row in found])
    return len(found)


async def wake_forgotten(session: AsyncSession, moment: datetime) -> None:
    """Deliveries written as resting in the very moment in which their endpoint was resumed go on."""
    active = select(WebhookEndpoint.id).where(WebhookEndpoint.state == EndpointState.ACTIVE)
    await session.execute(
        update(Delivery)
        .where(Delivery.channel == Channel.WEBHOOK, Delivery.next_try_at == RESTING, Delivery.endpoint_id.in_(active))
        .values(next_try_at=moment)
        .execution_options(synchronize_session=False)
    )


async def forget_delivered(session: AsyncSession, moment: datetime) -> int:
    """Deletes finished deliveries, with their attempts, and mail-only messages, a week after; how many deliveries."""
    before = moment - DELIVERED_KEPT
    old = (
        select(Delivery.id)
        .where(Delivery.next_try_at.is_(None), Delivery.created_at < before)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    removed = await session.scalars(delete(Delivery).where(Delivery.id.in_(old)).returning(Delivery.id))
    count = len(removed.all())
    on_its_way = exists().where(Delivery.message_id == Message.id)
    await session.execute(delete(Message).where(~Message.in_app, Message.created_at < before, ~on_its_way))
    return count
