"""A round of sending, and what tests ask about it afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.channels import Mailer, Poster
from services.notifications.models import Channel, Delivery
from services.notifications.sender import send_due
from shared.clock import now
from shared.web import Parts


async def send(parts: Parts, channel: Channel = Channel.WEBHOOK) -> int:
    mailer = Mailer(parts.settings.smtp_url, parts.settings.mail_from)
    async with Poster(allow_private=parts.settings.allow_private_webhooks) as poster:
        return await send_due(parts, channel, mailer=mailer, poster=poster)


async def row_of(session: AsyncSession, delivery_id: UUID) -> Delivery:
    return (
        await session.scalars(
            select(Delivery).where(Delivery.id == delivery_id).execution_options(populate_existing=True)
        )
    ).one()


async def let_time_pass(session: AsyncSession, *rows: Delivery) -> None:
    """Makes them due, as if their wait or lease were over."""
    await session.execute(
        update(Delivery)
        .where(Delivery.id.in_([row.id for row in rows]), Delivery.next_try_at.is_not(None))
        .values(next_try_at=now() - timedelta(seconds=1))
    )
    await session.commit()
