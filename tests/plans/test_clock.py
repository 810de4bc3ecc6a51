"""Promises of the clock door: nothing missed after a stop, nothing doubled by two processes, few statements."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, clock
from services.plans.models import Duty, Plan
from services.plans.terms import Bearers, Cadence, Obligation
from services.plans.workflow import DutyState
from shared.auth import OPERATOR
from shared.db import Database, new_id
from shared.directory.tables import Organisation, OrganisationEdge
from shared.events.plans import DutyDueSoon, DutyFulfilled, DutyOpened, DutyOverdue
from shared.road.outbox import recorded
from shared.road.tables import Outbox
from shared.wake import wake
from shared.web import Parts
from tests.counting import statements
from tests.plans import factories as make

WHOLE_COUNTRY = 3_321


async def prepared(session: AsyncSession, units: int = 1, **given: Any) -> UUID:
    """An issued plan whose duties nobody has opened yet."""
    top = make.body("ubnd")
    below = [make.body(f"don-vi-{n}", above=top.organisation_id) for n in range(units)]
    await make.put_in(session, top, *below)
    rule = Bearers(edge_type="line_of_command", of_id=top.organisation_id)
    obligation = make.obligation(bearers=rule, to_ids=[top.organisation_id], **given)
    plan = await make.issued(session, make.terms(top.organisation_id, obligation), opened=False)
    return plan.id


async def marks(session: AsyncSession, instants: list[str]) -> list[int | str]:
    """What the clock announces of this quarter's duty when it runs at these instants."""
    plan_id = await prepared(session)
    plan = await session.get_one(Plan, plan_id)
    await make.open_all(session, plan)
    told: list[int | str] = []
    for instant in instants:
        before = len(recorded(session))
        while await actions.remind(session, now=make.at(instant)):
            pass
        new = recorded(session)[before:]
        told += [fact.days_left if isinstance(fact, DutyDueSoon) else fact.past for fact in new]
    return told


@pytest.mark.parametrize(
    ("instants", "told"),
    [
        (["2026-11-24T23:59:59"], []),
        (["2026-11-25T00:00:00"], [10]),
        (["2026-11-25", "2026-11-26", "2026-12-02", "2026-12-03", "2026-12-04"], [10, 3, 1]),
        (["2026-11-25", "2026-12-04T12:00:00"], [10, 1]),
        (["2026-12-03"], [3]),
        (["2026-12-03", "2026-12-04", "2026-12-04T23:59:59"], [3, 1]),
        (["2026-12-04T23:59:59.999999", "2026-12-05T00:00:00"], [1, "overdue"]),
        (["2026-12-15"], ["overdue"]),
        (["2026-12-05", "2026-12-25"], ["overdue"]),
    ],
)
async def test_each_mark_is_announced_once_and_after_a_stop_only_the_nearest(
    session: AsyncSession, instants: list[str], told: list[int | str]
) -> None:
    assert await marks(session, instants) == told


async def test_a_fulfilled_duty_is_not_reminded_and_one_owed_again_is(session: AsyncSession) -> None:
    plan = await session.get_one(Plan, await prepared(session))
    await make.open_all(session, plan)
    fact = make.submission(await make.the_duty(session, plan))
    await actions.count_submission(session, fact, now=make.NOW)
    await actions.remind(session, now=make.at("2026-12-02"))
    assert [type(f) for f in recorded(session) if isinstance(f, DutyDueSoon)] == []

    await actions.note_outcome(session, fact, "returned", now=make.at("2026-12-03"))
    await actions.remind(session, now=make.at("2026-12-03"))

    assert [f.days_left for f in recorded(session) if isinstance(f, DutyDueSoon)] == [3]


async def outbox(database: Database) -> Counter[str]:
    """How many facts of each kind were really written."""
    async with database.transaction() as session:
        rows = await session.execute(select(Outbox.type, func.count()).group_by(Outbox.type))
        return Counter(dict(rows.all()))


async def test_a_stop_of_twenty_days_misses_no_week(committed: Database) -> None:
    async with committed.transaction() as session:
        plan_id = await prepared(session, cadence=Cadence.WEEKLY, deadline=None)
    await clock.turn(committed, make.NOW)

    await clock.turn(committed, make.at("2026-12-11T10:00:00"))

    async with committed.transaction() as session:
        duties = await make.duties_of(session, await session.get_one(Plan, plan_id))
    assert [(duty.period_key, duty.state) for duty in duties] == [
        ("2026-W47", DutyState.OVERDUE),
        ("2026-W48", DutyState.OVERDUE),
        ("2026-W49", DutyState.OVERDUE),
        ("2026-W50", DutyState.OPEN),
        ("2026-W51", DutyState.OPEN),
    ]
    written = await outbox(committed)
    assert (written[DutyOpened.type()], written[DutyOverdue.type()]) == (5, 3)


async def test_two_clocks_at_once_double_nothing(committed: Database) -> None:
    async with committed.transaction() as session:
        await prepared(session, units=40)

    for instant in ("2026-11-21", "2026-11-25", "2026-12-04", "2026-12-05"):
        await asyncio.gather(*(clock.turn(committed, make.at(instant)) for _ in range(4)))
        await clock.turn(committed, make.at(instant))

    written = await outbox(committed)
    assert written[DutyOpened.type()] == 80
    assert written[DutyDueSoon.type()] == 80
    assert written[DutyOverdue.type()] == 40


async def test_opening_and_counting_at_once_lose_no_nomination(committed: Database) -> None:
    async with committed.transaction() as session:
        plan_id = await prepared(session, units=20)
        plan = await session.get_one(Plan, plan_id)
        (obligation,) = plan.terms.obligations
        units = sorted(await _units(session))

    async def send(unit: UUID) -> None:
        async with committed.transaction() as session:
            await actions.count_submission(session, _early(plan, obligation, unit), now=make.NOW)

    await asyncio.gather(clock.turn(committed, make.NOW), *(send(unit) for unit in units[:6]))
    await clock.turn(committed, make.NOW)

    async with committed.transaction() as session:
        duties = await make.duties_of(session, await session.get_one(Plan, plan_id))
    fulfilled = [duty.organisation_id for duty in duties if duty.state is DutyState.FULFILLED]
    assert fulfilled == units[:6]
    assert (await outbox(committed))[DutyFulfilled.type()] == 6


async def _units(session: AsyncSession) -> list[UUID]:
    return list(await session.scalars(select(OrganisationEdge.organisation_id)))


def _early(plan: Plan, obligation: Obligation, unit: UUID) -> Any:
    duty = Duty(organisation_id=unit, plan_id=plan.id, obligation_id=obligation.id, period_key="2026-Q4")
    return make.submission(duty)


async def country(session: AsyncSession, top: UUID) -> None:
    """As many bodies below one as there are in the country."""
    ids = [new_id() for _ in range(WHOLE_COUNTRY)]
    await session.execute(
        insert(Organisation),
        [{"id": key, "slug": f"noi-{n}", "hierarchy": "state", "version": 1} for n, key in enumerate(ids)],
    )
    await session.execute(
        insert(OrganisationEdge),
        [{"id": new_id(), "organisation_id": key, "type": "line_of_command", "to_id": top} for key in ids],
    )


async def batches(database: Database, plan_id: UUID, instant: datetime) -> list[int]:
    """How many statements each transaction of opening a plan's duties needs."""
    counts = []
    more = True
    while more:
        with statements(database) as seen:
            async with database.transaction() as session:
                more = await actions.open_duties(session, plan_id, now=instant)
        counts.append(len(seen))
    return counts


async def test_the_statements_of_a_batch_do_not_grow_with_the_bearers(committed: Database) -> None:
    async with committed.transaction() as session:
        small = await prepared(session)
    few = await batches(committed, small, make.NOW)
    async with committed.transaction() as session:
        top = make.body("ca-nuoc")
        await actions.import_directory(session, OPERATOR, actions.Directory([top]))
        await country(session, top.organisation_id)
        rule = Bearers(edge_type="line_of_command", of_id=top.organisation_id)
        obligation = make.obligation(bearers=rule, to_ids=[top.organisation_id])
        plan = await make.issued(session, make.terms(top.organisation_id, obligation), opened=False)

    many = await batches(committed, plan.id, make.NOW)

    assert len(many) == 14  # 6,642 duties, 500 at once
    assert max(many) <= max(few)
    assert (await outbox(committed))[DutyOpened.type()] == 2 * WHOLE_COUNTRY + 2


async def test_an_issued_plan_has_its_duties_at_once_and_not_a_minute_later(committed: Database, parts: Parts) -> None:
    running = asyncio.create_task(clock.run(replace(parts, database=committed)))
    await asyncio.sleep(0.2)  # its first turn is over, it waits for the bell or for a minute

    async with committed.transaction() as session:
        await prepared(session)
    for _ in range(100):
        await asyncio.sleep(0.05)
        if (await outbox(committed))[DutyOpened.type()]:
            break
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert (await outbox(committed))[DutyOpened.type()] == 2


@pytest.mark.parametrize("steps", range(5))
async def test_a_clock_that_is_rung_just_before_it_is_stopped_stops(
    committed: Database, parts: Parts, steps: int
) -> None:
    """However far the loop has come: `wait_for` of Python 3.11 forgets a cancellation when the bell is quicker."""
    running = asyncio.create_task(clock.run(replace(parts, database=committed)))
    await asyncio.sleep(0.2)

    wake(committed.url.database)
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    stopped, _ = await asyncio.wait([running], timeout=5)

    running.cancel()
    assert stopped == {running}


async def test_a_plan_whose_duties_cannot_be_opened_keeps_no_other_from_its_own(committed: Database) -> None:
    async with committed.transaction() as session:
        broken = await session.get_one(Plan, await prepared(session))
        (obligation,) = broken.terms.obligations
        rule = obligation.deadline and obligation.deadline.model_copy(
            update={"rrule": "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5"}
        )
        spoiled = obligation.model_copy(update={"deadline": rule})
        broken.terms = broken.terms.model_copy(update={"obligations": [spoiled]})
        other = make.body("noi-khac")
        await make.put_in(session, other)
        sound = make.obligation(bearers=make.bearing(other.organisation_id), to_ids=[other.organisation_id])
        await make.issued(session, make.terms(other.organisation_id, sound), opened=False)

    await clock.turn(committed, make.NOW)

    assert (await outbox(committed))[DutyOpened.type()] == 2
