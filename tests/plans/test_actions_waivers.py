"""What a plan officer may do for a body that owes, and what nobody may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.workflow import DutyState
from shared.db import new_id
from shared.errors import NotAllowed, NotFound, StepNotPossible
from shared.events.plans import DeadlineExtended, DutyWaived
from shared.road.outbox import recorded
from tests.plans import factories as make


async def test_waive_releases_and_the_clock_does_not_open_it_again(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)
    by = make.officer(plan.issuer_id)

    await actions.waive(session, by, duty.id, reason="Mới thành lập", version=duty.version, now=make.NOW)
    await make.open_all(session, plan, now=make.NOW + timedelta(days=1))

    assert (duty.state, duty.waived_by, duty.look_at) == (DutyState.WAIVED, by.person_id, None)
    assert isinstance(recorded(session)[-1], DutyWaived)
    assert len(await make.duties_of(session, plan)) == 2


async def test_waive_is_not_possible_once_overdue(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)
    await actions.remind(session, now=make.at("2026-12-05"))

    with pytest.raises(StepNotPossible) as refused:
        await actions.waive(
            session, make.officer(plan.issuer_id), duty.id, reason="x", version=duty.version, now=make.NOW
        )

    assert refused.value.params == {"state": "quá hạn", "step": "miễn"}


async def test_extend_moves_the_due_instant_and_reminds_anew(session: AsyncSession) -> None:
    plan, duty = await make.one_duty(session)
    await actions.remind(session, now=make.at("2026-12-02"))
    assert (duty.marked, duty.extended) == (3, False)

    await actions.extend(
        session,
        make.officer(plan.issuer_id),
        duty.id,
        due_before=make.at("2026-12-20"),
        reason="Bão số 12",
        version=duty.version,
        now=make.at("2026-12-02"),
    )

    assert (duty.due_before, duty.marked, duty.look_at) == (make.at("2026-12-20"), None, make.at("2026-12-10"))
    fact = recorded(session)[-1]
    assert isinstance(fact, DeadlineExtended)
    assert fact.due_before == make.at("2026-12-20")


@pytest.mark.parametrize("due_before", ["2026-12-05", "2026-11-01"])
async def test_extend_refuses_what_is_not_later(session: AsyncSession, due_before: str) -> None:
    plan, duty = await make.one_duty(session)

    with pytest.raises(actions.NotLater):
        await actions.extend(
            session,
            make.officer(plan.issuer_id),
            duty.id,
            due_before=make.at(due_before),
            reason="x",
            version=duty.version,
            now=make.NOW,
        )


async def test_the_bearer_itself_may_not_waive(session: AsyncSession) -> None:
    _, duty = await make.one_duty(session)
    by = make.officer(duty.organisation_id)

    with pytest.raises(NotAllowed):
        await actions.waive(session, by, duty.id, reason="x", version=duty.version, now=make.NOW)


async def test_to_a_stranger_the_duty_is_not_there(session: AsyncSession) -> None:
    _, duty = await make.one_duty(session)

    with pytest.raises(NotFound):
        await actions.waive(session, make.officer(new_id()), duty.id, reason="x", version=duty.version, now=make.NOW)
