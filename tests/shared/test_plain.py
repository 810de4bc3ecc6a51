"""The driver asked directly: inside the session's transaction or not at all, and every value as its column takes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import IntegrityError, PendingRollbackError

from shared.db import Database, new_id, plain
from shared.directory.tables import Organisation
from shared.many import insert_each, insert_many
from shared.question import ID, Question

NOTES = Table(
    "notes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("about", JSONB(none_as_null=True)),
    Column("title", Text, default="none"),
)
NOTE = insert(NOTES)
CORRECT = NOTE.on_conflict_do_update(index_elements=["id"], set_={"title": NOTE.excluded.title})
NAMED = Question(select(Organisation.slug).where(Organisation.id == ID))


@pytest.fixture
async def database(committed: Database) -> AsyncIterator[Database]:
    """With a table of notes, whose titles Python fills where nobody does."""
    async with committed.transaction() as session:
        await session.execute(text("CREATE TABLE notes (id int PRIMARY KEY, about jsonb, title text)"))
    yield committed
    async with committed.transaction() as session:
        await session.execute(text("DROP TABLE notes"))


async def notes(database: Database) -> list[tuple[Any, ...]]:
    """All of them."""
    async with database.transaction() as session:
        return [tuple(row) for row in await session.execute(select(NOTES).order_by(NOTES.c.id))]


async def test_after_a_flush_that_failed_nothing_is_said_outside_the_transaction(database: Database) -> None:
    async with database.sessions() as session:
        await (await plain(session)).execute("INSERT INTO notes (id) VALUES (1)")
        twice = [Organisation(id=new_id(), slug="mot", hierarchy="state", version=1) for _ in range(2)]
        session.add_all(twice)
        with pytest.raises(IntegrityError):
            await session.flush()
        with pytest.raises(PendingRollbackError):
            await plain(session)

    assert await notes(database) == []


async def test_after_a_savepoint_was_rolled_back_the_transaction_goes_on(database: Database) -> None:
    async with database.transaction() as session:
        await (await plain(session)).execute("INSERT INTO notes (id) VALUES (1)")
        nested = await session.begin_nested()
        await (await plain(session)).execute("INSERT INTO notes (id) VALUES (2)")
        await nested.rollback()
        await (await plain(session)).execute("INSERT INTO notes (id) VALUES (3)")

    assert [number for number, *_ in await notes(database)] == [1, 3]


async def test_a_session_that_is_used_again_is_in_a_transaction_again(database: Database) -> None:
    async with database.sessions() as session:
        await (await plain(session)).execute("INSERT INTO notes (id) VALUES (1)")
        await session.commit()
        await (await plain(session)).execute("INSERT INTO notes (id) VALUES (2)")
        await session.rollback()

    assert [number for number, *_ in await notes(database)] == [1]


@pytest.mark.parametrize("about", [[["a", "b"], ["c"]], {"a": [1]}, [], None])
async def test_many_rows_keep_what_each_holds(database: Database, about: Any) -> None:
    rows = [{"id": number, "about": about, "title": None} for number in (1, 2)]
    async with database.transaction() as session:
        await insert_many(session, NOTE, rows)

    assert await notes(database) == [(1, about, None), (2, about, None)]


async def test_the_last_of_a_row_that_comes_twice_holds(database: Database) -> None:
    rows = [{"id": 1, "about": None, "title": title} for title in ("một", "hai")]
    async with database.transaction() as session:
        await insert_each(session, CORRECT, rows)

    assert await notes(database) == [(1, None, "hai")]


@pytest.mark.parametrize("write", [insert_many, insert_each])
async def test_a_value_that_is_missing_is_refused_and_never_null(database: Database, write: Any) -> None:
    async with database.transaction() as session:
        with pytest.raises(ValueError, match="title"):
            await write(session, NOTE, [{"id": 1, "about": None}])
        with pytest.raises(KeyError, match="title"):
            await write(session, NOTE, [{"id": 1, "title": "một"}, {"id": 2}])
        with pytest.raises(KeyError, match="id"):
            await NAMED.rows(session, identity=new_id())

    assert await notes(database) == []
