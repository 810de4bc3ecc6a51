"""Promises about bodies that end: the heir takes over what is open, once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.models import Plan
from services.plans.workflow import DutyState
from shared.auth import OPERATOR
from shared.events.plans import OrganisationChanged
from tests.plans import factories as make

YEAR_END = date(2026, 11, 30)
AFTER = make.at("2026-12-01T08:00:00")


async def ended(session: AsyncSession, fact: OrganisationChanged, heir: UUID) -> None:
    """The body ends with November, and the heir takes over."""
    gone = make.body(fact.slug, key=fact.organisation_id, heir=heir, valid_to=YEAR_END)
    await actions.import_directory(session, OPERATOR, actions.Directory([gone]))


async def three(session: AsyncSession) -> tuple[OrganisationChanged, ...]:
    """Two bodies and their heir to be."""
    bodies = make.body("phong-a"), make.body("phong-b"), make.body("phong-moi")
    await make.put_in(session, *bodies)
    return bodies


async def plan_for(session: AsyncSession, *bearers: UUID, minimum: int = 1) -> Plan:
    """Due before 5 December."""
    issuer = make.body("ubnd")
    await make.put_in(session, issuer)
    obligation = make.obligation(bearers=make.bearing(*bearers), to_ids=[issuer.organisation_id], minimum=minimum)
    return await make.issued(session, make.terms(issuer.organisation_id, obligation))


async def owed(session: AsyncSession, plan: Plan) -> list[tuple[UUID, DutyState, int]]:
    """Who owes what this quarter."""
    duties = [duty for duty in await make.duties_of(session, plan) if duty.period_key == "2026-Q4"]
    return [(duty.organisation_id, duty.state, duty.counted) for duty in duties]


async def test_a_bearer_that_has_ended_is_replaced_by_its_heir_when_the_duty_opens(session: AsyncSession) -> None:
    a, _, new = await three(session)
    gone = make.body(a.slug, key=a.organisation_id, heir=new.organisation_id, valid_to=date(2025, 6, 30))
    await make.put_in(session, gone)

    plan = await plan_for(session, a.organisation_id)

    assert await owed(session, plan) == [(new.organisation_id, DutyState.OPEN, 0)]


async def test_two_bearers_merged_before_the_period_give_one_duty(session: AsyncSession) -> None:
    a, b, new = await three(session)
    for fact in (a, b):
        await make.put_in(
            session,
            make.body(fact.slug, key=fact.organisation_id, heir=new.organisation_id, valid_to=date(2025, 6, 30)),
        )

    plan = await plan_for(session, a.organisation_id, b.organisation_id, new.organisation_id)

    assert await owed(session, plan) == [(new.organisation_id, DutyState.OPEN, 0)]


async def test_an_open_duty_goes_to_the_heir_with_what_was_counted(session: AsyncSession) -> None:
    a, _, new = await three(session)
    plan = await plan_for(session, a.organisation_id, minimum=2)
    duty = await make.the_duty(session, plan)
    await actions.count_submission(session, make.submission(duty), now=make.NOW)
    await ended(session, a, new.organisation_id)

    await make.open_all(session, plan, now=AFTER)

    assert await owed(session, plan) == [(new.organisation_id, DutyState.OPEN, 1)]
    await actions.count_submission(session, make.submission(duty, submitted_at=AFTER), now=AFTER)
    assert await owed(session, plan) == [(new.organisation_id, DutyState.FULFILLED, 2)]


async def test_two_open_duties_that_meet_in_one_heir_become_one(session: AsyncSession) -> None:
    a, b, new = await three(session)
    plan = await plan_for(session, a.organisation_id, b.organisation_id, minimum=2)
    one, _ = [duty for duty in await make.duties_of(session, plan) if duty.period_key == "2026-Q4"]
    await actions.count_submission(session, make.submission(one), now=make.NOW)
    for fact in (a, b):
        await ended(session, fact, new.organisation_id)

    await make.open_all(session, plan, now=AFTER)
    await make.open_all(session, plan, now=make.at("2026-12-02"))

    assert await owed(session, plan) == [(new.organisation_id, DutyState.OPEN, 1)]


async def test_an_heir_that_is_itself_a_bearer_owes_one_duty(session: AsyncSession) -> None:
    a, _, new = await three(session)
    plan = await plan_for(session, a.organisation_id, new.organisation_id)
    await ended(session, a, new.organisation_id)

    await make.open_all(session, plan, now=AFTER)

    assert await owed(session, plan) == [(new.organisation_id, DutyState.OPEN, 0)]


async def test_what_was_fulfilled_before_the_merger_is_not_asked_of_the_heir(session: AsyncSession) -> None:
    a, _, new = await three(session)
    plan = await plan_for(session, a.organisation_id)
    duty = await make.the_duty(session, plan)
    await actions.count_submission(session, make.submission(duty), now=make.NOW)
    await ended(session, a, new.organisation_id)

    await make.open_all(session, plan, now=AFTER)

    assert await owed(session, plan) == [(a.organisation_id, DutyState.FULFILLED, 1)]


async def test_a_body_that_ended_without_heir_owes_nothing_more(session: AsyncSession) -> None:
    a, _, _ = await three(session)
    plan = await plan_for(session, a.organisation_id)
    await make.put_in(session, make.body(a.slug, key=a.organisation_id, valid_to=YEAR_END))

    await make.open_all(session, plan, now=AFTER)

    assert await owed(session, plan) == []


async def test_after_a_split_the_principal_heir_takes_over(session: AsyncSession) -> None:
    a, b, new = await three(session)
    plan = await plan_for(session, a.organisation_id)
    gone = make.body(a.slug, key=a.organisation_id, heir=new.organisation_id, valid_to=YEAR_END)
    (principal,) = gone.heirs
    other = principal.model_copy(update={"organisation_id": b.organisation_id, "principal": False})
    await make.put_in(session, gone.model_copy(update={"heirs": [other, principal]}))

    await make.open_all(session, plan, now=AFTER)

    assert await owed(session, plan) == [(new.organisation_id, DutyState.OPEN, 0)]


async def test_a_receiver_that_has_ended_is_replaced_by_its_heir(session: AsyncSession) -> None:
    a, b, new = await three(session)
    issuer = make.body("ubnd")
    await make.put_in(session, issuer)
    obligation = make.obligation(bearers=make.bearing(b.organisation_id), to_ids=[a.organisation_id])
    plan = await make.issued(session, make.terms(issuer.organisation_id, obligation))
    await ended(session, a, new.organisation_id)

    await make.open_all(session, plan, now=AFTER)

    assert (await make.the_duty(session, plan)).to_id == new.organisation_id


async def test_heirs_of_heirs_take_over_too(session: AsyncSession) -> None:
    a, b, new = await three(session)
    plan = await plan_for(session, a.organisation_id)
    await ended(session, a, b.organisation_id)
    await ended(session, b, new.organisation_id)

    await make.open_all(session, plan, now=AFTER)

    assert await owed(session, plan) == [(new.organisation_id, DutyState.OPEN, 0)]


async def test_heirs_that_go_round_in_a_circle_leave_nobody_owing(session: AsyncSession) -> None:
    a, b, _ = await three(session)
    plan = await plan_for(session, a.organisation_id)
    await ended(session, a, b.organisation_id)
    await ended(session, b, a.organisation_id)

    await make.open_all(session, plan, now=AFTER)

    assert await owed(session, plan) == []
