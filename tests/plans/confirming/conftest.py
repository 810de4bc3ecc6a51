"""An office with two units and a plan officer, who brings documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.plans import actions
from shared.auth import OPERATOR, Role
from shared.db import Database, new_id
from shared.events.plans import DatedName, Edge, OrganisationChanged
from tests.plans import factories as make
from tests.plans.confirming.texts import PLAN

Bearer = Callable[..., dict[str, str]]
Said = dict[str, Any]


def called(slug: str, name: str, *, above: UUID | None = None, last_day: date | None = None) -> OrganisationChanged:
    """A body by its name."""
    edges = [Edge(type="line_of_command", to_id=above)] if above else []
    return OrganisationChanged(
        organisation_id=new_id(),
        slug=slug,
        hierarchy="state",
        names=[DatedName(name=name)],
        edges=edges,
        heirs=[],
        valid_to=last_day,
    )


class Desk:
    """The plan officer's desk."""

    def __init__(self, client: httpx.AsyncClient, bearer: Bearer) -> None:
        self.client, self.bearer = client, bearer
        self.top = called("bien-xanh", "Ủy ban nhân dân đặc khu Biển Xanh")
        self.office = called("van-hoa", "Phòng Văn hóa - Xã hội đặc khu Biển Xanh", above=self.top.organisation_id)
        self.other = called("noi-khac", "Ủy ban nhân dân đặc khu Nơi Khác")
        self.school = called("song-bien", "Trường Tiểu học Sóng Biển", above=self.top.organisation_id)

    async def call(
        self, method: str, path: str, who: str = "officer", *, match: int | None = None, **given: Any
    ) -> httpx.Response:
        """A request by a person."""
        headers = self.bearer(who) | ({"if-match": f'"{match}"'} if match is not None else {})
        return await self.client.request(method, path, headers=headers | given.pop("headers", {}), **given)

    async def read(self, text: str | None = PLAN, **given: Any) -> Said:
        """A reading, new."""
        issuer = str(self.top.organisation_id)
        answer = await self.call("POST", "/v1/readings", json={"issuer_id": issuer, "text": text, **given})
        assert answer.status_code == 201, answer.text
        said: Said = answer.json()
        return said

    async def decide(self, reading: Said, *decisions: Said) -> httpx.Response:
        """With the version that was read."""
        path = f"/v1/readings/{reading['id']}/decisions"
        return await self.call("POST", path, match=reading["version"], json={"decisions": list(decisions)})

    async def confirmed(self, reading: Said, *corrections: Said) -> Said:
        """Everything proposed, with the links proposed, but for what is corrected."""
        named = {each["key"] for each in corrections}
        waiting = [leaf for leaf in reading["leaves"] if leaf["standing"] == "proposed" and leaf["key"] not in named]
        decisions = [{"key": leaf["key"], "standing": "confirmed", "links": leaf["proposed_links"]} for leaf in waiting]
        answer = await self.decide(reading, *decisions, *corrections)
        assert answer.status_code == 200, answer.text
        said: Said = answer.json()
        return said

    async def issue(self, reading: Said) -> httpx.Response:
        """With the version that was read."""
        return await self.call("POST", f"/v1/readings/{reading['id']}/issue", match=reading["version"])

    async def issued(self, text: str = PLAN) -> Said:
        """A plan that binds."""
        answer = await self.issue(await self.confirmed(await self.read(text)))
        assert answer.status_code == 200, answer.text
        said: Said = answer.json()
        return said


def leaf(reading: Said, key: str) -> Said:
    """One of its leaves."""
    found: Said = next(each for each in reading["leaves"] if each["key"] == key)
    return found


@pytest.fixture
async def desk(client: httpx.AsyncClient, bearer: Bearer, person: Callable[[str], UUID], database: Database) -> Desk:
    """With an officer of the body, one of another, and a nominator below."""
    here = Desk(client, bearer)
    offices = [
        make.office(person("officer"), here.top.organisation_id, Role.PLAN_OFFICER),
        make.office(person("stranger"), here.other.organisation_id, Role.PLAN_OFFICER),
        make.office(person("nominator"), here.school.organisation_id, Role.NOMINATOR),
    ]
    bodies = [here.top, here.office, here.school, here.other]
    async with database.transaction() as session:
        await actions.import_directory(session, OPERATOR, actions.Directory(bodies, offices))
    return here
