"""Lists ask the database as often for twenty rows as for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Role
from shared.db import Database
from tests.counting import counted, grown
from tests.nominations import factories as make
from tests.nominations.door import Headers


async def test_lists_ask_as_often_for_twenty_as_for_one(
    client: httpx.AsyncClient,
    session: AsyncSession,
    database: Database,
    bearer: Headers,
    person: Callable[[str], UUID],
) -> None:
    bodies = await make.ladder(session)
    for who, role, body in [
        ("mai", Role.NOMINATOR, bodies.unit),
        ("an", Role.APPROVER, bodies.first),
        ("kiem", Role.AUDITOR, bodies.second),
    ]:
        await make.office(session, person(who), role, body)
    mai = make.person("Mai", (Role.NOMINATOR, bodies.unit), id=person("mai"))
    bodies = replace(bodies, nominator=mai)
    doors = {
        "/v1/nominations?view=mine&limit=50": bearer("mai"),
        "/v1/nominations?view=waiting&limit=50": bearer("an"),
        "/v1/nominations?view=organisation&limit=50": bearer("mai"),
        "/v1/audit?limit=100": bearer("kiem"),
    }

    await made(session, bodies, 1)
    one = await counted(client, database, doors)
    me = await counted(client, database, {"/v1/me": bearer("an")})
    await made(session, bodies, 19)
    many = await counted(client, database, doors)

    assert grown(one, many) == {}
    assert await counted(client, database, {"/v1/me": bearer("an")}) == me


async def made(session: AsyncSession, bodies: make.Ladder, count: int) -> None:
    """Waiting at their first station."""
    for number in range(count):
        await make.submitted(session, bodies, subject_name=f"Bà Trần Thị {count} {number}")
    await session.commit()


async def test_a_nomination_asks_as_often_however_much_hangs_on_it(
    client: httpx.AsyncClient,
    session: AsyncSession,
    database: Database,
    bearer: Headers,
    person: Callable[[str], UUID],
) -> None:
    bodies = await make.ladder(session)
    await make.office(session, person("mai"), Role.NOMINATOR, bodies.unit)
    bodies = replace(bodies, nominator=make.person("Mai", (Role.NOMINATOR, bodies.unit), id=person("mai")))
    nomination = await make.drafted(session, bodies)
    doors = {f"/v1/nominations/{nomination.id}{part}": bearer("mai") for part in ("", "/preview")}

    await make.consented(session, bodies, nomination, "portal")
    await session.commit()
    one = await counted(client, database, doors)
    for _ in range(19):
        await make.consented(session, bodies, nomination, "portal")
    await session.commit()
    many = await counted(client, database, doors)

    assert one == many
