"""Lists of nominations read a page's worth, however many there are: nothing whole, nothing sorted long."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest
from fastapi import FastAPI

from services.nominations import actions
from services.nominations.app import create
from shared.auth.tokens import Verifier
from shared.clock import today
from shared.paging import encode
from shared.road import relay
from shared.settings import Settings
from tests.bench.growth.explaining import Asked, explained
from tests.bench.growth.grown import SMALL, Bearer, Grown, blocks, grown

BUSY = replace(SMALL, days=20)  # a campaign's last weeks: much waits
LISTS = {
    "mine": ("nominator", "/v1/nominations?view=mine"),
    "mine that were declined": ("nominator", "/v1/nominations?view=mine&state=declined"),
    "of my unit": ("nominator", "/v1/nominations?view=organisation"),
    "of all that reached us": ("reviewer", "/v1/nominations?view=organisation"),
    "of what we concluded": ("reviewer", "/v1/nominations?view=organisation&state=concluded"),
    "drafts, which reach nobody": ("reviewer", "/v1/nominations?view=organisation&state=draft"),
    "waiting for us": ("reviewer", "/v1/nominations?view=waiting"),
    "waiting for us, submitted": ("reviewer", "/v1/nominations?view=waiting&state=submitted"),
}


@pytest.fixture(scope="module")
async def year(database_urls: Callable[[str], Awaitable[str]]) -> AsyncIterator[Grown]:
    """A small country's year."""
    async with grown(database_urls, "nominations", BUSY) as found:
        yield found


@pytest.fixture
def app(year: Grown, settings: Settings, verifier: Verifier) -> FastAPI:
    """The service on it."""
    return year.served_by(create, settings, verifier)


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_reads_a_page(name: str, year: Grown, app: FastAPI, bearer: Bearer) -> None:
    role, path = LISTS[name]
    body = year.country.communes[0] if role in ("nominator", "auditor") else year.province

    plans = await year.read(app, path, bearer(year.who(role, body).subject))

    assert year.complaints(plans) == []


@pytest.mark.parametrize("role", ["nominator", "reviewer"])
@pytest.mark.parametrize("path", ["/v1/me", "/v1/nominations?view=waiting"])
async def test_what_waits_is_found_among_what_is_open(
    role: str, path: str, year: Grown, app: FastAPI, bearer: Bearer
) -> None:
    body = year.country.communes[0] if role == "nominator" else year.province
    count = "SELECT count(*) FROM stations WHERE state IN ('waiting', 'in_review', 'returned')"

    plans = await year.read(app, path, bearer(year.who(role, body).subject))

    assert year.complaints(plans, rows=await year.value(count)) == []


@pytest.mark.parametrize("whole", [True, False])
async def test_an_auditor_reads_the_last_deeds_of_his_bodies(
    whole: bool, year: Grown, app: FastAPI, bearer: Bearer
) -> None:
    """At most a page of each of a page's bodies, of however many he audits."""
    page, unit = 21, year.country.communes[0]
    for body in (year.country.centre, year.province, unit):
        path = f"/v1/audit?limit={page - 1}" + ("" if whole else f"&organisation_id={unit.id}")
        plans = await year.read(app, path, bearer(year.who("auditor", body).subject))

        assert year.complaints(plans, rows=page * page + len(year.country.bodies)) == []


@pytest.mark.parametrize("view", ["mine", "organisation", "waiting"])
async def test_a_deep_page_costs_what_the_first_costs(view: str, year: Grown, app: FastAPI, bearer: Bearer) -> None:
    role = "nominator" if view == "mine" else "reviewer"
    body = year.country.communes[0] if view == "mine" else year.province
    headers, path = bearer(year.who(role, body).subject), f"/v1/nominations?view={view}"
    of_body = "id IN (SELECT nomination_id FROM stations WHERE organisation_id = $1 AND state = ANY($2))"
    states = ["waiting", "in_review"] if view == "waiting" else ["approved", "waiting"]
    wanted = "nominator_id = $1 AND $2::text[] IS NOT NULL" if view == "mine" else of_body
    deep = await year.line.fetchrow(
        f"SELECT created_at, id FROM nominations WHERE {wanted} ORDER BY created_at, id OFFSET 30 LIMIT 1",
        *(UUID(year.who(role, body).id if view == "mine" else body.id), states),
    )

    first = await year.read(app, path, headers)
    last = await year.read(app, f"{path}&after={encode([deep['created_at'], deep['id']])}", headers)

    assert year.complaints(last) == []
    assert blocks(last) <= 2 * blocks(first)  # older rows lie further apart


async def test_the_clock_looks_for_ended_bodies_only_among_what_is_open(year: Grown) -> None:
    ended = [body.uuid for body in year.country.communes[::2]]
    await year.line.execute("UPDATE organisations SET valid_to = '2025-06-30' WHERE id = ANY($1)", ended)

    async def look() -> None:
        async with year.database.transaction() as session:
            await actions.hand_over_ended(session, on=today())

    assert year.complaints(await year.plans_of(look)) == []


async def test_the_relay_reads_what_was_not_sent(year: Grown) -> None:
    unsent = 40
    await year.line.execute(
        """UPDATE outbox SET sent_at = NULL, sent_position = NULL
        WHERE position > (SELECT max(position) FROM outbox) - $1""",
        unsent,
    )
    positions = await year.line.fetch("SELECT position FROM outbox WHERE sent_at IS NULL")
    asked = [
        Asked(relay.UNSENT, [[]]),
        Asked(relay.LAG, []),
        Asked(relay.MARK, [[row["position"] for row in positions], 0, unsent]),
    ]

    plans = [await explained(year.line, one) for one in asked]

    assert year.complaints(plans, rows=2 * unsent) == []
