"""A body, a unit below it, and people with offices there, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from services.plans import actions, clock
from shared.auth import OPERATOR, Role
from shared.clock import now
from shared.db import Database, new_id
from tests.plans import factories as make

Bearer = Callable[..., dict[str, str]]


Person = Callable[[str], UUID]


class Place:
    """A body, a unit below it, and people with offices there."""

    def __init__(self, client: httpx.AsyncClient, bearer: Bearer) -> None:
        self.client, self.bearer = client, bearer
        self.top, self.unit = make.body("ubnd"), make.body("phong")
        self.unit = make.body("phong", above=self.top.organisation_id)

    async def call(
        self, method: str, path: str, who: str = "officer", *, match: int | None = None, **given: Any
    ) -> httpx.Response:
        """A request by a person."""
        headers = self.bearer(who) | ({"if-match": f'"{match}"'} if match is not None else {})
        return await self.client.request(method, path, headers=headers | given.pop("headers", {}), **given)

    def plan(self, **given: Any) -> dict[str, Any]:
        """A plan with one quarterly obligation of the unit."""
        return {
            "issuer_id": str(self.top.organisation_id),
            "number": "221",
            "symbol": "KH-UBND",
            "date": "2020-09-28",
            "title": "Tuyên truyền điển hình tiên tiến",
            "period": {"kind": "open_ended"},
            "obligations": [
                {
                    "id": str(new_id()),
                    "label": "O2",
                    "kind": "nominate",
                    "cadence": "quarterly",
                    "minimum": 1,
                    "deadline": {"rrule": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5", "strictly_before": True},
                    "bearers": {"organisation_ids": [str(self.unit.organisation_id)]},
                    "to_ids": [str(self.top.organisation_id)],
                }
            ],
            **given,
        }


async def duty_of(place: Place, database: Database) -> dict[str, Any]:
    """The nearest duty of an issued plan, as its officer sees it."""
    plan_id = new_id()
    await place.call("PUT", f"/v1/plans/{plan_id}", json=place.plan())
    await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)
    await clock.turn(database, now())
    listed = await place.call("GET", "/v1/duties", params={"plan_id": str(plan_id)})
    duty: dict[str, Any] = listed.json()["items"][-1]
    return duty


async def settled(client: httpx.AsyncClient, bearer: Bearer, *, person: Person, database: Database) -> Place:
    """The directory with an administrator, a plan officer, a nominator and an auditor."""
    here = Place(client, bearer)
    top, unit = here.top.organisation_id, here.unit.organisation_id
    offices = [
        make.office(person("admin"), top, Role.ADMINISTRATOR),
        make.office(person("officer"), top, Role.PLAN_OFFICER),
        make.office(person("nominator"), unit, Role.NOMINATOR),
        make.office(person("auditor"), top, Role.AUDITOR),
    ]
    async with database.transaction() as session:
        await actions.import_directory(session, OPERATOR, actions.Directory([here.top, here.unit], offices))
    return here
