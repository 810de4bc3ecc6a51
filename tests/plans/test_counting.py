"""What nominations tells, counted towards duties: in time, late, falling away."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.models import Duty
from services.plans.terms import Kind
from services.plans.workflow import DutyState
from shared.db import new_id
from shared.events.plans import DutyFulfilled, DutyOverdue
from shared.road.outbox import recorded
from tests.plans import factories as make


async def test_one_nomination_counts_towards_the_rotation_and_its_basis(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    base = make.obligation(bearers=make.bearing(unit), to_ids=[top])
    turn = make.obligation(label="O3", kind=Kind.ROTATION, quarter=4, deadline=None, bearers=make.bearing(unit))
    plan = await make.issued(session, make.terms(top, base, turn))
    common, rotation, _ = await make.duties_of(session, plan)

    await actions.count_submission(session, make.submission(rotation), now=make.NOW)

    assert (common.state, rotation.state) == (DutyState.FULFILLED, DutyState.FULFILLED)
    facts = [fact for fact in recorded(session) if isinstance(fact, DutyFulfilled)]
    assert [(fact.duty_id, fact.late, fact.counted) for fact in facts] == [
        (duty.id, False, 1) for duty in sorted((common, rotation), key=lambda duty: duty.id)
    ]


@pytest.mark.parametrize(
    ("sent", "state"),
    [("2026-12-04T23:59:59.999999", DutyState.FULFILLED), ("2026-12-05T00:00:00", DutyState.FULFILLED_LATE)],
)
async def test_the_last_good_second_is_the_one_before_the_due_instant(
    session: AsyncSession, sent: str, state: DutyState
) -> None:
    _, duty = await make.one_duty(session)

    await actions.count_submission(
        session, make.submission(duty, submitted_at=make.at(sent)), now=make.at("2026-12-05T00:00:01")
    )

    assert duty.state == state


async def test_what_was_sent_in_time_counts_although_the_fact_came_after_overdue(session: AsyncSession) -> None:
    _, duty = await make.one_duty(session)
    await actions.remind(session, now=make.at("2026-12-05"))
    assert (duty.state, duty.counted) == (DutyState.OVERDUE, 0)

    sent = make.submission(duty, submitted_at=make.at("2026-12-04T23:59:59"))
    await actions.count_submission(session, sent, now=make.at("2026-12-05T00:00:02"))

    assert duty.state == DutyState.FULFILLED


async def test_a_nomination_that_came_before_the_duty_is_counted_when_it_opens(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    obligation = make.obligation(bearers=make.bearing(unit), to_ids=[top])
    plan = await make.issued(session, make.terms(top, obligation), opened=False)
    early = Duty(organisation_id=unit, plan_id=plan.id, obligation_id=obligation.id, period_key="2026-Q4", to_id=top)
    await actions.count_submission(session, make.submission(early), now=make.NOW)

    await make.open_all(session, plan)

    duty = await make.the_duty(session, plan)
    assert (duty.state, duty.counted) == (DutyState.FULFILLED, 1)


async def test_the_same_exemplar_twice_counts_once(session: AsyncSession) -> None:
    _, duty = await make.one_duty(session, minimum=2)
    first = make.submission(duty)
    again = make.submission(duty, exemplar_id=first.exemplar_id)

    await actions.count_submission(session, first, now=make.NOW)
    await actions.count_submission(session, again, now=make.NOW)

    assert (duty.counted, duty.state) == (1, DutyState.OPEN)


async def test_the_same_fact_twice_counts_once(session: AsyncSession) -> None:
    _, duty = await make.one_duty(session, minimum=2)
    fact = make.submission(duty)

    await actions.count_submission(session, fact, now=make.NOW)
    await actions.count_submission(session, fact, now=make.NOW)

    assert (duty.counted, duty.state) == (1, DutyState.OPEN)


async def test_another_body_s_nomination_does_not_count(session: AsyncSession) -> None:
    _, duty = await make.one_duty(session)

    await actions.count_submission(session, make.submission(duty, organisation_id=new_id()), now=make.NOW)

    assert duty.counted == 0


@pytest.mark.parametrize("standing", ["returned", "withdrawn"])
@pytest.mark.parametrize(("now", "state"), [("2026-12-01", DutyState.OPEN), ("2026-12-06", DutyState.OVERDUE)])
async def test_a_fulfilled_duty_is_owed_again_when_what_was_counted_falls_away(
    session: AsyncSession, standing: str, now: str, state: DutyState
) -> None:
    _, duty = await make.one_duty(session)
    fact = make.submission(duty)
    await actions.count_submission(session, fact, now=make.NOW)

    await actions.note_outcome(session, fact, standing, now=make.at(now))

    assert (duty.state, duty.counted, duty.reached_at) == (state, 0, None)


async def test_what_falls_away_after_being_late_is_overdue_again(session: AsyncSession) -> None:
    _, duty = await make.one_duty(session)
    late = make.at("2026-12-06")
    fact = make.submission(duty, submitted_at=late)
    await actions.count_submission(session, fact, now=late)

    await actions.note_outcome(session, fact, "returned", now=late)

    assert duty.state == DutyState.OVERDUE
    told = [type(fact) for fact in recorded(session) if isinstance(fact, DutyOverdue | DutyFulfilled)]
    assert told == [DutyOverdue, DutyFulfilled, DutyOverdue]


@pytest.mark.parametrize("standing", ["declined", "approved"])
async def test_a_declined_nomination_still_counts(session: AsyncSession, standing: str) -> None:
    _, duty = await make.one_duty(session)
    fact = make.submission(duty)
    await actions.count_submission(session, fact, now=make.NOW)

    await actions.note_outcome(session, fact, standing, now=make.NOW)

    assert (duty.state, duty.counted) == (DutyState.FULFILLED, 1)


async def test_sent_again_after_the_due_instant_is_late(session: AsyncSession) -> None:
    _, duty = await make.one_duty(session)
    fact, late = make.submission(duty), make.at("2026-12-07")
    await actions.count_submission(session, fact, now=make.NOW)
    await actions.note_outcome(session, fact, "returned", now=make.NOW)

    again = fact.model_copy(update={"submitted_at": late})
    await actions.count_submission(session, again, now=late)

    assert (duty.state, duty.reached_at) == (DutyState.FULFILLED_LATE, late)
