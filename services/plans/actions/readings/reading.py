"""A document is read, once, and kept beside what was read of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.confirming import sketch
from services.plans.models import Plan, PlanReading
from services.plans.queries import lineages
from services.plans.queries import plans as plan_queries
from services.plans.queries import readings as queries
from services.plans.reading import Reading
from services.plans.reading.apart import APART
from services.plans.reading.page import composed
from services.plans.workflow import LABELS, State
from shared import audit
from shared.auth import Actor
from shared.clock import today
from shared.db import Database, new_id
from shared.errors import Conflict, NotAllowed, NotKnownYet, StepNotPossible
from shared.files import actions as files
from shared.files.actions import FileNotCompleted, FileNotFound
from shared.files.store import Store
from shared.files.tables import File


class ReadingIdTaken(Conflict):
    """The id chosen by the client is that of another document."""

    code = "reading-id-taken"


class Document(NamedTuple):
    """What is to be read: a completed file or a text; of which issuer; and the plan it amends, if it does."""

    id: UUID | None
    issuer_id: UUID
    file_id: UUID | None
    text: str | None
    amends_id: UUID | None


async def read_document(
    database: Database, store: Store, holder: Actor, *, document: Document, at: datetime
) -> tuple[PlanReading, bool]:
    """The reading, and whether it is new; the same document under the same id is kept once.

    No transaction is open while the file is fetched and read. A text under an id that is taken is read all the same
    unless it stands there letter by letter: only its reader knows what it keeps of it.

    Raises NotFound, NotAllowed, NotKnownYet, StepNotPossible, FileNotFound, FileNotCompleted, ReadingIdTaken,
    Unavailable, and what `APART.read` raises.
    """
    async with database.transaction() as session:
        await _check_may_bring(session, holder, document)
        known = await _known(session, document)
        if known is not None and _is_kept(known, document.text):
            return known, False
        file = await _file(session, holder, document)
    data = await store.read(file.key, limit_bytes=file.size_bytes) if file else (document.text or "").encode()
    read = await APART.read(data, file.name if file else "")
    row = _row(document, read, read_by=holder.id, read_at=at)
    async with database.transaction() as session:
        await _check_may_bring(session, holder, document)
        if (known := await _known(session, document)) is not None:
            if known.reading.text != read.text:
                raise ReadingIdTaken(pointer="#/id")
            return known, False
        await _keep(session, holder, row)
    return row, True


async def _check_may_bring(session: AsyncSession, holder: Actor, document: Document) -> None:
    """A plan officer of the issuer, and of the plan that it amends while that binds.

    Raises NotFound, NotAllowed, NotKnownYet, StepNotPossible.
    """
    actor = await permissions.in_office(session, holder)
    if not await lineages.known(session, [document.issuer_id]):
        raise NotKnownYet(id=str(document.issuer_id), pointer="#/issuer_id")
    permissions.check_may_plan(actor, document.issuer_id)
    if document.amends_id is not None:
        plan = await plan_queries.plan(session, document.amends_id)
        permissions.check_may_plan(actor, plan.issuer_id)
        standing = await lineages.standing_bodies(session, [plan.issuer_id], today())
        if document.issuer_id not in {plan.issuer_id, standing[plan.issuer_id]}:
            raise NotAllowed(pointer="#/issuer_id")
        if plan.state is not State.ISSUED:
            raise StepNotPossible(state=LABELS[plan.state], step="sửa đổi")


async def _known(session: AsyncSession, document: Document) -> PlanReading | None:
    """The reading that has this id already. Raises ReadingIdTaken."""
    if document.id is None:
        return None
    known = await queries.reading_if_any(session, document.id)
    if known is None and await session.get(Plan, document.id) is not None:
        raise ReadingIdTaken(pointer="#/id")
    told = (document.issuer_id, document.amends_id, document.file_id)
    if known is not None and (known.issuer_id, known.amends_id, known.file_id) != told:
        raise ReadingIdTaken(pointer="#/id")
    return known


def _is_kept(known: PlanReading, text: str | None) -> bool:
    """Whether this is plainly what was read; a file is the same by its id."""
    return text is None or composed(text) == known.reading.text


async def _file(session: AsyncSession, holder: Actor, document: Document) -> File | None:
    """Raises FileNotFound, FileNotCompleted."""
    if document.file_id is None:
        return None
    file = await session.get(File, document.file_id)
    if file is None or file.created_by != holder.id or file.sweeping_at is not None:
        raise FileNotFound(id=str(document.file_id))
    if file.completed_at is None:
        raise FileNotCompleted(name=file.name)
    return file


def _row(document: Document, read: Reading, *, read_by: UUID, read_at: datetime) -> PlanReading:
    return PlanReading(
        id=document.id or new_id(),
        **{name: getattr(document, name) for name in ("issuer_id", "amends_id", "file_id")},
        title=read.title.value if read.title else read.text.strip()[:200],
        reading=read,
        sketch=sketch(read.text),
        read_by=read_by,
        read_at=read_at,
        issued_at=None,
        version=1,
    )


async def _keep(session: AsyncSession, holder: Actor, row: PlanReading) -> None:
    plan = await session.get(Plan, row.amends_id) if row.amends_id else None
    row.amends_version = plan.version if plan else None
    session.add(row)
    if row.file_id:
        await files.attach(session, [row.file_id], to=row.id, by=holder.id)
    audit.note(session, holder, "read_plan", ("reading", row.id), organisation_id=row.issuer_id)
