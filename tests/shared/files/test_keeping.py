"""Keeping: a file belongs to one thing, and what belongs to nothing is swept after a day."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from shared.clock import now
from shared.db import Database, new_id
from shared.files import actions
from shared.files.directory import DirectoryStore
from shared.files.tables import File
from tests.shared.files.people import Person, code, kept


async def test_completed_files_attach_in_the_order_given_and_again(mai: Person, committed: Database, me: UUID) -> None:
    files, nomination = [await mai.completed() for _ in range(3)], new_id()
    wanted = [files[2], files[0]]

    for _ in range(2):
        async with committed.transaction() as session:
            attached = await actions.attach(session, wanted, to=nomination, by=me)
        assert [(file.id, file.attached_to) for file in attached] == [(file_id, nomination) for file_id in wanted]


async def test_a_file_that_is_not_completed_does_not_attach(mai: Person, committed: Database, me: UUID) -> None:
    told = (await mai.announce()).json()

    async with committed.sessions() as session:
        with pytest.raises(actions.FileNotCompleted):
            await actions.attach(session, [UUID(told["id"])], to=new_id(), by=me)


async def test_somebody_elses_file_does_not_attach(mai: Person, committed: Database) -> None:
    file_id = await mai.completed()

    async with committed.sessions() as session:
        with pytest.raises(actions.FileNotFound):
            await actions.attach(session, [file_id], to=new_id(), by=new_id())
        with pytest.raises(actions.FileNotFound):
            await actions.attach(session, [new_id()], to=new_id(), by=new_id())


async def test_a_file_belongs_to_one_thing_even_in_a_race(mai: Person, committed: Database, me: UUID) -> None:
    file_id, first = await mai.completed(), new_id()

    async def attach_elsewhere() -> None:
        async with committed.transaction() as session:
            await actions.attach(session, [file_id], to=new_id(), by=me)

    async with committed.transaction() as session:
        await actions.attach(session, [file_id], to=first, by=me)
        await session.flush()
        second = asyncio.create_task(attach_elsewhere())
        await asyncio.sleep(0.2)  # it has asked for the row by now

    with pytest.raises(actions.FileAttachedElsewhere):
        await second
    async with committed.sessions() as session:
        assert (await session.get_one(File, file_id)).attached_to == first


async def test_attaching_again_by_a_colleague_keeps_what_belongs_there(
    mai: Person, committed: Database, me: UUID
) -> None:
    file_id, nomination = await mai.completed(), new_id()
    async with committed.transaction() as session:
        await actions.attach(session, [file_id], to=nomination, by=me)

    async with committed.transaction() as session:
        attached = await actions.attach(session, [file_id], to=nomination, by=new_id())

    assert [file.id for file in attached] == [file_id]


async def older(database: Database, file_id: UUID, hours: int) -> None:
    async with database.transaction() as session:
        await session.execute(
            update(File).where(File.id == file_id).values(created_at=now() - timedelta(hours=hours, seconds=1))
        )


async def left(database: Database) -> set[UUID]:
    async with database.sessions() as session:
        return set(await session.scalars(select(File.id)))


async def test_what_nothing_uses_is_swept_after_a_day_bytes_and_all(
    mai: Person, committed: Database, store: DirectoryStore, me: UUID
) -> None:
    unused, used, let_go, young = [await mai.completed() for _ in range(4)]
    never_uploaded = UUID((await mai.announce()).json()["id"])
    nomination = new_id()
    async with committed.transaction() as session:
        await actions.attach(session, [used, let_go], to=nomination, by=me)
    async with committed.transaction() as session:
        await actions.let_go(session, of=nomination, keep=[used])
    for file_id in (unused, used, let_go, never_uploaded):
        await older(committed, file_id, 24)
    await older(committed, young, 23)

    swept = await actions.sweep(committed, store, now())

    assert swept == 3
    assert await left(committed) == {used, young}
    assert kept(store) == sorted([str(used), str(young)])


async def test_two_sweepers_at_once_do_no_harm(mai: Person, committed: Database, store: DirectoryStore) -> None:
    for _ in range(5):
        await older(committed, await mai.completed(), 25)

    counts = await asyncio.gather(*(actions.sweep(committed, store, now()) for _ in range(3)))

    assert await left(committed) == set()
    assert kept(store) == []
    assert sum(counts) >= 5


async def test_a_file_being_swept_is_not_there_for_anybody(mai: Person, committed: Database, me: UUID) -> None:
    file_id = await mai.completed()
    async with committed.transaction() as session:
        await session.execute(update(File).values(sweeping_at=now()))

    async with committed.sessions() as session:
        with pytest.raises(actions.FileNotFound):
            await actions.attach(session, [file_id], to=new_id(), by=me)
    assert code(await mai.read(str(file_id))) == (404, "not-found")
    assert code(await mai.complete(str(file_id))) == (404, "file-not-found")


async def test_a_store_that_cannot_be_written_is_unavailable_and_waits_for_the_next_sweep(
    mai: Person, committed: Database, store: DirectoryStore
) -> None:
    file_id = await mai.completed()
    await older(committed, file_id, 25)
    blocked = store.folder.rename(store.folder.with_name("elsewhere"))
    store.folder.write_text("not a folder")

    told = (await mai.announce()).json()
    answer = await mai.post(told["upload"])
    swept = await actions.sweep(committed, store, now())
    healthy = await store.healthy()
    store.folder.unlink()
    blocked.rename(store.folder)

    assert (code(answer), swept, healthy) == ((503, "unavailable"), 0, False)
    assert await actions.sweep(committed, store, now()) == 1
