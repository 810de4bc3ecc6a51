"""A long life of consents, holds and revocations through the real actions: the facts add up to what may be shown."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions, queries
from services.nominations.actions.needed import agreed
from services.nominations.models import Nomination
from services.nominations.workflow import State
from shared.db import Database
from shared.events.base import Event
from shared.events.nominations import StoryRecalled, StoryReleased
from tests.counting import statements
from tests.nominations.factories import (
    Facts,
    Ladder,
    approved_twice,
    consented,
    drafted,
    ladder,
    submitted,
)

KINDS = ["portal", "newspaper", "radio_tv"]


def heard(facts: list[Event]) -> dict[UUID, list[str]]:
    """What publicity knows: the kinds of each station, the empty ones left out."""
    known: dict[UUID, list[str]] = {}
    for fact in facts:
        if isinstance(fact, StoryReleased | StoryRecalled):
            known[fact.station_id] = fact.channel_kinds
    return {station: kinds for station, kinds in known.items() if kinds}


async def live(session: AsyncSession, bodies: Ladder, nomination: Nomination, chance: random.Random) -> None:
    """One deed at random; one that is not possible now is passed over."""
    standing_consents = [c for c in nomination.consents if c.withdrawn_at is None]
    standing_holds = [h for h in nomination.holds if h.lifted_at is None]
    deed = chance.choice(["give", "give", "withdraw", "hold", "lift", "lift", "revoke"])
    if deed == "give":
        await consented(session, bodies, nomination, *chance.sample(KINDS, chance.randint(1, 3)))
    elif deed == "withdraw" and standing_consents:
        consent = chance.choice(standing_consents)
        await actions.withdraw_consent(session, bodies.nominator, nomination.id, consent.id)
    elif deed == "hold" and nomination.state is State.CONCLUDED:
        await actions.place_hold(session, bodies.approver, nomination.id, "Xác minh.")
    elif deed == "lift" and standing_holds:
        await actions.lift_hold(session, bodies.approver, nomination.id, standing_holds[0].id)
    elif deed == "revoke" and len(nomination.approved_stations) == 2 and chance.random() < 0.3:
        station = nomination.stations[0]
        await actions.revoke(
            session, bodies.approver, nomination.id, station.id, reason="Sai.", version=nomination.version
        )


@pytest.mark.parametrize("seed", range(6))
async def test_what_was_announced_is_what_may_be_shown(session: AsyncSession, seed: int) -> None:
    bodies, chance, facts = await ladder(session), random.Random(seed), Facts(session)
    nomination = await approved_twice(session, bodies)

    for _ in range(25):
        await live(session, bodies, nomination, chance)

        kinds = [] if nomination.held else sorted(agreed(nomination))
        allowed = {station.id: kinds for station in nomination.approved_stations if kinds}
        assert heard(facts()) == allowed


async def test_a_list_takes_as_many_statements_for_many_as_for_one(database: Database, session: AsyncSession) -> None:
    bodies = await ladder(session)
    counted = []

    for more in (1, 9):
        for number in range(more):
            await submitted(session, bodies, subject_name=f"Người {more} {number}")
        await session.flush()
        session.expunge_all()
        with statements(database) as asked:
            await queries.nominations_page(session, bodies.nominator, "mine", after=None, limit=50)
        counted.append(len(asked))

    assert counted == [2, 2]


async def test_a_nomination_with_all_its_parts_takes_one_statement(database: Database, session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)
    counted = []

    for more in (1, 9):
        for _ in range(more):
            await consented(session, bodies, nomination, "portal")
        await session.flush()
        session.expunge_all()
        with statements(database) as asked:
            found = await queries.nomination_whole(session, nomination.id)
        counted.append((len(asked), len(found.consents)))

    assert counted == [(1, 1), (1, 10)]
