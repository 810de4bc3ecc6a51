"""What is recalled is gone from every table, and nothing else is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text

from services.publicity import actions
from services.publicity.actions import facts
from services.publicity.actions.takedown import forget
from services.publicity.models import WithdrawalRecord
from services.publicity.workflow import Withdrawal
from shared.clock import now
from shared.db import Database, new_id
from shared.events.nominations import StoryReleased
from shared.events.publicity import ItemPublished, ItemWithdrawn
from shared.idempotency import StoredAnswer
from shared.road.tables import Inbox, Outbox, Parked
from tests.publicity.factories import (
    NAME,
    SITE,
    channel,
    editor,
    organisation,
    recalled,
    released,
)


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
