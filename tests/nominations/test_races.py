"""Many at once, on real connections: one decision, one draft, and limits that hold."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions, queries
from services.nominations.models import Nomination, Release, Station, StoryVersion
from services.nominations.workflow import State
from shared.audit import AuditRow
from shared.clock import today
from shared.db import Database
from shared.errors import AppError
from shared.events.nominations import (
    NominationApproved,
    NominationRecommended,
    NominationSubmitted,
    StoryRecalled,
    StoryReleased,
)
from shared.road.tables import Outbox
from tests.nominations.factories import (
    Ladder,
    approved,
    consented,
    content,
    drafted,
    in_review,
    ladder,
    organisation,
    submitted,
)
from tests.nominations.test_present import plan

AT_ONCE = 10


async def outcome(database: Database, deed: Callable[[AsyncSession], Awaitable[Any]]) -> int:
    """The status a client would see."""
    try:
        async with database.transaction() as session:
            await deed(session)
    except AppError as refused:
        return refused.status
    return 200


async def facts(database: Database, type_: str) -> int:
    """How many such facts were recorded."""
    async with database.transaction() as session:
        counted = await session.scalar(select(func.count()).select_from(Outbox).where(Outbox.type == type_))
        return counted or 0


async def test_ten_approvals_at_once_are_one(committed: Database) -> None:
    async with committed.transaction() as session:
        bodies = await ladder(session)
        nomination = await in_review(session, bodies)

    outcomes = await asyncio.gather(
        *(
            outcome(
                committed,
                lambda session: actions.approve(
                    session, bodies.approver, nomination.id, version=nomination.version, recommend=True
                ),
            )
            for _ in range(AT_ONCE)
        )
    )

    assert Counter(outcomes) == {200: 1, 412: 9}
    assert await facts(committed, NominationApproved.type()) == 1


async def test_ten_drafts_of_one_id_at_once_are_one(committed: Database) -> None:
    async with committed.transaction() as session:
        bodies = await ladder(session)
    chosen, body = uuid4(), content(bodies)

    outcomes = await asyncio.gather(
        *(
            outcome(
                committed,
                lambda session: actions.put_draft(session, bodies.nominator, chosen, body, version=None),
            )
            for _ in range(AT_ONCE)
        )
    )

    assert Counter(outcomes) == {200: 10}
    async with committed.transaction() as session:
        assert list(await session.scalars(select(Nomination.version))) == [1]


async def test_a_maximum_holds_against_many_submitters(committed: Database) -> None:
    async with committed.transaction() as session:
        bodies = await ladder(session)
        named = await plan(session, bodies, maximum=3)
        drafts = [await drafted(session, bodies, subject_name=f"Người {number}", **named) for number in range(AT_ONCE)]

    async def submit(session: AsyncSession, nomination_id: UUID) -> None:
        await actions.submit(session, bodies.nominator, nomination_id, version=1)

    outcomes = await asyncio.gather(*(outcome(committed, partial(submit, nomination_id=draft.id)) for draft in drafts))

    assert Counter(outcomes) == {200: 3, 409: 7}
    assert await facts(committed, NominationSubmitted.type()) == 3
    async with committed.transaction() as session:
        states = Counter(await session.scalars(select(Nomination.state)))
        versions = await session.scalar(select(func.count()).select_from(StoryVersion))
    assert states == {State.SUBMITTED: 3, State.DRAFT: 7}
    assert versions == 3


async def together(database: Database, *deeds: Callable[[AsyncSession], Awaitable[Any]]) -> list[int]:
    """What each sees when all are done at once."""
    return list(await asyncio.gather(*(outcome(database, deed) for deed in deeds)))


async def shown_at_last(database: Database, nomination_id: UUID) -> tuple[list[str], list[str]]:
    """The kinds that may be shown, and what was announced of them."""
    async with database.transaction() as session:
        kinds = await session.scalars(select(Release.kinds).where(Release.nomination_id == nomination_id))
        said = await session.scalars(
            select(Outbox.type)
            .where(Outbox.aggregateid == nomination_id, Outbox.type.in_([StoryReleased.type(), StoryRecalled.type()]))
            .order_by(Outbox.position)
        )
        return [kind for released in kinds for kind in released], list(said)


@pytest.mark.parametrize("stop", ["consent", "hold"])
async def test_what_stops_publication_wins_against_an_approval_at_the_same_time(committed: Database, stop: str) -> None:
    for _ in range(5):
        async with committed.transaction() as session:
            bodies = await ladder(session)
            nomination = await consented(session, bodies, await in_review(session, bodies), "portal")
        id_, version, consent_id = nomination.id, nomination.version, nomination.consents[0].id

        async def stopping(
            session: AsyncSession, bodies: Ladder = bodies, id_: UUID = id_, consent_id: UUID = consent_id
        ) -> None:
            if stop == "consent":
                await actions.withdraw_consent(session, bodies.nominator, id_, consent_id)
            else:
                await actions.place_hold(session, bodies.approver, id_, "Có đơn thư.")

        approving = partial(actions.approve, actor=bodies.approver, nomination_id=id_, version=version, recommend=True)
        stopped, decided = await together(committed, stopping, approving)

        assert (stopped, decided) in {(200, 200), (200, 412)}
        said = [StoryReleased.type(), StoryRecalled.type()] if decided == 200 else []
        assert await shown_at_last(committed, id_) == ([], said)


async def test_an_open_station_is_handed_over_once_while_people_act(committed: Database) -> None:
    async with committed.transaction() as session:
        bodies = await ladder(session)
        heir = await organisation(session, "Kế thừa", above=bodies.second)
        held = await approved(session, bodies, recommend=False)
        await actions.place_hold(session, bodies.approver, held.id, "Có đơn thư.")
        waiting = await submitted(session, bodies, subject_name="Lê Văn Sáu")
        await organisation(session, "Đã hết", id=bodies.first, valid_to=today() - timedelta(days=1), heirs=[heir])
    hold_id, version = held.holds[0].id, waiting.version

    outcomes = await together(
        committed,
        *[partial(actions.hand_over, organisation_id=bodies.first, on=today())] * 3,
        *[partial(actions.hand_over_ended, on=today())] * 2,
        partial(actions.lift_hold, actor=bodies.approver, nomination_id=held.id, hold_id=hold_id),
        partial(actions.take_up, actor=bodies.reviewer, nomination_id=waiting.id, version=version),
    )

    assert outcomes[:-1] == [200] * 6
    assert outcomes[-1] in {200, 404, 412}
    assert await facts(committed, NominationRecommended.type()) == 1
    async with committed.transaction() as session:
        station = (await session.scalars(select(Station).where(Station.nomination_id == waiting.id))).one()
        deeds = await session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.action == "hand_over"))
    assert (station.organisation_id, deeds) == (heir, 1)


async def test_a_hold_lifted_during_a_handover_stops_neither(committed: Database) -> None:
    async with committed.transaction() as session:
        bodies = await ladder(session)
        heir = await organisation(session, "Kế thừa", above=bodies.second)
        nomination = await in_review(session, bodies)
        await actions.place_hold(session, bodies.approver, nomination.id, "Có đơn thư.")
        await organisation(session, "Đã hết", id=bodies.first, valid_to=today() - timedelta(days=1), heirs=[heir])

    async with committed.transaction() as session:
        await queries.nomination_to_change(session, nomination.id)
        handing = asyncio.create_task(
            outcome(committed, partial(actions.hand_over, organisation_id=bodies.first, on=today()))
        )
        await asyncio.sleep(0.3)  # it waits for us by now, with whatever it has locked
        await actions.lift_hold(session, bodies.approver, nomination.id, nomination.holds[0].id)

    assert await handing == 200
    async with committed.transaction() as session:
        found = await queries.nomination_whole(session, nomination.id)
    assert (found.stations[0].organisation_id, found.held) == (heir, False)
