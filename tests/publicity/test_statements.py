"""Lists and desks ask the database as often for twenty rows as for one; the graph and pages are counted elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions
from shared.auth import Role
from shared.db import Database, new_id
from shared.events.plans import MovementChanged
from tests.counting import counted, grown
from tests.publicity import factories as make

Bearer = Callable[..., dict[str, str]]
NOBODY: dict[str, str] = {}


async def test_lists_and_desks_ask_as_often_for_twenty_as_for_one(
    client: httpx.AsyncClient, database: Database, bearer: Bearer, person: Callable[[str], UUID]
) -> None:
    async with database.transaction() as session:
        portal, desk = await make.organisation(session, "Cổng"), await make.organisation(session, "Tòa soạn")
        await make.channel(session, portal)
        await make.channel(session, desk, release="editor")
        await make.office(session, person("mai"), Role.EDITOR, desk)
        await make.office(session, person("kiem"), Role.AUDITOR, desk)
        await grow(session, portal, desk, 1)
    doors = {"/v1/items?limit=50": NOBODY, "/v1/desk/items?limit=50": bearer("mai")}

    one = await counted(client, database, doors)
    me = await counted(client, database, {"/v1/me": bearer("mai")})
    async with database.transaction() as session:
        await grow(session, portal, desk, 19)
    many = await counted(client, database, doors)

    assert grown(one, many) == {}
    assert await counted(client, database, {"/v1/me": bearer("mai")}) == me


async def grow(session: AsyncSession, portal: UUID, desk: UUID, count: int) -> None:
    """So many more stories on the portal and before the editors, each of a movement and a unit of its own."""
    for number in range(count):
        movement = MovementChanged(movement_id=new_id(), name=f"Phong trào {count} {number}")
        await actions.keep_movement(session, movement)
        unit = await make.organisation(session, f"Đơn vị {count} {number}")
        for owner in (portal, desk):
            await make.item(session, owner, movement_id=movement.movement_id, organisation_id=unit)
