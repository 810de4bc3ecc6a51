"""Duties and plans are read a page at a time, and counted by what they answer, however many years lie behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI

from services.plans import actions, clock
from services.plans.app import create
from shared.auth.tokens import Verifier
from shared.clock import now
from shared.db import new_id
from shared.events.nominations import NominationSubmitted
from shared.paging import encode
from shared.settings import Settings
from tests.bench.growth.grown import Bearer, Grown, blocks, grown
from tests.bench.growth.size import Size

MANY_DUTIES = Size(provinces=3, communes=240, nominations=8_000, items=0, messages=0)
LISTS = {
    "what my unit owes": ("nominator", "/v1/duties"),
    "what waits for my unit": ("nominator", "/v1/me"),
    "all of my plans": ("plan_officer", "/v1/duties"),
    "open ones": ("plan_officer", "/v1/duties?state=open"),
    "open and overdue ones": ("plan_officer", "/v1/duties?state=open&state=overdue"),
    "waived ones, of which there are none": ("plan_officer", "/v1/duties?state=waived"),
    "of one plan": ("plan_officer", "/v1/duties?plan_id={plan}"),
    "of one period": ("plan_officer", "/v1/duties?period={period}"),
    "of one body": ("plan_officer", "/v1/duties?organisation_id={unit}"),
    "plans by their words": ("plan_officer", "/v1/plans?text=dien hinh"),
}


@pytest.fixture(scope="module")
async def year(database_urls: Callable[[str], Awaitable[str]]) -> AsyncIterator[Grown]:
    """A year of plans."""
    async with grown(database_urls, "plans", MANY_DUTIES) as found:
        yield found


@pytest.fixture
def app(year: Grown, settings: Settings, verifier: Verifier) -> FastAPI:
    """The service on it."""
    return year.served_by(create, settings, verifier)


def named(year: Grown, path: str) -> str:
    """With what it names."""
    plan = year.plans.of[year.province.id]
    period = next(share.period.key for share in year.plans.shares.values() if share.plan is plan)
    return path.format(plan=plan.id, period=period, unit=year.country.communes[0].id)


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_reads_a_page(name: str, year: Grown, app: FastAPI, bearer: Bearer) -> None:
    role, path = LISTS[name]
    body = year.country.communes[0] if role == "nominator" else year.province

    plans = await year.read(app, named(year, path), bearer(year.who(role, body).subject))

    assert year.complaints(plans, rows=600) == []


async def test_a_deep_page_costs_what_the_first_costs(year: Grown, app: FastAPI, bearer: Bearer) -> None:
    headers = bearer(year.who("plan_officer").subject)
    deep = await year.line.fetchrow(
        "SELECT due_before, id FROM duties WHERE issuer_id = $1 ORDER BY due_before DESC, id DESC OFFSET 100 LIMIT 1",
        year.province.uuid,
    )

    first = await year.read(app, "/v1/duties", headers)
    last = await year.read(app, f"/v1/duties?after={encode([deep['due_before'], deep['id']])}", headers)

    assert year.complaints(last, rows=600) == []
    assert blocks(last) <= 2 * blocks(first)


async def test_a_board_reads_the_duties_of_its_plan_alone(year: Grown, app: FastAPI, bearer: Bearer) -> None:
    plan = year.plans.of[year.province.id]
    number = await year.value("SELECT count(*) FROM duties WHERE plan_id = $1", plan.id)

    for path in ("/board?plan_id={plan}", "/board?plan_id={plan}&period={period}", "?under={unit}"):
        plans = await year.read(app, named(year, f"/v1/duties{path}"), bearer(year.who("plan_officer").subject))

        assert year.complaints(plans, rows=number) == []


async def test_a_submission_is_counted_among_those_of_its_duty(year: Grown) -> None:
    share = max(year.plans.shares.values(), key=lambda share: share.counted)
    fact = NominationSubmitted(
        nomination_id=new_id(),
        organisation_id=share.bearer.uuid,
        nominator_id=new_id(),
        title="Con đường không rác",
        plan_id=UUID(share.plan.id),
        obligation_id=share.obligation.id,
        period_key=share.period.key,
        exemplar_id=new_id(),
        subject_type="individual",
        submitted_at=now(),
        station_organisation_id=year.province.uuid,
    )

    async def count() -> None:
        async with year.database.transaction() as session:
            await actions.count_submission(session, fact, now=now())

    assert year.complaints(await year.plans_of(count), rows=200) == []


async def test_the_clock_looks_at_what_is_due(year: Grown) -> None:
    soon = await year.value("SELECT min(look_at) FROM duties") + timedelta(seconds=1)
    due = await year.value("SELECT count(*) FROM duties WHERE look_at <= $1", soon)

    plans = await year.plans_of(lambda: clock.turn(year.database, max(soon, now())))

    assert year.complaints(plans, rows=max(600, due)) == []
