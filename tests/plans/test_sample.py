"""The sample directory and plans, put in by calling real actions: what the plans of the sources come to."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from deploy import sample
from services.plans import actions
from services.plans.models import Plan
from services.plans.schemas import DirectoryDocument
from services.plans.schemas.plans import PlanIn, PlanOut
from services.plans.workflow import State
from shared.auth import OPERATOR
from shared.clock import VIETNAM
from shared.directory.queries import names_on
from tests.plans import factories as make

CON_DAO, LANG_SON_GOES_ON = "ubnd-con-dao-221-2020", "mttq-lang-son-tiep-tuc"


async def directory(session: AsyncSession) -> actions.Imported:
    """All of it."""
    document = DirectoryDocument.model_validate(sample.directory("urn:lantoa:development"))
    return await actions.import_directory(session, OPERATOR, document.directory())


async def entered(session: AsyncSession, slug: str) -> Plan:
    """A plan of the sample, issued, with its duties."""
    given = sample.plan(slug)
    terms = PlanIn.model_validate(given.terms).terms()
    return await make.issued(session, terms.model_copy(update={"parents": []}))


async def test_the_directory_is_taken_whole_and_only_once(session: AsyncSession) -> None:
    first = await directory(session)
    second = await directory(session)

    assert first.organisations > 0
    assert second == actions.Imported(unchanged=first.organisations + first.offices + first.channels + first.movements)


@pytest.mark.parametrize("slug", [plan.slug for plan in sample.plans() if plan.slug not in {CON_DAO, LANG_SON_GOES_ON}])
async def test_a_plan_whose_period_is_over_is_readable_history(session: AsyncSession, slug: str) -> None:
    await directory(session)

    plan = await entered(session, slug)

    assert (plan.state, PlanOut.of(plan).history) == (State.ISSUED, True)
    assert await make.duties_of(session, plan) == []


async def test_plan_221_asks_the_rotation_of_the_fourth_quarter_before_5_december(session: AsyncSession) -> None:
    await directory(session)

    plan = await entered(session, CON_DAO)

    duties = await make.duties_of(session, plan)
    turns = [duty for duty in duties if duty.kind == "rotation" and duty.period_key == "2026-Q4"]
    names = await names_on(session, [duty.organisation_id for duty in turns], make.NOW.date())
    assert len(turns) == 2
    assert all("quân sự" in name or "kinh tế" in name for name in names.values())
    assert {duty.due_before.astimezone(VIETNAM).isoformat() for duty in turns} == {"2026-12-05T00:00:00+07:00"}
    assert {(duty.minimum, duty.via_id is None, tuple(duty.taken_over)) for duty in turns} == {
        (1, False, ("minimum", "deadline", "to_ids", "via_id", "then_to_id"))
    }
    assert max(Counter((d.label, d.period_key, d.organisation_id) for d in duties).values()) == 1


async def test_the_assumed_continuation_of_plan_004_asks_every_month(session: AsyncSession) -> None:
    await directory(session)

    plan = await entered(session, LANG_SON_GOES_ON)

    duties = await make.duties_of(session, plan)
    assert {duty.period_key for duty in duties} == {"2026-11", "2026-12"}
    assert {duty.to_id for duty in duties} == {plan.terms.obligations[1].to_ids[0]}
