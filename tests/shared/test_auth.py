"""The door: a token becomes an actor with the offices of today."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter

from shared.auth import Actor, HeldOffice, Role, SignedIn, TokenHolder, Visitor
from shared.auth.tokens import Verifier
from shared.clock import today
from shared.db import Database, new_id
from shared.directory.tables import Office
from shared.settings import Settings
from tests.conftest import calling
from tests.counting import statements
from tests.shared.apps import framed

router = APIRouter()


@router.get("/signed-in")
async def signed_in(actor: SignedIn) -> str:
    return actor.name


@router.get("/visitor")
async def visitor(actor: Visitor) -> str:
    return actor.name if actor else "anonymous"


@router.get("/holder")
async def holder(actor: TokenHolder) -> list[str]:
    return [str(actor.person_id), str(len(actor.offices))]


@router.get("/offices")
async def offices(actor: SignedIn) -> list[str]:
    return sorted(f"{office.role}@{office.organisation_id}" for office in actor.offices)


@pytest.fixture
async def client(database: Database, settings: Settings, verifier: Verifier) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(framed(router, database, settings, verifier)) as client:
        yield client


Bearer = Callable[..., dict[str, str]]


async def test_a_person_comes_in_with_his_token(client: httpx.AsyncClient, bearer: Bearer) -> None:
    assert (await client.get("/signed-in", headers=bearer("mai"))).json() == "Mai"


@pytest.mark.parametrize("sent", [{}, {"authorization": "Basic bWFpOm1haQ=="}, {"authorization": "Bearer x.y.z"}])
async def test_without_a_good_token_nobody_comes_in(client: httpx.AsyncClient, sent: dict[str, str]) -> None:
    assert (await client.get("/signed-in", headers=sent)).status_code == 401
    assert (await client.get("/holder", headers=sent)).status_code == 401


async def test_a_visitor_may_be_anonymous_but_not_false(client: httpx.AsyncClient, bearer: Bearer) -> None:
    assert (await client.get("/visitor")).json() == "anonymous"
    assert (await client.get("/visitor", headers=bearer("mai"))).json() == "Mai"
    assert (await client.get("/visitor", headers={"authorization": "Bearer x.y.z"})).status_code == 401
    assert (await client.get("/visitor", headers={"authorization": "Basic bWFpOm1haQ=="})).status_code == 401


async def test_an_actor_holds_the_offices_of_today_and_no_others(
    client: httpx.AsyncClient, bearer: Bearer, database: Database, person: Callable[[str], UUID]
) -> None:
    here, day = new_id(), timedelta(days=1)
    spans = {
        "reviewer": (today(), None),
        "approver": (today() - day, today()),
        "editor": (today() + day, None),
        "auditor": (today() - 2 * day, today() - day),
        "role_of_tomorrow": (today(), None),
    }
    async with database.transaction() as session:
        for role, (from_on, to_on) in spans.items():
            office = Office(id=new_id(), person_id=person("mai"), person_name="Mai", organisation_id=here, role=role)
            office.from_on, office.to_on = from_on, to_on
            session.add(office)

    found = (await client.get("/offices", headers=bearer("mai"))).json()

    assert found == [f"approver@{here}", f"reviewer@{here}"]


async def test_the_token_holder_is_known_without_a_statement(
    client: httpx.AsyncClient, bearer: Bearer, database: Database, person: Callable[[str], UUID]
) -> None:
    with statements(database) as asked:
        found = (await client.get("/holder", headers=bearer("mai"))).json()

    assert (found, asked) == ([str(person("mai")), "0"], [])


def test_an_office_counts_at_its_own_organisation_only() -> None:
    here, there = new_id(), new_id()
    actor = Actor("person", new_id(), "Mai", (HeldOffice(here, Role.REVIEWER), HeldOffice(there, Role.EDITOR)))

    assert actor.holds(Role.REVIEWER, here)
    assert not actor.holds(Role.REVIEWER, there)
    assert actor.holds_any({Role.EDITOR, Role.REVIEWER}, there)
    assert not actor.holds(Role.REVIEWER, None)
    assert actor.organisations() == {here, there}
    assert actor.organisations(Role.EDITOR) == {there}
