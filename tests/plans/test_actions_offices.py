"""Offices, channels and movements: every result, its recorded facts, and each refusal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.lineage import (
    EndsBeforeStart,
)
from shared.auth import OPERATOR, Role
from shared.clock import today
from shared.db import new_id
from shared.errors import NotAllowed, NotFound
from shared.events.plans import (
    ChannelChanged,
    MovementChanged,
    OfficeChanged,
)
from shared.road.outbox import recorded
from tests.plans import factories as make

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)


async def test_put_office_gives_it_and_announces_it(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    fact = make.office(new_id(), top.organisation_id, Role.NOMINATOR)

    office, new = await actions.put_office(session, by, fact, version=None)
    again, new_again = await actions.put_office(session, by, fact, version=None)

    assert (new, new_again, office.version, again.role) == (True, False, 1, "nominator")
    assert recorded(session)[-1] == fact


async def test_nobody_gives_himself_an_office(session: AsyncSession) -> None:
    top, by = await make.ruled(session)

    with pytest.raises(NotAllowed):
        await actions.put_office(session, by, make.office(by.id, top.organisation_id, Role.APPROVER), version=None)


async def test_nobody_changes_or_hands_on_his_own_office(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    own = make.office(by.id, top.organisation_id, Role.ADMINISTRATOR)
    await actions.import_directory(session, OPERATOR, actions.Directory(offices=[own]))

    with pytest.raises(NotAllowed):
        await actions.put_office(session, by, own.model_copy(update={"person_id": new_id()}), version=1)
    with pytest.raises(NotAllowed):
        await actions.revoke_office(session, by, own.office_id, version=1)


@pytest.mark.parametrize(
    ("from_on", "to_on", "allowed"),
    [
        (date(2020, 1, 1), None, False),
        (date(2020, 1, 1), JULY, False),
        (date(2020, 1, 1), JUNE, True),
        (date(2026, 1, 1), date(2026, 2, 1), False),
    ],
)
async def test_an_office_stands_only_while_its_body_does(
    session: AsyncSession, from_on: date, to_on: date | None, allowed: bool
) -> None:
    top, by = await make.ruled(session)
    ended = make.body("da-het", above=top.organisation_id, valid_to=JUNE)
    await make.put_in(session, ended)
    fact = make.office(new_id(), ended.organisation_id, Role.NOMINATOR, from_on=from_on, to_on=to_on)

    if allowed:
        assert (await actions.put_office(session, by, fact, version=None))[1] is True
    else:
        with pytest.raises(actions.BodyNotStanding):
            await actions.put_office(session, by, fact, version=None)


async def test_an_office_that_ends_before_it_begins_is_refused(session: AsyncSession) -> None:
    top, by = await make.ruled(session)

    with pytest.raises(EndsBeforeStart):
        await actions.put_office(
            session,
            by,
            make.office(new_id(), top.organisation_id, Role.NOMINATOR, from_on=JULY, to_on=JUNE),
            version=None,
        )


async def test_revoke_office_ends_it_with_yesterday(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    fact = make.office(new_id(), top.organisation_id, Role.NOMINATOR)
    await actions.put_office(session, by, fact, version=None)

    office = await actions.revoke_office(session, by, fact.office_id, version=1)

    assert (office.to_on, office.version) == (today() - timedelta(days=1), 2)
    last = recorded(session)[-1]
    assert isinstance(last, OfficeChanged)
    assert last.to_on == office.to_on


async def test_revoke_office_that_is_not_there_is_not_found(session: AsyncSession) -> None:
    _, by = await make.ruled(session)

    with pytest.raises(NotFound):
        await actions.revoke_office(session, by, new_id(), version=1)


async def test_put_channel_and_movement_are_announced(session: AsyncSession) -> None:
    top, by = await make.ruled(session)
    officer = make.officer(top.organisation_id)
    channel = ChannelChanged(
        channel_id=new_id(), organisation_id=top.organisation_id, kind="portal", name="Trang thông tin"
    )
    movement = MovementChanged(movement_id=new_id(), name="Lao động giỏi", aliases=["Lao động sáng tạo"])
    kept_by = top.organisation_id

    await actions.put_channel(session, by, channel, version=None)
    await actions.put_channel(session, by, channel, version=None)
    await actions.put_movement(session, officer, movement, kept_by=kept_by, version=None)
    row, new = await actions.put_movement(session, officer, movement, kept_by=kept_by, version=None)

    assert recorded(session)[1:] == [channel, movement]
    assert (new, row.search) == (False, "lao dong gioi lao dong sang tao")


async def test_a_channel_of_a_body_outside_his_reach_is_refused(session: AsyncSession) -> None:
    _, by = await make.ruled(session)
    other = make.body("noi-khac")
    await make.put_in(session, other)
    channel = ChannelChanged(channel_id=new_id(), organisation_id=other.organisation_id, kind="portal", name="x")

    with pytest.raises(NotAllowed):
        await actions.put_channel(session, by, channel, version=None)
