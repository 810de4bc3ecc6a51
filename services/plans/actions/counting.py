"""What nominations tells us, counted towards duties; a duty may be opened before or after what counts for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.actions import moving
from services.plans.models import Presentation
from services.plans.queries import duties as queries
from services.plans.queries import plans
from shared.events.nominations import NominationFact, Submission

COUNTS = {"submitted": True, "approved": True, "declined": True, "returned": False, "withdrawn": False}


async def count_submission(session: AsyncSession, fact: Submission, *, now: datetime) -> None:
    """A nomination was sent or sent again; its latest instant is the one that counts."""
    if fact.plan_id is None or fact.obligation_id is None or fact.period_key is None:
        return
    await plans.hold_plan(session, fact.plan_id)
    before = await session.get(Presentation, fact.nomination_id, populate_existing=True)
    named = before and (before.organisation_id, before.obligation_id, before.period_key)
    values = {
        "organisation_id": fact.organisation_id,
        "obligation_id": fact.obligation_id,
        "period_key": fact.period_key,
        "exemplar_id": fact.exemplar_id,
        "title": fact.title,
        "submitted_at": fact.submitted_at,
        "standing": "submitted",
        "counts": True,
    }
    row = insert(Presentation).values(nomination_id=fact.nomination_id, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["nomination_id"], set_=values))
    names = (fact.organisation_id, fact.obligation_id, fact.period_key)
    await _recount(session, *names, now=now)
    if named and named != names:  # it answers something else than before it was returned
        await _recount(session, *named, now=now)


async def note_outcome(session: AsyncSession, fact: NominationFact, standing: str, *, now: datetime) -> None:
    """What became of a nomination; returned and withdrawn ones no longer count."""
    if fact.plan_id is None:
        return
    await plans.hold_plan(session, fact.plan_id)
    row = await session.get(Presentation, fact.nomination_id, with_for_update=True, populate_existing=True)
    if row is None:
        return
    fell_away = row.counts and not COUNTS[standing]
    row.standing, row.counts = standing, row.counts and COUNTS[standing]
    if fell_away:
        await _recount(session, row.organisation_id, row.obligation_id, row.period_key, now=now)


async def _recount(
    session: AsyncSession, organisation_id: UUID, obligation_id: UUID, period_key: str, *, now: datetime
) -> None:
    duties = await queries.duties_counting(session, organisation_id, obligation_id, period_key)
    await moving.settle(session, duties, now=now)
