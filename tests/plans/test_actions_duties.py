"""Opening duties and counting towards them: every result, its recorded facts, and each refusal."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.actions.opening import NoSuchPeriod, PlanNotInForce
from services.plans.models import Duty
from services.plans.terms import Bearers, Cadence, Deadline, Kind, PlanPeriod, Wave
from services.plans.workflow import DutyState
from shared.audit import AuditRow
from shared.clock import VIETNAM
from shared.db import new_id
from shared.events.plans import DutyOpened, Edge
from shared.road.outbox import recorded
from tests.plans import factories as make


def shown(duties: list[Duty]) -> list[tuple[str, UUID]]:
    """Period and body."""
    return [(duty.period_key, duty.organisation_id) for duty in duties]


async def test_duties_open_for_the_current_and_the_next_period(session: AsyncSession) -> None:
    top, (one, two) = await make.county(session)
    rule = Bearers(edge_type="line_of_command", of_id=top)

    plan = await make.issued(session, make.terms(top, make.obligation(bearers=rule, to_ids=[top])))

    duties = await make.duties_of(session, plan)
    assert shown(duties) == [("2026-Q4", one), ("2026-Q4", two), ("2027-Q1", one), ("2027-Q1", two)]
    assert {(d.period_key, d.due_before.astimezone(VIETNAM).isoformat()) for d in duties} == {
        ("2026-Q4", "2026-12-05T00:00:00+07:00"),
        ("2027-Q1", "2027-03-05T00:00:00+07:00"),
    }
    assert Counter(type(fact) for fact in recorded(session))[DutyOpened] == 4


async def test_opening_again_opens_nothing(session: AsyncSession) -> None:
    plan, _ = await make.one_duty(session)
    before = len(recorded(session))

    await make.open_all(session, plan)
    await make.open_all(session, plan, now=make.NOW + timedelta(days=1))

    assert len(recorded(session)) == before


async def test_the_next_quarter_opens_when_this_one_begins(session: AsyncSession) -> None:
    plan, _ = await make.one_duty(session)

    await make.open_all(session, plan, now=make.at("2027-01-01T00:00:01"))

    assert [d.period_key for d in await make.duties_of(session, plan)] == ["2026-Q4", "2027-Q1", "2027-Q2"]


async def test_a_stop_of_half_a_year_misses_no_period(session: AsyncSession) -> None:
    plan, _ = await make.one_duty(session)

    await make.open_all(session, plan, now=make.at("2027-07-02"))

    keys = [duty.period_key for duty in await make.duties_of(session, plan)]
    assert keys == ["2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]


async def test_a_plan_whose_period_is_over_is_history_and_opens_none(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    past = PlanPeriod(kind="range", start_year=2017, end_year=2020)
    obligation = make.obligation(bearers=make.bearing(unit), to_ids=[top])

    plan = await make.issued(session, make.terms(top, obligation, period=past))

    assert await make.duties_of(session, plan) == []


async def test_history_opens_nothing_that_reaches_beyond_its_last_day(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    year = PlanPeriod(kind="year", start_year=2026, end_year=2026)
    given = {"bearers": make.bearing(unit), "to_ids": [top]}
    weekly = make.obligation(cadence=Cadence.WEEKLY, deadline=None, **given)
    late = Deadline(date="2027-01-31")
    once = make.obligation(label="O3", cadence=Cadence.ONCE, deadline=late, **given)
    waves = make.obligation(label="O4", cadence=Cadence.AFTER_EACH_WAVE, deadline=None, **given)
    wave = Wave(number=1, start_on="2026-12", end_on="2027-01")
    terms = make.terms(top, weekly, once, waves, period=year, waves=[wave])

    on_the_last_day = await make.issued(session, terms, now=make.at("2026-12-31T23:59:59"))
    a_second_later = await make.issued(
        session,
        make.terms(top, *[o.model_copy(update={"id": new_id()}) for o in terms.obligations], period=year, waves=[wave]),
        now=make.at("2027-01-01"),
    )

    assert [duty.period_key for duty in await make.duties_of(session, on_the_last_day)] == [
        "once",
        "wave-1",
        "2026-W53",
    ]
    assert await make.duties_of(session, a_second_later) == []


async def test_the_audit_of_opening_names_fields_and_holds_no_values(session: AsyncSession) -> None:
    plan, _ = await make.one_duty(session)
    by = make.officer(plan.issuer_id)
    await actions.open_earlier(session, by, plan.id, period_key="2026-Q1", version=plan.version, now=make.NOW)

    rows = await session.scalars(select(AuditRow).where(AuditRow.subject_id == plan.id))

    deeds = {row.action: row.fields for row in rows}
    assert (deeds["open_duties"], deeds["open_earlier"]) == (["duties"], ["period_key"])


async def test_an_obligation_that_is_no_nomination_opens_none(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    report = make.obligation(kind=Kind.REPORT, bearers=make.bearing(unit), to_ids=[top])
    asked = make.obligation(label="O3", cadence=Cadence.ON_REQUEST, deadline=None, bearers=make.bearing(unit))

    plan = await make.issued(session, make.terms(top, report, asked))

    assert await make.duties_of(session, plan) == []


async def test_bearers_are_those_of_the_first_day_of_the_period(session: AsyncSession) -> None:
    top = make.body("ubnd")
    edge = Edge(type="line_of_command", to_id=top.organisation_id)
    left = make.body("da-roi", edges=[edge.model_copy(update={"to_on": date(2026, 10, 1)})])
    joined = make.body("moi-vao", edges=[edge.model_copy(update={"from_on": date(2026, 10, 2)})])
    await make.put_in(session, top, left, joined)
    rule = Bearers(edge_type="line_of_command", of_id=top.organisation_id)
    obligation = make.obligation(bearers=rule, to_ids=[top.organisation_id])

    plan = await make.issued(session, make.terms(top.organisation_id, obligation))

    assert shown(await make.duties_of(session, plan)) == [
        ("2026-Q4", left.organisation_id),
        ("2027-Q1", joined.organisation_id),
    ]


async def test_without_a_receiver_it_is_the_superior(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    obligation = make.obligation(bearers=make.bearing(unit))

    plan = await make.issued(session, make.terms(top, obligation))

    assert (await make.the_duty(session, plan)).to_id == top


async def test_a_rotation_has_bearers_by_quarter_and_takes_over_what_it_leaves_unsaid(session: AsyncSession) -> None:
    top, (khoi, quan_su) = await make.county(session)
    base = make.obligation(bearers=make.bearing(khoi), to_ids=[top], via_id=khoi, minimum=2)
    turns = [
        make.obligation(
            label=f"O3-{quarter}",
            kind=Kind.ROTATION,
            quarter=quarter,
            minimum=None,
            deadline=None,
            bearers=make.bearing(bearer),
        )
        for quarter, bearer in ((1, khoi), (4, quan_su))
    ]

    plan = await make.issued(session, make.terms(top, base, *turns))

    rotation = [duty for duty in await make.duties_of(session, plan) if duty.kind == "rotation"]
    assert shown(rotation) == [("2026-Q4", quan_su), ("2027-Q1", khoi)]
    (duty, _) = rotation
    assert duty.taken_over == ["minimum", "deadline", "to_ids", "via_id"]
    assert (duty.minimum, duty.to_id, duty.via_id) == (2, top, khoi)
    assert duty.due_before == make.at("2026-12-05")


async def test_waves_open_one_duty_each(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    obligation = make.obligation(
        cadence=Cadence.AFTER_EACH_WAVE, deadline=None, bearers=make.bearing(unit), to_ids=[top]
    )
    waves = [
        Wave(number=1, start_on="2026-01", end_on="2026-06-30"),
        Wave(number=2, start_on="2026-07", end_on="2026-12"),
        Wave(number=3, start_on="2027-01", end_on="2027-06"),
    ]

    plan = await make.issued(session, make.terms(top, obligation, waves=waves))

    duties = await make.duties_of(session, plan)
    assert [(d.period_key, d.due_before.astimezone(VIETNAM).date().isoformat()) for d in duties] == [
        ("wave-2", "2027-01-01"),
        ("wave-3", "2027-07-01"),
    ]


async def test_once_opens_one_duty_for_ever(session: AsyncSession) -> None:
    top, (unit,) = await make.county(session, 1)
    obligation = make.obligation(
        cadence=Cadence.ONCE,
        deadline=Deadline(date="2026-12-10", strictly_before=True),
        bearers=make.bearing(unit),
        to_ids=[top],
    )
    plan = await make.issued(session, make.terms(top, obligation))

    await make.open_all(session, plan, now=make.at("2027-02-01"))

    (duty,) = await make.duties_of(session, plan)
    assert (duty.period_key, duty.due_before) == ("once", make.at("2026-12-10"))


async def test_earlier_periods_open_only_on_request(session: AsyncSession) -> None:
    plan, _ = await make.one_duty(session)
    by = make.officer(plan.issuer_id)

    opened = await actions.open_earlier(session, by, plan.id, period_key="2026-Q1", version=plan.version, now=make.NOW)

    assert opened == 1
    assert [(d.period_key, d.state) for d in await make.duties_of(session, plan)] == [
        ("2026-Q1", DutyState.OVERDUE),
        ("2026-Q4", DutyState.OPEN),
        ("2027-Q1", DutyState.OPEN),
    ]


@pytest.mark.parametrize("key", ["2026-Q4", "2026-11", "Q1"])
async def test_a_period_that_opens_by_itself_or_is_none_is_refused(session: AsyncSession, key: str) -> None:
    plan, _ = await make.one_duty(session)
    by = make.officer(plan.issuer_id)

    with pytest.raises(NoSuchPeriod):
        await actions.open_earlier(session, by, plan.id, period_key=key, version=plan.version, now=make.NOW)


async def test_a_withdrawn_plan_opens_no_earlier_period(session: AsyncSession) -> None:
    plan, _ = await make.one_duty(session)
    by = make.officer(plan.issuer_id)
    await actions.withdraw_plan(session, by, plan.id, version=plan.version, now=make.NOW)

    with pytest.raises(PlanNotInForce):
        await actions.open_earlier(session, by, plan.id, period_key="2026-Q1", version=plan.version, now=make.NOW)
