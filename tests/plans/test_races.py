"""Many at once on real connections: one wins, the others are told, nothing is doubled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, clock
from services.plans.models import Duty, Plan
from services.plans.workflow import DutyState
from shared.auth import Role
from shared.db import Database, new_id
from shared.errors import AppError
from shared.events.plans import DutyFulfilled, Edge, PlanIssued
from shared.road.tables import Outbox
from tests.plans import factories as make

TEN = range(10)


async def at_once(database: Database, *tries: Callable[[AsyncSession], Awaitable[object]]) -> Counter[str]:
    """Each in a transaction of its own, all together; what came of them."""

    async def one(attempt: Callable[[AsyncSession], Awaitable[object]]) -> str:
        try:
            async with database.transaction() as session:
                await attempt(session)
        except AppError as error:
            return error.code
        return "done"

    return Counter(await asyncio.gather(*(one(attempt) for attempt in tries)))


async def written(database: Database, kind: str) -> int:
    """How many facts of a kind are in the outbox."""
    async with database.transaction() as session:
        return len((await session.scalars(select(Outbox.id).where(Outbox.type == kind))).all())


async def drafted(database: Database) -> tuple[UUID, UUID]:
    """A draft with one bearer: issuer and plan."""
    top = make.body("ubnd")
    plan_id, unit = new_id(), make.body("phong", above=top.organisation_id)
    obligation = make.obligation(bearers=make.bearing(unit.organisation_id), to_ids=[top.organisation_id], minimum=5)
    async with database.transaction() as session:
        await make.put_in(session, top, unit)
        terms = make.terms(top.organisation_id, obligation)
        await actions.put_plan(session, make.officer(top.organisation_id), plan_id, terms, version=None)
    return top.organisation_id, plan_id


async def test_of_ten_simultaneous_issues_one_is_done(committed: Database) -> None:
    issuer, plan_id = await drafted(committed)
    by = make.officer(issuer)

    found = await at_once(
        committed,
        *[lambda s: actions.issue_plan(s, by, plan_id, version=1, now=make.NOW) for _ in TEN],
    )

    assert found == {"done": 1, "precondition-failed": 9}
    assert await written(committed, PlanIssued.type()) == 1


async def test_ten_simultaneous_drafts_of_one_id_are_one_plan(committed: Database) -> None:
    issuer, _ = await drafted(committed)
    by, plan_id, terms = make.officer(issuer), new_id(), make.terms(issuer, number="9", symbol="KH", date="2026")

    found = await at_once(committed, *[lambda s: actions.put_plan(s, by, plan_id, terms, version=None) for _ in TEN])

    assert found == {"done": 10}
    async with committed.transaction() as session:
        assert (await session.get_one(Plan, plan_id)).version == 1


async def test_one_number_is_given_to_one_of_ten_plans(committed: Database) -> None:
    issuer, _ = await drafted(committed)
    by, terms = make.officer(issuer), make.terms(issuer, number="9", symbol="KH", date="2026")

    found = await at_once(committed, *[lambda s: actions.put_plan(s, by, new_id(), terms, version=None) for _ in TEN])

    assert found == {"done": 1, "plan-number-taken": 9}


async def test_two_halves_of_a_cycle_do_not_pass_each_other(committed: Database) -> None:
    one, other = make.body("mot"), make.body("hai")
    async with committed.transaction() as session:
        await make.put_in(session, one, other)
    by = make.actor((one.organisation_id, Role.ADMINISTRATOR), (other.organisation_id, Role.ADMINISTRATOR))
    halves = [
        here.model_copy(update={"edges": [Edge(type="part_of", to_id=there.organisation_id)]})
        for here, there in ((one, other), (other, one))
    ]

    found = await at_once(
        committed,
        lambda s: actions.put_organisation(s, by, halves[0], version=1),
        lambda s: actions.put_organisation(s, by, halves[1], version=1),
    )

    assert found == {"done": 1, "cycle-in-tree": 1}


async def test_ten_simultaneous_submissions_are_all_counted_and_the_duty_fulfilled_once(
    committed: Database,
) -> None:
    issuer, plan_id = await drafted(committed)
    async with committed.transaction() as session:
        await actions.issue_plan(session, make.officer(issuer), plan_id, version=1, now=make.NOW)
    await clock.turn(committed, make.NOW)
    async with committed.transaction() as session:
        duty = await make.the_duty(session, await session.get_one(Plan, plan_id))
    facts = [make.submission(duty) for _ in TEN]

    found = await at_once(
        committed,
        *[lambda s, fact=fact: actions.count_submission(s, fact, now=make.NOW) for fact in facts],
    )

    async with committed.transaction() as session:
        after = await session.get_one(Duty, duty.id)
    assert found == {"done": 10}
    assert (after.counted, after.state) == (10, DutyState.FULFILLED)
    assert await written(committed, DutyFulfilled.type()) == 1
