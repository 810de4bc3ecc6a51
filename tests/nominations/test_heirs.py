"""Heirs: the people of the body that took over go on with what an ended body began, and answer for what it decided."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions, permissions, queries
from services.nominations.actions.draft import OrganisationEnded
from services.nominations.ladder import Rung, next_station
from services.nominations.workflow import State, StationState
from shared.auth import Actor, Role
from shared.clock import today
from shared.errors import NotFound
from shared.events.nominations import ApprovalRevoked, NominationSubmitted, StoryRecalled
from tests.nominations.door import Door, problem
from tests.nominations.factories import (
    Facts,
    about,
    approved,
    consented,
    content,
    drafted,
    ladder,
    office,
    organisation,
    person,
    returned,
)
from tests.nominations.test_ladder import YESTERDAY, ended, obliged


async def of_heir(session: AsyncSession, role: Role, body: UUID) -> Actor:
    """Somebody of the heir, as the door lets him act."""
    return await queries.with_lineage(session, person("Kế", (role, body)))


async def test_the_heir_goes_on_with_a_draft_of_the_ended_unit(session: AsyncSession) -> None:
    bodies = await ladder(session)
    other = await organisation(session, "Cấp trên của kế thừa")
    heir = await organisation(session, "Kế thừa", above=other)
    draft = await drafted(session, bodies)
    await ended(session, bodies.unit, heir)
    facts = Facts(session)

    nominator = await of_heir(session, Role.NOMINATOR, heir)
    await actions.amend(session, nominator, draft.id, {"body": "Chuyện kể."}, version=1)
    await consented(session, bodies, draft, "portal")
    await actions.submit(session, nominator, draft.id, version=3)

    assert (draft.organisation_id, draft.stations[0].organisation_id) == (bodies.unit, other)
    assert facts() == [
        NominationSubmitted(
            **about(draft, bodies),
            exemplar_id=draft.exemplar_id,
            subject_type="individual",
            submitted_at=draft.submitted_at or draft.created_at,
            station_organisation_id=other,
        )
    ]


async def test_the_heir_mends_and_resubmits_what_came_back(session: AsyncSession) -> None:
    bodies = await ladder(session)
    heir = await organisation(session, "Kế thừa", above=bodies.first)
    nomination = await returned(session, bodies)
    await ended(session, bodies.unit, heir)

    nominator = await of_heir(session, Role.NOMINATOR, heir)
    waiting = await queries.nominations_page(session, nominator, "waiting", after=None, limit=10)
    await actions.amend(session, nominator, nomination.id, {"summary": "12 hộ."}, version=nomination.version)
    await actions.resubmit(session, nominator, nomination.id, version=nomination.version)

    assert [row.id for row in waiting.rows] == [nomination.id]
    station = nomination.stations[0]
    assert (station.organisation_id, station.state) == (bodies.first, StationState.WAITING)


async def test_a_new_nomination_is_the_heirs_own(session: AsyncSession) -> None:
    bodies = await ladder(session)
    heir = await organisation(session, "Kế thừa", above=bodies.first)
    await ended(session, bodies.unit, heir)
    nominator = await of_heir(session, Role.NOMINATOR, heir)

    with pytest.raises(OrganisationEnded):
        await actions.put_draft(session, nominator, heir, content(bodies), version=None)


async def test_a_unit_merged_into_its_receiver_sends_to_that_ones_superior(session: AsyncSession) -> None:
    bodies = await ladder(session)
    named = await obliged(session, bodies, to_ids=[bodies.first])
    draft = await drafted(session, bodies, **named)
    await ended(session, bodies.unit, bodies.first)

    nominator = await of_heir(session, Role.NOMINATOR, bodies.first)
    await actions.submit(session, nominator, draft.id, version=1)

    assert draft.stations[0].organisation_id == bodies.second


async def test_the_heir_revokes_what_the_ended_body_approved(session: AsyncSession) -> None:
    bodies = await ladder(session)
    heir = await organisation(session, "Kế thừa", above=bodies.second)
    nomination = await approved(session, bodies, recommend=False)
    await consented(session, bodies, nomination, "portal")
    await ended(session, bodies.first, heir)
    facts = Facts(session)

    approver = await of_heir(session, Role.APPROVER, heir)
    station = nomination.stations[0]
    await actions.revoke(session, approver, nomination.id, station.id, reason="Sai.", version=nomination.version)

    assert nomination.state is State.DECLINED
    assert facts() == [
        ApprovalRevoked(
            **about(nomination, bodies), station_id=station.id, station_number=1, station_organisation_id=bodies.first
        ),
        StoryRecalled(
            nomination_id=nomination.id,
            station_id=station.id,
            station_organisation_id=bodies.first,
            lost_kinds=["portal"],
            channel_kinds=[],
        ),
    ]


async def test_above_an_approval_of_an_ended_body_stands_the_superior_of_its_heir(session: AsyncSession) -> None:
    bodies = await ladder(session)
    above = await organisation(session, "Cấp trên mới")
    heir = await organisation(session, "Kế thừa", above=above)
    nomination = await approved(session, bodies, recommend=False)
    await ended(session, bodies.first, heir)

    assert await next_station(session, nomination, on=today()) == Rung(above)


async def test_only_the_principal_heir_acts_and_through_any_number_of_changes(session: AsyncSession) -> None:
    bodies = await ladder(session)
    draft = await drafted(session, bodies)
    last = await organisation(session, "Cuối")
    between, part = await organisation(session, "Giữa"), await organisation(session, "Phần tách")
    before = await of_heir(session, Role.NOMINATOR, last)
    await organisation(session, "Đã tách", id=bodies.unit, valid_to=today(), heirs=[between, part])
    on_its_last_day = await of_heir(session, Role.NOMINATOR, between)
    await ended(session, between, last)
    await organisation(session, "Đã tách", id=bodies.unit, valid_to=YESTERDAY, heirs=[between, part])

    heirs = await of_heir(session, Role.NOMINATOR, last)

    permissions.check_may_nominate(heirs, draft)
    assert {(o.organisation_id, o.role) for o in heirs.offices} == {
        (body, Role.NOMINATOR) for body in (last, between, bodies.unit)
    }
    for stranger in (before, on_its_last_day, await of_heir(session, Role.NOMINATOR, part)):
        with pytest.raises(NotFound):
            permissions.check_may_nominate(stranger, draft)


async def test_through_the_door(session: AsyncSession, door: Door, person: Callable[[str], UUID]) -> None:
    heir = await organisation(session, "Kế thừa")
    await office(session, person("ke"), Role.NOMINATOR, heir)
    await session.commit()
    await door.draft()
    stranger = await door.ask("ke", "GET", "")
    await ended(session, door.unit, heir)
    await session.commit()

    listed = await door.client.get("/v1/nominations?view=organisation", headers=door.bearer("ke"))
    shown = await door.ask("ke", "GET", "/preview")
    mended = await door.ask("ke", "PATCH", "", {"title": "Tên mới"})
    deleted = await door.ask("ke", "DELETE", "")

    assert problem(stranger) == (404, "not-found")
    assert [line["id"] for line in listed.json()["items"]] == [door.id]
    assert [answer.status_code for answer in (shown, mended, deleted)] == [200, 200, 204]
