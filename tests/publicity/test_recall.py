"""What may no longer be shown is taken down: where the kinds were lost, or everywhere and without a trace."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions, queries
from services.publicity.actions import facts
from services.publicity.actions.takedown import forget
from services.publicity.models import Item, WithdrawalRecord
from services.publicity.workflow import EditionState, PlacementState, State, Withdrawal
from shared.clock import now
from shared.db import Database, new_id
from shared.errors import Gone
from shared.events.nominations import StoryReleased
from shared.events.publicity import ItemCorrected, ItemPublished, ItemWithdrawn
from shared.idempotency import StoredAnswer
from shared.road.outbox import recorded
from shared.road.tables import Inbox, Outbox, Parked
from tests.publicity.factories import (
    NAME,
    SITE,
    again,
    channel,
    editor,
    organisation,
    recalled,
    released,
    story,
)


async def test_the_last_kind_of_the_last_release_takes_the_item_down(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)

    await actions.recall_story(session, recalled(fact), site=SITE)

    assert (item.state, item.withdrawal, item.subject_name) == (State.WITHDRAWN, Withdrawal.GONE, None)
    assert [placement.state for placement in item.placements] == [PlacementState.WITHDRAWN]
    told = recorded(session)[-1]
    assert isinstance(told, ItemWithdrawn)
    assert (told.withdrawal, told.explanation, told.withdrawn_at) == ("gone", None, item.withdrawn_at)
    assert (told.nominator_id, told.approver_id) == (fact.nominator_id, fact.approver_id)


async def test_what_was_never_public_goes_without_a_word(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id, release="editor")
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)

    await actions.recall_story(session, recalled(fact), site=SITE)

    assert (item.state, item.withdrawal) == (State.WITHDRAWN, Withdrawal.GONE)
    assert recorded(session) == []


async def test_a_recall_of_what_never_came_here_changes_nothing(session: AsyncSession) -> None:
    await actions.recall_story(session, recalled(released(new_id())), site=SITE)

    assert (await session.scalars(select(Item))).all() == []
    assert recorded(session) == []


async def test_a_recall_twice_is_told_once(session: AsyncSession) -> None:
    fact = released(await organisation(session))
    await actions.release_story(session, fact, site=SITE)
    await actions.recall_story(session, recalled(fact), site=SITE)

    await actions.recall_story(session, recalled(fact), site=SITE)

    assert [type(told) for told in recorded(session)] == [ItemPublished, ItemWithdrawn]


async def test_a_recall_of_some_kinds_ends_those_placements_only(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    await channel(session, owner_id, "newspaper")
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)

    await actions.recall_story(session, recalled(fact, "newspaper"), site=SITE)

    states = {placement.channel.kind: placement.state for placement in item.placements}
    assert states == {"portal": PlacementState.PLACED, "newspaper": PlacementState.WITHDRAWN}
    assert item.state is State.PUBLISHED
    assert [type(told) for told in recorded(session)] == [ItemPublished]


async def test_a_kind_that_comes_back_is_placed_again(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    await channel(session, owner_id, "newspaper")
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)
    await actions.recall_story(session, recalled(fact, "newspaper"), site=SITE)

    await actions.release_story(session, fact, site=SITE)

    states = {placement.channel.kind: placement.state for placement in item.placements}
    assert states == {"portal": PlacementState.PLACED, "newspaper": PlacementState.PLACED}


async def test_without_a_place_where_everyone_reads_the_item_is_gone_for_the_public_only(
    session: AsyncSession,
) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    loudspeaker = await channel(session, owner_id, "loudspeaker", release="manual")
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)

    await actions.recall_story(session, recalled(fact, "portal", "newspaper"), site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemWithdrawn)
    assert (told.withdrawal, item.state) == ("gone", State.DRAFT)
    with pytest.raises(Gone):
        await queries.item_to_show(session, item.id)
    placed = await actions.place(session, editor(owner_id), item.id, loudspeaker, version=2, site=SITE)
    assert placed.state is State.DRAFT


async def test_the_item_stands_while_any_release_of_it_stands(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    first = released(owner_id)
    second = again(first, station_id=new_id(), station_number=2)
    await actions.release_story(session, first, site=SITE)
    item = await actions.release_story(session, second, site=SITE)

    await actions.recall_story(session, recalled(first), site=SITE)

    assert item.state is State.PUBLISHED
    await actions.recall_story(session, recalled(second), site=SITE)
    assert item.withdrawal is Withdrawal.GONE


async def test_a_text_whose_approval_ended_gives_way_to_the_one_that_still_has_its_own(
    session: AsyncSession,
) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    first = released(owner_id)
    second = again(
        first, station_id=new_id(), station_number=2, story_version=2, story=story(title="Chỉ cấp trên duyệt")
    )
    await actions.release_story(session, first, site=SITE)
    item = await actions.release_story(session, second, site=SITE)

    await actions.recall_story(session, recalled(second), site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemCorrected)
    assert (told.edition, told.story.title) == (3, first.story.title)
    assert [edition.title for edition in item.editions] == [first.story.title, None, first.story.title]


async def test_an_item_under_an_editors_banner_is_gone_when_consent_is(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)
    await actions.withdraw(
        session, editor(owner_id), item.id, Withdrawal.WITHDRAWN, f"{NAME} xin rút.", version=1, site=SITE
    )

    await actions.recall_story(session, recalled(fact), site=SITE)

    assert (item.withdrawal, item.explanation) == (Withdrawal.GONE, None)
    assert [edition.state for edition in item.editions] == [EditionState.PAST]


async def found_in(database: Database, words: str) -> list[str]:
    """Every column of every table that holds these words, as text, as JSON or as bytes."""
    async with database.transaction() as session:
        columns = (
            await session.execute(
                text(
                    "SELECT table_name, column_name, data_type FROM information_schema.columns "
                    "WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'bytea', 'tsvector')"
                )
            )
        ).all()
        found = []
        for table, column, kind in columns:
            as_text = f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text"
            pattern = words.encode().decode("latin-1") if kind == "bytea" else words
            escaped = "".join(c if ord(c) < 128 else f"\\{ord(c):03o}" for c in pattern)
            wanted = escaped if kind == "bytea" else words
            count = await session.scalar(
                text(f'SELECT count(*) FROM "{table}" WHERE position(:wanted in {as_text}) > 0'),
                {"wanted": wanted},
            )
            if count:
                found.append(f"{table}.{column}")
    return sorted(found)


async def everything_kept(committed: Database) -> tuple[UUID, StoryReleased]:
    """An item whose story is wherever it can be: corrected, drafted, recorded, parked, in a kept answer."""
    async with committed.transaction() as session:
        owner_id = await organisation(session)
        await channel(session, owner_id)
        fact = released(owner_id)
        item = await actions.release_story(session, fact, site=SITE)
        mai = editor(owner_id)
        words = actions.Words(title=f"{NAME} và tổ tự quản")
        await actions.correct(session, mai, item.id, words, f"Tên đúng là {NAME}", version=1, site=SITE)
        await actions.save_draft(session, mai, item.id, actions.Words(body=f"{NAME} kể tiếp"), version=2)
        body = fact.model_dump_json().encode()
        session.add(Inbox(producer="nominations", aggregate_id=fact.nomination_id, last=3))
        session.add_all(parked(fact.nomination_id, number, body) for number in (2, 3))
        session.add(answer(f"/publicity/v1/items/{item.id}/corrections", NAME.encode()))
    return item.id, fact


def parked(nomination_id: UUID, sequence: int, body: bytes) -> Parked:
    """A fact of the nomination in our parking."""
    return Parked(
        producer="nominations",
        aggregate_id=nomination_id,
        sequence=sequence,
        attributes={},
        payload=body,
        reason="failed",
        error=f"ValueError({NAME})",
        attempts=1,
        parked_at=now(),
    )


def answer(path: str, body: bytes) -> StoredAnswer:
    """An answer kept for a repeated key."""
    return StoredAnswer(
        person_id=new_id(),
        method="POST",
        path=path,
        key="k",
        fingerprint=b"",
        status=200,
        headers={},
        body=body,
        at=now(),
    )


async def test_nothing_of_the_story_is_left_in_any_table(committed: Database) -> None:
    item_id, fact = await everything_kept(committed)
    assert await found_in(committed, NAME) == [
        "editions.body",
        "editions.credit",
        "editions.note",
        "editions.pictures",
        "editions.results",
        "editions.summary",
        "editions.title",
        "items.subject_name",
        "outbox.payload",
        "parked.error",
        "parked.payload",
        "stored_answers.body",
    ]
    assert await found_in(committed, "tran thi hat sen") == ["items.search"]

    async with committed.transaction() as session:
        await actions.recall_story(session, recalled(fact), site=SITE)

    assert await found_in(committed, NAME) == []
    assert await found_in(committed, "tran thi hat sen") == []
    assert await found_in(committed, "nominations/") == []
    async with committed.transaction() as session:
        payloads = (await session.scalars(select(Outbox.payload).order_by(Outbox.position))).all()
        records = (await session.execute(select(WithdrawalRecord.item_id, WithdrawalRecord.kind))).all()
    assert [payload is None for payload in payloads] == [True, True, False]
    assert [tuple(record) for record in records] == [(item_id, Withdrawal.GONE)]


async def test_what_is_released_and_recalled_in_one_transaction_leaves_no_content(committed: Database) -> None:
    async with committed.transaction() as session:
        fact = released(await organisation(session))
        await actions.release_story(session, fact, site=SITE)
        await actions.recall_story(session, recalled(fact), site=SITE)

    assert await found_in(committed, NAME) == []
    async with committed.transaction() as session:
        rows = (await session.execute(select(Outbox.type, Outbox.payload).order_by(Outbox.position))).all()
    assert [(kind, payload is None) for kind, payload in rows] == [
        (ItemPublished.type(), True),
        (ItemWithdrawn.type(), False),
    ]


async def test_a_later_release_that_waits_in_the_parking_keeps_its_content(committed: Database) -> None:
    async with committed.transaction() as session:
        fact = released(await organisation(session))
        item = await actions.release_story(session, fact, site=SITE)
        session.add(Inbox(producer="nominations", aggregate_id=fact.nomination_id, last=1))
        session.add(parked(fact.nomination_id, 3, b"{}"))
        await session.flush()

        await forget(session, item)

        assert (await session.scalars(select(Parked.payload))).all() == [b"{}"]


async def test_facts_of_other_items_keep_their_content(committed: Database) -> None:
    async with committed.transaction() as session:
        owner_id = await organisation(session)
        one, other = released(owner_id), released(owner_id)
        await actions.release_story(session, one, site=SITE)
        kept = await actions.release_story(session, other, site=SITE)
        expected = facts.published(kept, SITE)

    async with committed.transaction() as session:
        await actions.recall_story(session, recalled(one), site=SITE)

    async with committed.transaction() as session:
        payload = await session.scalar(select(Outbox.payload).where(Outbox.aggregateid == kept.id))
    assert payload is not None
    assert ItemPublished.model_validate_json(payload) == expected
