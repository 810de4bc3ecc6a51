"""The life of a plan: every result, its recorded facts, and what an amendment does to what is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.actions.plans import told
from services.plans.models import Plan, PlanVersion
from services.plans.terms import Kind, Obligation
from services.plans.workflow import DutyState, State
from shared.audit import AuditRow
from shared.errors import NotFound, PreconditionFailed, StepNotPossible
from shared.events.plans import DutyOpened, DutyWaived, PlanAmended, PlanIssued, PlanWithdrawn
from shared.road.outbox import recorded
from tests.plans import factories as make


async def amended(session: AsyncSession, plan: Plan, *obligations: Obligation, **given: Any) -> None:
    """The plan says this from now on, and the clock has come by."""
    terms = plan.terms.model_copy(update={"obligations": list(obligations), **given})
    by = make.officer(plan.issuer_id)
    await actions.amend_plan(session, by, plan.id, terms, version=plan.version, now=make.NOW)
    await make.open_all(session, plan)


async def owed(session: AsyncSession, plan: Plan) -> list[tuple[str, UUID, DutyState]]:
    """What stands of this quarter."""
    duties = [duty for duty in await make.duties_of(session, plan) if duty.period_key == "2026-Q4"]
    return [(duty.label, duty.organisation_id, duty.state) for duty in duties]


async def test_issue_is_announced_with_its_obligations_and_audited(session: AsyncSession) -> None:
    plan, _ = await make.one_duty(session)

    issued = [fact for fact in recorded(session) if isinstance(fact, PlanIssued)]

    assert [fact.model_dump() for fact in issued] == [told(plan).model_dump()]
    deeds = await session.scalars(
        select(AuditRow.action).where(AuditRow.subject_id == plan.id).order_by(AuditRow.position)
    )
    assert deeds.all() == ["draft_plan", "issue_plan", "open_duties", "open_duties"]


async def test_the_fact_tells_a_rotation_with_what_it_takes_over(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    base = make.obligation(bearers=make.bearing(unit), to_ids=[top], via_id=unit, minimum=2)
    turn = make.obligation(
        label="O3", kind=Kind.ROTATION, quarter=4, minimum=None, deadline=None, bearers=make.bearing(unit)
    )
    plan = await make.issued(session, make.terms(top, base, turn, number="221", symbol="KH-UBND", date="2020-09"))

    fact = told(plan)

    assert (fact.code, fact.issued_on, fact.period_kind) == ("221/KH-UBND", None, "open_ended")
    (_, part) = fact.obligations
    assert (part.obligation_id, part.quarter, part.minimum, part.to_ids, part.via_id) == (
        turn.id,
        4,
        2,
        [top],
        unit,
    )
    assert part.deadline == {"rrule": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5", "strictly_before": True}


async def test_amend_changes_open_duties_and_leaves_the_others(session: AsyncSession) -> None:
    top, (done, owing) = await make.county(session)
    asked = make.obligation(bearers=make.bearing(done, owing), to_ids=[top])
    plan = await make.issued(session, make.terms(top, asked))
    ours = [d for d in await make.duties_of(session, plan) if d.period_key == "2026-Q4"]
    fulfilled, still = ours if ours[0].organisation_id == done else ours[::-1]
    await actions.count_submission(session, make.submission(fulfilled), now=make.NOW)

    await amended(session, plan, asked.model_copy(update={"minimum": 2, "deadline": None}))

    assert (fulfilled.minimum, fulfilled.due_before) == (1, make.at("2026-12-05"))
    assert (still.minimum, still.due_before) == (2, make.at("2027-01-01"))
    assert isinstance(next(f for f in recorded(session)[::-1] if isinstance(f, PlanAmended)), PlanAmended)
    numbers = (await session.scalars(select(PlanVersion.number).order_by(PlanVersion.number))).all()
    assert len(numbers) == 2


async def test_lowering_the_minimum_fulfils_what_was_presented(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session, minimum=2)
    await actions.count_submission(session, make.submission(duty), now=make.NOW)
    (asked,) = plan.terms.obligations

    await amended(session, plan, asked.model_copy(update={"minimum": 1}))

    assert duty.state is DutyState.FULFILLED


async def test_an_obligation_that_is_gone_drops_its_open_duties(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)

    await amended(session, plan)

    assert (duty.state, duty.waived_by) == (DutyState.WAIVED, None)
    assert len([fact for fact in recorded(session) if isinstance(fact, DutyWaived)]) == 2
    assert await owed(session, plan) == []


async def test_an_obligation_that_comes_back_is_owed_again(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)
    (asked,) = plan.terms.obligations
    await amended(session, plan)

    await amended(session, plan, asked)

    assert await owed(session, plan) == [("O2", duty.organisation_id, DutyState.OPEN)]


async def test_a_new_bearer_gets_its_duty_and_one_left_out_loses_its_own(session: AsyncSession) -> None:
    top, (one, other) = await make.county(session)
    asked = make.obligation(bearers=make.bearing(one), to_ids=[top])
    plan = await make.issued(session, make.terms(top, asked))

    await amended(session, plan, asked.model_copy(update={"bearers": make.bearing(other)}))

    assert await owed(session, plan) == [("O2", other, DutyState.OPEN)]


async def test_an_extension_survives_an_amendment(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)
    later, by = make.at("2026-12-20"), make.officer(plan.issuer_id)
    await actions.extend(session, by, duty.id, due_before=later, reason="x", version=duty.version, now=make.NOW)
    (asked,) = plan.terms.obligations

    await amended(session, plan, asked.model_copy(update={"deadline": None, "minimum": 3}))

    assert (duty.due_before, duty.minimum) == (later, 3)


async def test_a_rotation_added_later_counts_what_was_presented_before(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)
    await actions.count_submission(session, make.submission(duty), now=make.NOW)
    (asked,) = plan.terms.obligations
    turn = make.obligation(
        label="O3", kind=Kind.ROTATION, quarter=4, deadline=None, bearers=make.bearing(duty.organisation_id)
    )

    await amended(session, plan, asked, turn)

    assert await owed(session, plan) == [
        ("O2", duty.organisation_id, DutyState.FULFILLED),
        ("O3", duty.organisation_id, DutyState.FULFILLED),
    ]


async def test_withdraw_is_announced_and_its_open_duties_fall_away(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)

    await actions.withdraw_plan(session, make.officer(plan.issuer_id), plan.id, version=plan.version, now=make.NOW)

    assert (plan.state, duty.state) == (State.WITHDRAWN, DutyState.WAIVED)
    last = recorded(session)[-1]
    assert isinstance(last, PlanWithdrawn)
    assert last.plan_id == plan.id


async def test_a_closed_plan_opens_nothing_more_and_what_is_owed_stays_owed(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)
    await actions.close_plan(session, make.officer(plan.issuer_id), plan.id, version=plan.version)

    await make.open_all(session, plan, now=make.at("2027-01-02"))
    await actions.remind(session, now=make.at("2027-01-02"))

    assert duty.state is DutyState.OVERDUE
    assert len([fact for fact in recorded(session) if isinstance(fact, DutyOpened)]) == 2


async def test_a_withdrawn_number_may_be_used_again(session: AsyncSession) -> None:
    top, _ = await make.county(session, 1)
    by, terms = make.officer(top), make.terms(top, number="221", symbol="KH", date="2020")
    plan = await make.issued(session, terms)
    await actions.withdraw_plan(session, by, plan.id, version=plan.version, now=make.NOW)

    again = await make.issued(session, terms)

    assert again.state is State.ISSUED


@pytest.mark.parametrize("step", [actions.issue_plan, actions.withdraw_plan])
async def test_a_step_on_what_is_not_there_or_stale_or_out_of_turn(session: AsyncSession, step: Any) -> None:
    plan, duty = await make.one_duty(session)
    by = make.officer(plan.issuer_id)
    await actions.close_plan(session, by, plan.id, version=plan.version)

    with pytest.raises(NotFound):
        await step(session, by, duty.id, version=1, now=make.NOW)
    with pytest.raises(PreconditionFailed):
        await step(session, by, plan.id, version=1, now=make.NOW)
    with pytest.raises(StepNotPossible):
        await step(session, by, plan.id, version=plan.version, now=make.NOW)
