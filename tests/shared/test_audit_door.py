"""The auditor's door, the same in all four services: at and below, newest first, never values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest

from shared.audit import note
from shared.auth import OPERATOR, Role
from shared.auth.tokens import Verifier
from shared.bus import Consumer
from shared.bus.memory import MemoryBus
from shared.db import Database
from shared.directory.copies import keep_office, keep_organisation
from shared.events.plans import DatedName, Edge, OfficeChanged, OrganisationChanged
from shared.files.store import open_store
from shared.settings import Settings
from shared.web import Parts, Service, create_app
from tests.conftest import calling

Bearer = Callable[..., dict[str, str]]
OWN, BELOW, OTHER = uuid4(), uuid4(), uuid4()


@pytest.fixture
async def door(
    database: Database, settings: Settings, verifier: Verifier, person: Callable[[str], UUID]
) -> AsyncIterator[httpx.AsyncClient]:
    """A service in which five deeds were noted at three bodies; Kiem is auditor of the first, Mai its nominator."""
    async with database.transaction() as session:
        for body, above in ((OWN, None), (BELOW, OWN), (OTHER, None)):
            edges = [Edge(type="line_of_command", to_id=above)] if above else []
            names = [DatedName(name=str(body))]
            await keep_organisation(
                session,
                OrganisationChanged(organisation_id=body, slug=str(body), hierarchy="state", names=names, edges=edges),
            )
        for subject, role in (("kiem", Role.AUDITOR), ("mai", Role.NOMINATOR)):
            await keep_office(
                session,
                OfficeChanged(
                    office_id=uuid4(),
                    person_id=person(subject),
                    person_name=subject,
                    organisation_id=OWN,
                    role=role,
                    from_on=date(2020, 1, 1),
                ),
            )
        for action, body in (("a", OWN), ("b", BELOW), ("c", OTHER), ("d", OWN), ("e", BELOW)):
            note(session, OPERATOR, action, ("thing", body), organisation_id=body, fields=["title"])
            await session.flush()
    parts = Parts(settings, database, MemoryBus(), open_store(settings), verifier)
    async with calling(create_app(Service("plans", "thử", [], Consumer("plans")), parts)) as client:
        yield client


async def test_an_auditor_reads_at_and_below_newest_first(door: httpx.AsyncClient, bearer: Bearer) -> None:
    answer = await door.get("/v1/audit", headers=bearer("kiem"))

    rows = answer.json()["items"]
    assert [row["action"] for row in rows] == ["e", "d", "b", "a"]
    assert rows[0]["fields"] == ["title"]


async def test_pages_and_filters(door: httpx.AsyncClient, bearer: Bearer) -> None:
    first = await door.get("/v1/audit?limit=3", headers=bearer("kiem"))
    second = await door.get(f"/v1/audit?limit=3&after={first.json()['next']}", headers=bearer("kiem"))
    below = await door.get(f"/v1/audit?organisation_id={BELOW}", headers=bearer("kiem"))
    other = await door.get(f"/v1/audit?organisation_id={OTHER}", headers=bearer("kiem"))
    subject = await door.get(f"/v1/audit?subject_id={OWN}", headers=bearer("kiem"))

    found = [[row["action"] for row in answer.json()["items"]] for answer in (first, second, below, other, subject)]
    assert found == [["e", "d", "b"], ["a"], ["e", "b"], [], ["d", "a"]]


async def test_it_is_for_auditors_only(door: httpx.AsyncClient, bearer: Bearer) -> None:
    anonymous, nominator = await door.get("/v1/audit"), await door.get("/v1/audit", headers=bearer("mai"))

    assert (anonymous.status_code, nominator.status_code) == (401, 403)
