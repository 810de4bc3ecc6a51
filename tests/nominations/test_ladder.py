"""The stations a nomination climbs, and who takes over when a body ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions, queries
from services.nominations.consumers import keep_and_hand_over
from services.nominations.ladder import Rung, next_station
from services.nominations.workflow import State, StationState
from shared.audit import AuditRow
from shared.auth import Role
from shared.clock import today
from shared.errors import NotKnownYet
from shared.events.nominations import NominationRecommended
from shared.events.plans import DatedName, Heir, ObligationPart, OrganisationChanged
from tests.nominations.factories import (
    Facts,
    Ladder,
    about,
    approved,
    drafted,
    ladder,
    organisation,
    person,
    returned,
    submitted,
)
from tests.nominations.test_present import issued

YESTERDAY = today() - timedelta(days=1)


async def obliged(session: AsyncSession, bodies: Ladder, **obligation: Any) -> dict[str, Any]:
    """An obligation to present once; what a nomination names to answer it."""
    part = ObligationPart(obligation_id=uuid4(), label="Giới thiệu", kind="nominate", cadence="once", **obligation)
    plan_id = uuid4()
    await actions.keep_plan(session, issued(bodies, plan_id, part))
    return {"plan_id": plan_id, "obligation_id": part.obligation_id, "period_key": "once"}


async def ended(session: AsyncSession, body: UUID, *heirs: UUID) -> None:
    """The fact that a body ended yesterday."""
    await keep_and_hand_over(
        session,
        OrganisationChanged(
            organisation_id=body,
            slug=f"body-{body}",
            hierarchy="state",
            names=[DatedName(name="Tên cũ")],
            heirs=[Heir(organisation_id=heir) for heir in heirs],
            valid_to=YESTERDAY,
        ),
    )


async def test_without_an_obligation_the_superior_decides(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    assert await next_station(session, nomination, on=today()) == Rung(bodies.first)


async def test_a_body_without_a_line_of_command_uses_that_of_its_host(session: AsyncSession) -> None:
    bodies = await ladder(session)
    front = await organisation(session, "Cơ quan thường trực", above=bodies.unit, edge="standing_office_of")
    nominator = person("Lan", (Role.NOMINATOR, front))
    inner = Ladder(front, bodies.first, bodies.second, nominator, *(bodies.reviewer,) * 3)
    nomination = await drafted(session, inner)

    assert await next_station(session, nomination, on=today()) == Rung(bodies.first)


async def test_the_obligation_names_the_receiver_through_whom_and_who_comes_then(
    session: AsyncSession,
) -> None:
    bodies = await ladder(session)
    receiver = await organisation(session, "Văn phòng UB MTTQ tỉnh mẫu")
    further = await organisation(session, "Ban TĐKT mẫu")
    named = await obliged(session, bodies, to_ids=[receiver, bodies.second], via_id=bodies.first, then_to_id=further)
    nomination = await submitted(session, bodies, **named)
    first = nomination.stations[0]
    decider = person("Đức", (Role.APPROVER, receiver))

    await actions.take_up(session, bodies.reviewer, nomination.id, version=nomination.version)
    await actions.approve(session, decider, nomination.id, version=nomination.version, recommend=True)

    assert (first.organisation_id, first.via_id) == (receiver, bodies.first)
    assert [s.organisation_id for s in nomination.stations] == [receiver, further]
    assert nomination.stations[1].via_id is None


async def test_a_rotation_that_names_no_receiver_takes_that_of_its_plan(session: AsyncSession) -> None:
    bodies, plan_id = await ladder(session), uuid4()
    general = ObligationPart(
        obligation_id=uuid4(),
        label="Chung",
        kind="nominate",
        cadence="quarterly",
        to_ids=[bodies.second],
        via_id=bodies.first,
    )
    turn = ObligationPart(obligation_id=uuid4(), label="Luân phiên", kind="rotation", cadence="quarterly")
    await actions.keep_plan(session, issued(bodies, plan_id, turn, general))

    nomination = await drafted(session, bodies, plan_id=plan_id, obligation_id=turn.obligation_id, period_key="2026-Q4")

    assert await next_station(session, nomination, on=today()) == Rung(bodies.second, bodies.first)


async def test_a_unit_named_as_its_own_receiver_sends_to_its_superior(session: AsyncSession) -> None:
    bodies = await ladder(session)
    named = await obliged(session, bodies, to_ids=[bodies.unit])

    nomination = await drafted(session, bodies, **named)

    assert await next_station(session, nomination, on=today()) == Rung(bodies.first)


async def test_a_receiver_whose_fact_has_not_arrived_is_told_so(session: AsyncSession) -> None:
    bodies, unknown = await ladder(session), uuid4()
    named = await obliged(session, bodies, to_ids=[unknown])
    nomination = await drafted(session, bodies, **named)

    with pytest.raises(NotKnownYet) as refused:
        await actions.submit(session, bodies.nominator, nomination.id, version=1)

    assert refused.value.params == {"id": str(unknown)}


async def test_a_superior_whose_fact_is_late_does_not_end_the_ladder(session: AsyncSession) -> None:
    bodies, late = await ladder(session), uuid4()
    await organisation(session, "Ban TĐKT tỉnh mẫu", id=bodies.second, above=late)
    nomination = await approved(session, bodies)
    above = bodies.approver_above
    await actions.take_up(session, above, nomination.id, version=nomination.version)

    with pytest.raises(NotKnownYet) as refused:
        await actions.approve(session, above, nomination.id, version=nomination.version, recommend=True)

    assert refused.value.params == {"id": str(late)}


async def test_no_body_decides_twice(session: AsyncSession) -> None:
    bodies = await ladder(session)
    named = await obliged(session, bodies, to_ids=[bodies.second], then_to_id=bodies.second)
    nomination = await submitted(session, bodies, **named)
    await actions.take_up(session, bodies.approver_above, nomination.id, version=nomination.version)

    await actions.approve(session, bodies.approver_above, nomination.id, version=nomination.version, recommend=True)

    assert (nomination.state, len(nomination.stations)) == (State.CONCLUDED, 1)


async def test_at_opening_an_ended_body_is_replaced_by_its_heir(session: AsyncSession) -> None:
    bodies = await ladder(session)
    heir = await organisation(session, "Kế thừa")
    await ended(session, bodies.first, heir)

    nomination = await submitted(session, bodies)

    assert nomination.stations[0].organisation_id == heir


async def test_the_heir_takes_over_an_open_station_once(session: AsyncSession) -> None:
    bodies = await ladder(session)
    heir = await organisation(session, "Kế thừa")
    nomination = await submitted(session, bodies)
    facts = Facts(session)

    for _ in range(2):
        await ended(session, bodies.first, heir)

    station = nomination.stations[0]
    assert (station.organisation_id, nomination.version) == (heir, 3)
    assert facts() == [
        NominationRecommended(
            **about(nomination, bodies),
            from_organisation_id=bodies.first,
            station_id=station.id,
            station_number=1,
            station_organisation_id=heir,
        )
    ]
    deeds = await session.scalars(select(AuditRow.actor_kind).where(AuditRow.action == "hand_over"))
    assert list(deeds) == ["system"]


async def test_an_heir_that_arrives_later_takes_over_then(session: AsyncSession) -> None:
    bodies, heir = await ladder(session), uuid4()
    nomination = await submitted(session, bodies)
    await ended(session, bodies.first, heir)
    waiting_for = nomination.stations[0].organisation_id

    await keep_and_hand_over(
        session,
        OrganisationChanged(organisation_id=heir, slug="ke-thua", hierarchy="state", names=[DatedName(name="Kế thừa")]),
    )

    assert (waiting_for, nomination.stations[0].organisation_id) == (bodies.first, heir)


async def test_the_heir_takes_over_what_is_sent_through_it_and_lifts_its_holds(session: AsyncSession) -> None:
    bodies = await ladder(session)
    heir = await organisation(session, "Kế thừa")
    named = await obliged(session, bodies, to_ids=[bodies.second], via_id=bodies.first)
    through = await submitted(session, bodies, **named)
    held = await approved(session, bodies)
    await actions.place_hold(session, bodies.approver, held.id, "Có đơn thư.")
    await session.flush()

    await ended(session, bodies.first, heir)

    heirs = await queries.with_lineage(session, person("Kế", (Role.APPROVER, heir)))
    await actions.lift_hold(session, heirs, held.id, held.holds[0].id)
    assert (through.stations[0].organisation_id, through.stations[0].via_id) == (bodies.second, heir)
    assert (held.holds[0].organisation_id, held.holds[0].lifted_by) == (bodies.first, heirs.id)
    assert held.stations[0].organisation_id == bodies.first


async def test_a_returned_nomination_changes_hands_without_calling_anybody(session: AsyncSession) -> None:
    bodies = await ladder(session)
    heir = await organisation(session, "Kế thừa")
    nomination = await returned(session, bodies)
    facts = Facts(session)

    await ended(session, bodies.first, heir)

    assert (nomination.stations[0].organisation_id, facts()) == (heir, [])


async def test_an_heir_that_has_decided_does_not_decide_twice(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)

    await ended(session, bodies.second, bodies.first)

    assert nomination.state is State.CONCLUDED
    assert [s.state for s in nomination.stations] == [StationState.APPROVED, StationState.CANCELLED]


async def test_an_announced_end_is_acted_upon_when_its_day_has_passed(session: AsyncSession) -> None:
    bodies = await ladder(session)
    heir = await organisation(session, "Kế thừa")
    await organisation(session, "Sắp hết", id=bodies.first, valid_to=today(), heirs=[heir])
    nomination = await submitted(session, bodies)
    before = nomination.stations[0].organisation_id

    await actions.hand_over_ended(session, on=today())
    on_its_last_day = nomination.stations[0].organisation_id
    await actions.hand_over_ended(session, on=today() + timedelta(days=1))

    assert [before, on_its_last_day, nomination.stations[0].organisation_id] == [
        bodies.first,
        bodies.first,
        heir,
    ]
