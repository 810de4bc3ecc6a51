"""Bytes that come with an ordinary form of a page: a file as any other, and gone at once when nothing came of it."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid4

import pytest

from shared.auth import Actor
from shared.db import Database
from shared.files import actions
from shared.files.directory import DirectoryStore, NotAsAnnounced
from shared.files.kinds import PDF, TEXT
from shared.files.tables import File

CONTENT = "Kế hoạch số 221/KH-UBND".encode()


@pytest.fixture
def who() -> Actor:
    return Actor("person", uuid4(), "Mai")


async def taken(
    database: Database, store: DirectoryStore, who: Actor, file_id: UUID, *, media_type: str = TEXT
) -> File:
    """The content as a file."""
    announced = actions.Announced("kh.txt", media_type, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    return await actions.take(
        database, store, who, data=CONTENT, announced=announced, service="shared", file_id=file_id
    )


async def test_what_came_with_a_form_is_a_completed_file(
    committed: Database, store: DirectoryStore, who: Actor
) -> None:
    file = await taken(committed, store, who, uuid4())

    assert await store.read(file.key, limit_bytes=1000) == CONTENT
    assert file.completed_at is not None


async def test_the_same_sent_twice_is_one_file(committed: Database, store: DirectoryStore, who: Actor) -> None:
    file_id = uuid4()

    files = [await taken(committed, store, who, file_id) for _ in range(2)]

    assert files[0].key == files[1].key


async def test_bytes_of_another_kind_are_refused_and_dropped(
    committed: Database, store: DirectoryStore, who: Actor
) -> None:
    file_id = uuid4()

    with pytest.raises(NotAsAnnounced):
        await taken(committed, store, who, file_id, media_type=PDF)
    await actions.drop(committed, store, who, file_id)

    async with committed.sessions() as session:
        assert await session.get(File, file_id) is None
    assert await store.examine(f"shared/{file_id}") is None


async def test_nobody_drops_what_is_anothers_or_belongs_to_something(
    committed: Database, store: DirectoryStore, who: Actor
) -> None:
    file = await taken(committed, store, who, uuid4())

    await actions.drop(committed, store, Actor("person", uuid4(), "Lan"), file.id)
    async with committed.transaction() as session:
        await actions.attach(session, [file.id], to=uuid4(), by=who.id)
    await actions.drop(committed, store, who, file.id)

    assert await store.read(file.key, limit_bytes=1000) == CONTENT
