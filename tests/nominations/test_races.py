"""Many at once, on real connections: one decision, one draft, and limits that hold."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.models import Nomination, StoryVersion
from services.nominations.workflow import State
from shared.db import Database
from shared.errors import AppError
from shared.events.nominations import NominationApproved, NominationSubmitted
from shared.road.tables import Outbox
from tests.nominations.factories import content, drafted, in_review, ladder
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
