"""The plans of a body that has ended, and what is owed by them, are looked after by its heir's plan officers only."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, permissions
from services.plans.models import Plan
from services.plans.terms import PlanPeriod
from services.plans.workflow import DutyState, State
from shared.auth import Role
from shared.db import new_id
from shared.errors import NotAllowed, NotFound
from tests.plans import factories as make
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


async def left_behind(session: AsyncSession) -> tuple[Plan, UUID]:
    """An open-ended plan whose issuer ended after issuing it, and the heir."""
    top, (unit,) = await make.county(session, 1)
    asked = make.obligation(bearers=make.bearing(unit), to_ids=[unit])
    plan = await make.issued(session, terms(top, asked))
    heir = body("heir")
    await put_in(session, heir, body("ubnd", key=top, heir=heir.organisation_id, valid_to=date(2026, 6, 30)))
    return plan, heir.organisation_id


async def test_the_heirs_officer_keeps_the_duties_of_the_plan(session: AsyncSession) -> None:
    plan, heir = await left_behind(session)
    by, now, later = officer(heir), await make.the_duty(session, plan), await make.the_duty(session, plan, "2027-Q1")

    waived = await actions.waive(session, by, now.id, reason="x", version=now.version, now=NOW)
    until = later.due_before + timedelta(days=1)
    extended = await actions.extend(session, by, later.id, due_before=until, reason="x", version=later.version, now=NOW)
    opened = await actions.open_earlier(session, by, plan.id, period_key="2026-Q1", version=plan.version, now=NOW)

    assert (waived.state, extended.due_before, opened) == (DutyState.WAIVED, until, 1)


async def test_the_heirs_officer_amends_the_plan(session: AsyncSession) -> None:
    plan, heir = await left_behind(session)
    given = plan.terms.model_copy(update={"title": "Khác"})

    amended = await actions.amend_plan(session, officer(heir), plan.id, given, version=plan.version, now=NOW)

    assert (amended.terms.title, amended.issuer_id) == ("Khác", plan.issuer_id)


async def test_the_heirs_officer_sees_the_board_and_no_other_officer_does(session: AsyncSession) -> None:
    plan, heir = await left_behind(session)
    stranger = body("stranger")
    await put_in(session, stranger)

    permissions.check_may_see_board(await permissions.with_inherited(session, officer(heir)), plan)

    other = await permissions.with_inherited(session, officer(stranger.organisation_id))
    with pytest.raises(NotFound):
        permissions.check_may_see_board(other, plan)


async def test_plans_are_inherited_through_several_changes_and_by_the_principal_heir_only(
    session: AsyncSession,
) -> None:
    last, between, side = body("last"), new_id(), body("side")
    first = body("first", heir=between, valid_to=date(2020, 6, 30))
    middle = body("middle", key=between, heir=last.organisation_id, valid_to=date(2025, 6, 30))
    lesser = middle.heirs[0].model_copy(update={"organisation_id": side.organisation_id, "principal": False})
    middle = middle.model_copy(update={"heirs": [*middle.heirs, lesser]})
    await put_in(session, last, side, middle, first)

    principal = await permissions.with_inherited(session, officer(last.organisation_id))
    secondary = await permissions.with_inherited(session, officer(side.organisation_id))

    assert principal.organisations(Role.PLAN_OFFICER) == {last.organisation_id, between, first.organisation_id}
    assert secondary.organisations(Role.PLAN_OFFICER) == {side.organisation_id}
