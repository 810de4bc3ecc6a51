"""Facts that leave only rows: written together, and as right as if each had been written alone."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import column, insert, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Consumer, Rows
from shared.db import Database
from shared.events import Envelope
from shared.events.nominations import NominationTakenUp, NominationWithdrawn
from shared.road.inbox import Receiver
from tests.counting import statements
from tests.shared.road.facts import NOBODY, aggregate, arrived, effects, last_of, parked_numbers

EFFECTS = insert(table("effects", column("aggregate"), column("title")))
NUL = "\x00"  # PostgreSQL takes it in no text


def keeping() -> Consumer:
    """A consumer that leaves one row a fact."""
    consumer = Consumer("publicity")

    @consumer.keep(NominationWithdrawn)
    def rows(fact: NominationWithdrawn) -> Rows:
        return Rows(EFFECTS, [{"aggregate": fact.nomination_id, "title": fact.title}])

    return consumer


async def test_a_batch_takes_as_many_statements_for_one_fact_as_for_fifty(road: Database) -> None:
    receiver, few, many = Receiver(road, keeping()), aggregate(), [aggregate() for _ in range(25)]

    with statements(road) as one:
        await receiver.receive([arrived(few, 1)])
    with statements(road) as fifty:
        await receiver.receive([arrived(here, number) for here in many for number in (1, 2)])

    assert len(fifty) == len(one)
    assert [await effects(road, here) for here in many] == [["1", "2"]] * 25


async def test_a_repeated_batch_leaves_its_rows_once(road: Database) -> None:
    here, receiver = aggregate(), Receiver(road, keeping())
    batch = [arrived(here, 1), arrived(here, 2)]

    await receiver.receive(batch)
    await receiver.receive(batch + batch)

    assert await effects(road, here) == ["1", "2"]


async def test_a_row_that_is_refused_parks_its_own_key_and_the_others_are_written_once(road: Database) -> None:
    bad, good, receiver = aggregate(), aggregate(), Receiver(road, keeping())

    await receiver.receive(
        [arrived(good, 1), arrived(bad, 1), arrived(bad, 2, title=NUL), arrived(bad, 3), arrived(good, 2)]
    )

    assert await effects(road, good) == ["1", "2"]
    assert await effects(road, bad) == ["1"]
    assert await parked_numbers(road, bad) == [(2, "failed"), (3, "behind")]
    assert (await last_of(road, good), await last_of(road, bad)) == (2, 1)


async def test_a_handler_with_a_session_sees_the_rows_of_the_facts_before_it(road: Database) -> None:
    here, consumer, seen = aggregate(), keeping(), list[int]()

    @consumer.on(NominationTakenUp)
    async def look(session: AsyncSession, fact: NominationTakenUp) -> None:
        count = await session.scalar(
            text("SELECT count(*) FROM effects WHERE aggregate = :a"), {"a": fact.nomination_id}
        )
        seen.append(count)

    await Receiver(road, consumer).receive([arrived(here, 1), taken_up(here, 2), arrived(here, 3), taken_up(here, 4)])

    assert seen == [1, 2]


async def test_rows_wait_for_nothing_when_a_parked_key_is_tried_again(road: Database) -> None:
    here, receiver = aggregate(), Receiver(road, keeping())

    await receiver.receive([arrived(here, 1), arrived(here, 3)])
    await receiver.receive([arrived(here, 2)])

    assert await effects(road, here) == ["1", "2", "3"]
    assert await parked_numbers(road, here) == []


def test_a_fact_has_one_handler_of_either_kind() -> None:
    consumer = keeping()

    with pytest.raises(ValueError, match=r"hears .* already"):
        consumer.keep(NominationWithdrawn)(lambda fact: Rows(EFFECTS, []))
    assert [hearing.rows is not None for hearing in consumer.hearings.values()] == [True]


def taken_up(here: UUID, sequence: int) -> Envelope:
    """A fact that is heard by a handler with a session."""
    body = NominationTakenUp(
        nomination_id=here,
        organisation_id=NOBODY,
        nominator_id=NOBODY,
        title=str(sequence),
        station_organisation_id=NOBODY,
    )
    data = body.model_dump_json().encode()
    return replace(arrived(here, sequence), type=NominationTakenUp.type(), data=data)
