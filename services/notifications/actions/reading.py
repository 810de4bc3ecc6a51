"""Reading: a person marks his own messages as read."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.models import Message
from shared import audit
from shared.auth import Actor
from shared.clock import now


async def mark_read(session: AsyncSession, actor: Actor, message_id: UUID) -> Message:
    """Marks one of his messages; a second time changes nothing. Raises NotFound."""
    message = await queries.message_to_change(session, actor.id, message_id)
    if message.read_at is None:
        message.read_at = now()
        audit.note(session, actor, "mark_read", ("message", message.id), organisation_id=None)
    return message


async def mark_all_read(session: AsyncSession, actor: Actor, *, up_to: UUID) -> int:
    """Marks his messages up to and including this one; how many were unread. Raises NotFound."""
    last = await queries.message_to_change(session, actor.id, up_to)
    result = await session.execute(
        update(Message)
        .where(Message.person_id == actor.id, Message.in_app, Message.read_at.is_(None), Message.id <= last.id)
        .values(read_at=now())
    )
    audit.note(session, actor, "mark_all_read", ("message", last.id), organisation_id=None)
    assert isinstance(result, CursorResult)
    return result.rowcount
