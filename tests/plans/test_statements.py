"""Lists and boards ask the database as often for twenty rows as for one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.models import Plan
from services.plans.terms import Obligation
from shared.auth import OPERATOR, Role
from shared.clock import now
from shared.db import Database, new_id
from shared.events.plans import ChannelChanged, MovementChanged
from tests.counting import counted, grown
from tests.plans import factories as make
from tests.plans.places import Place


async def test_lists_and_boards_ask_as_often_for_twenty_as_for_one(place: Place, database: Database) -> None:
    top, plan_id = place.top.organisation_id, new_id()
    doors = {
        f"/v1/duties?plan_id={plan_id}&limit=100": place.bearer("officer"),
        f"/v1/duties?under={top}&limit=100": place.bearer("officer"),
        f"/v1/duties/board?plan_id={plan_id}&limit=100": place.bearer("officer"),
        "/v1/plans?limit=100": place.bearer("officer"),
        f"/v1/organisations?under={top}&limit=100": place.bearer("officer"),
        "/v1/offices?limit=100": place.bearer("admin"),
        "/v1/channels?limit=100": place.bearer("officer"),
        "/v1/movements?limit=100": place.bearer("officer"),
        "/v1/audit?limit=100": place.bearer("auditor"),
    }

    async with database.transaction() as session:
        await grow(session, top, plan_id, 1)
    one = await counted(place.client, database, doors)
    me = await counted(place.client, database, {"/v1/me": place.bearer("officer")})
    async with database.transaction() as session:
        await grow(session, top, plan_id, 20)
    many = await counted(place.client, database, doors)

    assert grown(one, many) == {}
    assert await counted(place.client, database, {"/v1/me": place.bearer("officer")}) == me


async def grow(session: AsyncSession, top: UUID, plan_id: UUID, count: int) -> None:
    """So many more of everything: units that owe, plans, offices, channels, movements."""
    units = [make.body(f"don-vi-{count}-{n}", above=top) for n in range(count)]
    ids = [unit.organisation_id for unit in units]
    offices = [make.office(new_id(), id, Role.NOMINATOR) for id in ids]
    await actions.import_directory(session, OPERATOR, actions.Directory(units, offices))
    administrator = make.actor((top, Role.ADMINISTRATOR), (top, Role.PLAN_OFFICER))
    for n, id in enumerate(ids):
        channel = ChannelChanged(channel_id=new_id(), organisation_id=id, kind="portal", name=f"Cổng {n}")
        await actions.put_channel(session, administrator, channel, version=None)
        movement = MovementChanged(movement_id=new_id(), name=f"Phong trào {n}", launched_on=date(2026, 1, 1))
        await actions.put_movement(session, administrator, movement, kept_by=top, version=None)
        await actions.put_plan(session, make.officer(top), new_id(), make.terms(top), version=None)
    await owed(
        session,
        top,
        plan_id,
        [make.obligation(label=f"O{count}-{n}", bearers=make.bearing(id)) for n, id in enumerate(ids)],
    )


async def owed(session: AsyncSession, top: UUID, plan_id: UUID, obligations: list[Obligation]) -> None:
    """The plan asks them too, and their duties are open."""
    by, found = make.officer(top), await session.get(Plan, plan_id)
    if found is None:
        await actions.put_plan(session, by, plan_id, make.terms(top, *obligations), version=None)
        plan = await actions.issue_plan(session, by, plan_id, version=1, now=now())
    else:
        terms = make.terms(top, *found.terms.obligations, *obligations)
        plan = await actions.amend_plan(session, by, plan_id, terms, version=found.version, now=now())
    await make.open_all(session, plan, now=now())
