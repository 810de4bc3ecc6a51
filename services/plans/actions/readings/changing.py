"""What every change of a reading begins with, and the change that leaves nothing of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.models import PlanReading
from services.plans.queries import readings as queries
from services.plans.workflow import LABELS, State
from shared import audit
from shared.auth import Actor
from shared.conditional import check_version
from shared.errors import NotFound, StepNotPossible
from shared.files import actions as files


async def to_change(session: AsyncSession, actor: Actor, reading_id: UUID, *, version: int, step: str) -> PlanReading:
    """Locked. Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible."""
    row = await queries.reading_to_change(session, reading_id)
    if row is None:
        raise NotFound
    actor = await permissions.with_inherited(session, actor)
    await permissions.check_may_read_reading(session, actor, row)
    permissions.check_may_plan(actor, row.issuer_id)
    check_version(row, version)
    if row.issued_at is not None:
        raise StepNotPossible(state=LABELS[State.ISSUED], step=step)
    return row


async def discard_reading(session: AsyncSession, actor: Actor, reading_id: UUID, *, version: int) -> None:
    """Nothing of it stays but the audit; its file will be swept.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible.
    """
    row = await to_change(session, actor, reading_id, version=version, step="bỏ bản đọc")
    await files.let_go(session, of=row.id)
    audit.note(session, actor, "discard_reading", ("reading", row.id), organisation_id=row.issuer_id)
    await session.delete(row)
    await session.flush()
