"""A plan of a body that has ended is put in by a plan officer of its heir, and by nobody else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.terms import PlanPeriod
from services.plans.workflow import State
from shared.db import new_id
from shared.errors import NotAllowed
from tests.plans.factories import NOW, body, officer, put_in, terms

THEN = PlanPeriod(kind="year", start_year=2020, end_year=2020)


async def ended(session: AsyncSession) -> tuple[UUID, UUID]:
    """A body that ended with June 2025, and its heir."""
    heir = body("heir")
    before = body("before", heir=heir.organisation_id, valid_to=date(2025, 6, 30))
    await put_in(session, heir, before)
    return before.organisation_id, heir.organisation_id


async def test_the_heirs_officer_enters_the_plan_as_history(session: AsyncSession) -> None:
    issuer, heir = await ended(session)
    plan, _ = await actions.put_plan(session, officer(heir), new_id(), terms(issuer, period=THEN), version=None)

    issued = await actions.issue_plan(session, officer(heir), plan.id, version=plan.version, now=NOW)

    assert (issued.state, issued.issuer_id) == (State.ISSUED, issuer)


async def test_an_officer_elsewhere_may_not(session: AsyncSession) -> None:
    issuer, _ = await ended(session)
    stranger = body("stranger")
    await put_in(session, stranger)

    with pytest.raises(NotAllowed):
        await actions.put_plan(
            session, officer(stranger.organisation_id), new_id(), terms(issuer, period=THEN), version=None
        )


async def test_while_the_body_stands_its_heir_has_no_say(session: AsyncSession) -> None:
    heir = body("heir")
    standing = body("standing", heir=heir.organisation_id)
    await put_in(session, heir, standing)

    with pytest.raises(NotAllowed):
        await actions.put_plan(
            session, officer(heir.organisation_id), new_id(), terms(standing.organisation_id), version=None
        )
