"""The unit's steps: submit, resubmit, withdraw; and what a plan asks."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.actions.plan import (
    LimitReached,
    ObligationTakesNone,
    PeriodDoesNotFit,
    PeriodNotNamed,
    PlanNoLongerBinds,
    SubjectTypeNotAsked,
)
from services.nominations.actions.present import AlreadyApproved, NobodyAbove
from services.nominations.models import StoryVersion
from services.nominations.workflow import State, StationState
from shared.auth import Role
from shared.errors import AppError, NotKnownYet, PreconditionFailed, StepNotPossible
from shared.events.nominations import NominationResubmitted, NominationWithdrawn
from shared.events.plans import ObligationPart, PlanAmended, PlanIssued, PlanWithdrawn
from tests.nominations.factories import (
    Facts,
    Ladder,
    about,
    approved,
    drafted,
    ladder,
    organisation,
    person,
    returned,
    submitted,
)


async def plan(session: AsyncSession, bodies: Ladder, **obligation: Any) -> dict[str, Any]:
    """A plan of 2026 with one obligation; what a nomination of its fourth quarter names."""
    part = ObligationPart(
        obligation_id=uuid4(),
        label="Mỗi quý giới thiệu điển hình",
        **{"kind": "nominate", "cadence": "quarterly", **obligation},
    )
    plan_id = uuid4()
    await actions.keep_plan(session, issued(bodies, plan_id, part))
    return {"plan_id": plan_id, "obligation_id": part.obligation_id, "period_key": "2026-Q4"}


def issued(bodies: Ladder, plan_id: UUID, *parts: ObligationPart) -> PlanIssued:
    """The fact of a plan for the year 2026."""
    return PlanIssued(
        plan_id=plan_id,
        issuer_id=bodies.second,
        code="221/KH-UBND",
        title="Kế hoạch mẫu",
        issued_on=date(2026, 1, 2),
        period_kind="year",
        start_on=date(2026, 1, 1),
        end_on=date(2026, 12, 31),
        obligations=list(parts),
    )


async def test_submit_freezes_a_first_version_of_the_story(session: AsyncSession) -> None:
    bodies = await ladder(session)

    nomination = await submitted(session, bodies)

    version = (await session.scalars(select(StoryVersion))).one()
    assert (version.number, version.content["story"]["title"]) == (1, "Người giữ lửa")
    assert (nomination.story_version, nomination.author_ids) == (1, [str(bodies.nominator.id)])


async def test_submit_twice_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await submitted(session, bodies)

    with pytest.raises(StepNotPossible):
        await actions.submit(session, bodies.nominator, nomination.id, version=nomination.version)


async def test_submit_of_another_version_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    with pytest.raises(PreconditionFailed):
        await actions.submit(session, bodies.nominator, nomination.id, version=2)


async def test_submit_with_nobody_above_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    lonely = await organisation(session, "Đơn vị không có cấp trên")
    nominator = person("Lan", (Role.NOMINATOR, lonely))
    alone = Ladder(lonely, bodies.first, bodies.second, nominator, *(bodies.reviewer,) * 3)
    nomination = await drafted(session, alone)

    with pytest.raises(NobodyAbove):
        await actions.submit(session, nominator, nomination.id, version=1)


async def test_resubmit_goes_back_to_its_station_with_a_new_version(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await returned(session, bodies)
    await actions.amend(
        session, bodies.nominator, nomination.id, {"summary": "Giúp 12 hộ."}, version=nomination.version
    )
    facts = Facts(session)

    await actions.resubmit(session, bodies.nominator, nomination.id, version=nomination.version)

    assert [station.state for station in nomination.stations] == [StationState.WAITING]
    assert nomination.story_version == 2
    assert nomination.submitted_at is not None
    assert facts() == [
        NominationResubmitted(
            **about(nomination, bodies),
            exemplar_id=nomination.exemplar_id,
            subject_type="individual",
            submitted_at=nomination.submitted_at,
            station_organisation_id=bodies.first,
        )
    ]


async def test_resubmit_without_a_change_keeps_the_version(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await returned(session, bodies)

    await actions.resubmit(session, bodies.nominator, nomination.id, version=nomination.version)

    assert nomination.story_version == 1


async def test_resubmit_of_what_was_not_returned_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await submitted(session, bodies)

    with pytest.raises(StepNotPossible):
        await actions.resubmit(session, bodies.nominator, nomination.id, version=nomination.version)


async def test_withdraw_before_any_approval(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await submitted(session, bodies)
    facts = Facts(session)

    await actions.withdraw(session, bodies.nominator, nomination.id, version=nomination.version)

    assert nomination.state is State.WITHDRAWN
    assert nomination.stations[0].state is StationState.CANCELLED
    assert facts() == [NominationWithdrawn(**about(nomination, bodies), station_organisation_id=bodies.first)]


async def test_withdraw_after_an_approval_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)

    with pytest.raises(AlreadyApproved):
        await actions.withdraw(session, bodies.nominator, nomination.id, version=nomination.version)


async def test_withdraw_of_a_draft_is_refused(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    with pytest.raises(StepNotPossible):
        await actions.withdraw(session, bodies.nominator, nomination.id, version=1)


async def test_a_plan_not_known_yet_is_told_so(session: AsyncSession) -> None:
    bodies = await ladder(session)
    named = await plan(session, bodies)

    with pytest.raises(NotKnownYet) as no_plan:
        await drafted(session, bodies, **{**named, "plan_id": uuid4()})
    with pytest.raises(NotKnownYet) as no_obligation:
        await drafted(session, bodies, **{**named, "obligation_id": uuid4()})

    assert no_plan.value.pointer == "#/plan_id"
    assert no_obligation.value.pointer == "#/obligation_id"


@pytest.mark.parametrize(
    ("obligation", "named", "refusal"),
    [
        ({}, {"period_key": None}, PeriodNotNamed),
        ({}, {"period_key": "2027-Q1"}, PeriodDoesNotFit),
        ({}, {"period_key": "2026-11"}, PeriodDoesNotFit),
        ({"kind": "report"}, {}, ObligationTakesNone),
        ({"subject_types": ["collective"]}, {}, SubjectTypeNotAsked),
    ],
)
async def test_what_a_plan_does_not_ask_for_is_refused(
    session: AsyncSession, obligation: dict[str, Any], named: dict[str, Any], refusal: type[AppError]
) -> None:
    bodies = await ladder(session)
    asked = await plan(session, bodies, **obligation)

    with pytest.raises(refusal):
        await drafted(session, bodies, **{**asked, **named})


async def test_a_plan_withdrawn_meanwhile_refuses_the_submission(session: AsyncSession) -> None:
    bodies = await ladder(session)
    named = await plan(session, bodies)
    nomination = await drafted(session, bodies, **named)
    await actions.withdraw_plan(
        session,
        PlanWithdrawn(plan_id=named["plan_id"], issuer_id=bodies.second, code=None, title="Kế hoạch mẫu"),
    )

    with pytest.raises(PlanNoLongerBinds):
        await actions.submit(session, bodies.nominator, nomination.id, version=1)


@pytest.mark.parametrize("amended", [True, False])
async def test_what_came_back_goes_its_way_without_its_plan(session: AsyncSession, amended: bool) -> None:
    bodies = await ladder(session)
    named = await plan(session, bodies)
    nomination = await returned(session, bodies, **named)
    if amended:
        await actions.keep_plan(session, PlanAmended(**issued(bodies, named["plan_id"]).model_dump()))
    else:
        await actions.withdraw_plan(
            session, PlanWithdrawn(plan_id=named["plan_id"], issuer_id=bodies.second, code=None, title="Kế hoạch mẫu")
        )

    await actions.amend(session, bodies.nominator, nomination.id, {"summary": "12 hộ."}, version=nomination.version)
    await actions.resubmit(session, bodies.nominator, nomination.id, version=nomination.version)

    assert nomination.stations[0].state is StationState.WAITING
    with pytest.raises(PlanNoLongerBinds):
        await drafted(session, bodies, **named)


async def test_an_obligation_left_out_by_an_amendment_no_longer_binds(session: AsyncSession) -> None:
    bodies = await ladder(session)
    named = await plan(session, bodies)
    whole = issued(bodies, named["plan_id"])

    await actions.keep_plan(session, PlanAmended.model_validate(whole.model_dump()))

    with pytest.raises(PlanNoLongerBinds):
        await drafted(session, bodies, **named)


async def test_the_maximum_counts_exemplars_of_the_unit_in_the_period(session: AsyncSession) -> None:
    bodies = await ladder(session)
    named = await plan(session, bodies, maximum=1)
    await submitted(session, bodies, subject_name="Người thứ nhất", **named)
    other_type = await submitted(session, bodies, subject_type="collective", **named)
    other_period = await submitted(session, bodies, **{**named, "period_key": "2026-Q3"})
    same_again = await submitted(session, bodies, subject_name="người thứ NHẤT", **named)

    with pytest.raises(LimitReached) as refused:
        await submitted(session, bodies, subject_name="Người thứ hai", **named)

    assert refused.value.params == {"maximum": 1, "period": "2026-Q4"}
    assert [n.state for n in (other_type, other_period, same_again)] == [State.SUBMITTED] * 3


async def test_a_withdrawn_nomination_makes_room(session: AsyncSession) -> None:
    bodies = await ladder(session)
    named = await plan(session, bodies, maximum=1)
    first = await submitted(session, bodies, subject_name="Người thứ nhất", **named)
    await actions.withdraw(session, bodies.nominator, first.id, version=first.version)

    second = await submitted(session, bodies, subject_name="Người thứ hai", **named)

    assert second.state is State.SUBMITTED


async def test_the_general_obligations_maximum_binds_a_rotation_that_states_none(
    session: AsyncSession,
) -> None:
    bodies, plan_id = await ladder(session), uuid4()
    general = ObligationPart(obligation_id=uuid4(), label="Chung", kind="nominate", cadence="quarterly", maximum=1)
    turn = ObligationPart(obligation_id=uuid4(), label="Luân phiên", kind="rotation", cadence="quarterly")
    await actions.keep_plan(session, issued(bodies, plan_id, general, turn))
    named = {"plan_id": plan_id, "obligation_id": turn.obligation_id, "period_key": "2026-Q4"}
    await submitted(session, bodies, subject_name="Người thứ nhất", **named)

    with pytest.raises(LimitReached):
        await submitted(session, bodies, subject_name="Người thứ hai", **named)
