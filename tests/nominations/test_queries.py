"""Lists: whole, in order and once, however many bodies a person reads for."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import queries
from services.nominations.workflow import State
from shared.auth import Actor
from tests.nominations.factories import approved, drafted, ladder, submitted


async def _read(session: AsyncSession, actor: Actor, view: queries.View, *states: State) -> list[UUID]:
    """All pages of two."""
    found: list[UUID] = []
    after: str | None = None
    while True:
        page = await queries.nominations_page(session, actor, view, states=states, after=after, limit=2)
        found += [row.id for row in page.rows]
        if page.next is None:
            return found
        after = page.next


@pytest.mark.parametrize("view", ["organisation", "mine"])
async def test_pages_give_each_nomination_once_newest_first(session: AsyncSession, view: queries.View) -> None:
    bodies = await ladder(session)
    made = [await drafted(session, bodies) for _ in range(2)]
    made += [await submitted(session, bodies) for _ in range(2)]
    made += [await approved(session, bodies)]
    offices = (*bodies.nominator.offices, *bodies.approver.offices, *bodies.approver_above.offices)
    everywhere = Actor("person", bodies.nominator.person_id, "Mai", offices)

    newest_first = [nomination.id for nomination in reversed(made)]
    assert await _read(session, everywhere, view) == newest_first
    assert await _read(session, everywhere, view, State.DRAFT) == newest_first[3:]


async def test_each_body_sees_what_reached_it(session: AsyncSession) -> None:
    bodies = await ladder(session)
    drafts, waiting, climbed = [await make(session, bodies) for make in (drafted, submitted, approved)]

    seen = {
        actor.name: await _read(session, actor, "organisation")
        for actor in (bodies.nominator, bodies.approver, bodies.approver_above)
    }

    assert seen == {
        "Mai": [climbed.id, waiting.id, drafts.id],
        "An": [climbed.id, waiting.id],
        "Đức": [climbed.id],
    }


async def test_what_waits_is_counted_as_it_is_listed(session: AsyncSession) -> None:
    bodies = await ladder(session)
    for make in (drafted, submitted, submitted, approved):
        await make(session, bodies)

    counted = {
        actor.name: await queries.count_waiting(session, actor)
        for actor in (bodies.nominator, bodies.reviewer, bodies.approver_above)
    }

    assert counted == {"Mai": 0, "Bình": 2, "Đức": 1}
    assert len(await _read(session, bodies.reviewer, "waiting")) == 2
