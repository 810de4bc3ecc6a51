"""Every change of a file's row: announced, completed after a look at the bytes, attached, let go, swept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Actor
from shared.clock import now
from shared.db import Database, new_id
from shared.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from shared.files.directory import NotAsAnnounced
from shared.files.kinds import is_what_it_says
from shared.files.looking import can_be_opened
from shared.files.store import Store
from shared.files.tables import File

UNATTACHED_KEPT = timedelta(hours=24)
SWEPT_AT_ONCE = 100


class FileNotFound(NotFound):
    """No such file, or somebody else's. Params: `id`."""

    code = "file-not-found"


class FileNotUploaded(Conflict):
    """Completion was asked for, but nothing lies in the store."""

    code = "file-not-uploaded"


class FileNotCompleted(Conflict):
    """Only a completed file can be attached. Params: `name`."""

    code = "file-not-completed"


class FileAttachedElsewhere(Conflict):
    """A file belongs to one thing only. Params: `name`."""

    code = "file-attached-elsewhere"


class FileIdTaken(Conflict):
    """The id chosen by the client is that of a file announced with other content."""

    code = "file-id-taken"


class FileTypeNotAllowed(Invalid):
    """This place takes no files of this type. Params: `allowed`."""

    code = "file-type-not-allowed"


class FileNotOpenable(Invalid):
    """Its pixels would fill a reader's memory, or it is no office document that a person can open. Params: `name`."""

    code = "file-not-openable"


@dataclass(frozen=True, slots=True)
class Announced:
    """What its owner says of a file before he sends it."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one place takes."""

    media_types: frozenset[str]
    limit_bytes: int

    def check(self, announced: Announced) -> None:
        """Raises FileTypeNotAllowed, TooLarge."""
        if announced.media_type not in self.media_types:
            raise FileTypeNotAllowed(pointer="#/media_type", allowed=", ".join(sorted(self.media_types)))
        if announced.size_bytes > self.limit_bytes:
            raise TooLarge(pointer="#/size_bytes", limit_bytes=self.limit_bytes)


async def announce(
    session: AsyncSession, actor: Actor, announced: Announced, *, service: str, file_id: UUID | None = None
) -> File:
    """A row for a file that is about to be uploaded; the same id and content again is the same file.

    Raises FileIdTaken.
    """
    file_id = file_id or new_id()
    values = {"id": file_id, "key": f"{service}/{file_id}", "created_by": actor.id, "created_at": now()}
    await session.execute(insert(File).values(**values, **asdict(announced)).on_conflict_do_nothing())
    file = await session.get_one(File, file_id)
    told = Announced(file.name, file.media_type, file.size_bytes, file.sha256)
    if told != announced or file.created_by != actor.id:
        raise FileIdTaken(pointer="#/id")
    return file


async def complete(database: Database, store: Store, actor: Actor, file_id: UUID) -> File:
    """The bytes are there and are what was announced. Two transactions, none open while the store is asked.

    Bytes of another kind are deleted. Raises FileNotFound, FileNotUploaded, NotAsAnnounced,
    FileNotOpenable, Unavailable.
    """
    async with database.transaction() as session:
        file = await _own(session, actor, file_id)
    if file.completed_at is not None:
        return file
    stored = await store.examine(file.key)
    if stored is None:
        raise FileNotUploaded
    as_announced = stored.size_bytes == file.size_bytes and stored.sha256 == file.sha256
    if not as_announced or not is_what_it_says(file.media_type, stored.first_bytes):
        await store.delete(file.key)
        raise NotAsAnnounced(pointer="#/file")
    if not can_be_opened(file.media_type, stored.first_bytes, stored.last_bytes):
        await store.delete(file.key)
        raise FileNotOpenable(pointer="#/file", name=file.name)
    async with database.transaction() as session:
        file = await _own(session, actor, file_id)
        file.completed_at = file.completed_at or now()
    return file


async def take(
    database: Database, store: Store, actor: Actor, *, data: bytes, announced: Announced, service: str, file_id: UUID
) -> File:
    """Bytes that came with an ordinary form become a completed file, judged as any other.

    The same id and content again is the same file. Raises FileIdTaken, NotAsAnnounced, FileNotOpenable, Unavailable.
    """
    async with database.transaction() as session:
        file = await announce(session, actor, announced, service=service, file_id=file_id)
    if file.completed_at is None:
        await store.put(file.key, data, media_type=announced.media_type)
    return await complete(database, store, actor, file.id)


async def drop(database: Database, store: Store, actor: Actor, file_id: UUID) -> None:
    """A file of his that nothing came of is gone at once, not with the next sweep. Raises Unavailable."""
    async with database.transaction() as session:
        mine = (File.id == file_id, File.created_by == actor.id, File.attached_to.is_(None))
        marked = await session.scalar(
            update(File).where(*mine).values(sweeping_at=func.coalesce(File.sweeping_at, now())).returning(File.key)
        )
    if marked is not None:
        await store.delete(marked)
        async with database.transaction() as session:
            await session.execute(delete(File).where(File.id == file_id))


async def _own(session: AsyncSession, actor: Actor, file_id: UUID) -> File:
    file = await session.get(File, file_id, with_for_update=True)
    if file is None or file.created_by != actor.id or file.sweeping_at is not None:
        raise FileNotFound(id=str(file_id))
    return file


async def attach(session: AsyncSession, file_ids: Sequence[UUID], *, to: UUID, by: UUID) -> list[File]:
    """These files of person `by` now belong to the row `to`, in the order given; some may do so already.

    Raises FileNotFound, FileNotCompleted, FileAttachedElsewhere. Locks the rows in order of id.
    """
    rows = await session.scalars(select(File).where(File.id.in_(set(file_ids))).order_by(File.id).with_for_update())
    known = {file.id: file for file in rows}
    return [_attached(known.get(file_id), file_id, to=to, by=by) for file_id in file_ids]


def _attached(file: File | None, file_id: UUID, *, to: UUID, by: UUID) -> File:
    if file is None or file.sweeping_at is not None or (file.attached_to != to and file.created_by != by):
        raise FileNotFound(id=str(file_id))
    if file.completed_at is None:
        raise FileNotCompleted(name=file.name)
    if file.attached_to not in {None, to}:
        raise FileAttachedElsewhere(name=file.name)
    file.attached_to = to
    return file


async def let_go(session: AsyncSession, *, of: UUID, keep: Iterable[UUID] = ()) -> None:
    """Files of the row `of`, but for those kept, belong to nothing again and will be swept."""
    await session.execute(
        update(File).where(File.attached_to == of, File.id.not_in(set(keep))).values(attached_to=None)
    )


async def sweep(database: Database, store: Store, moment: datetime) -> int:
    """Deletes what was attached to nothing for a day: bytes first, then rows. How many; up to 100 at once.

    A row marked for sweeping cannot be attached any more, so a crash or a second sweeper does no harm.
    """
    async with database.transaction() as session:
        due = (
            select(File.id)
            .where(File.attached_to.is_(None), File.created_at < moment - UNATTACHED_KEPT)
            .order_by(File.created_at)
            .limit(SWEPT_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        marking = (
            update(File)
            .where(File.id.in_(due))
            .values(sweeping_at=func.coalesce(File.sweeping_at, moment))
            .returning(File.id, File.key)
        )
        marked = (await session.execute(marking)).all()
    gone = await _delete_bytes(store, [(file_id, key) for file_id, key in marked])
    async with database.transaction() as session:
        await session.execute(delete(File).where(File.id.in_(gone)))
    return len(gone)


async def _delete_bytes(store: Store, keys: Sequence[tuple[UUID, str]]) -> list[UUID]:
    """Which of them are gone; when the store is away the others wait for the next sweep."""
    gone: list[UUID] = []
    with suppress(Unavailable):
        for file_id, key in keys:
            await store.delete(key)
            gone.append(file_id)
    return gone
