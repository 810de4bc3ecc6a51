"""A document on its way to a plan: read, decided on leaf by leaf, issued; or discarded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.actions.plans import amend_plan, issue_plan, put_plan
from services.plans.confirming import Decision, Held, Source, Standing, assembled, sketch
from services.plans.confirming.holding import read_value
from services.plans.confirming.leaves import KEPT, is_key
from services.plans.confirming.values import plain
from services.plans.models import LeafDecision, Plan, PlanReading
from services.plans.queries import lineages
from services.plans.queries import plans as plan_queries
from services.plans.queries import readings as queries
from services.plans.queries.whole_readings import Whole, whole
from services.plans.reading.apart import APART
from services.plans.reading.page import composed
from services.plans.terms import Kind
from services.plans.workflow import LABELS, State
from shared import audit
from shared.auth import Actor
from shared.clock import today
from shared.conditional import check_version
from shared.db import Database, new_id
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, NotKnownYet, StepNotPossible
from shared.files import actions as files
from shared.files.actions import FileNotCompleted, FileNotFound
from shared.files.store import Store
from shared.files.tables import File

DEEDS = {
    Standing.CONFIRMED: "confirm_leaves",
    Standing.CORRECTED: "correct_leaves",
    Standing.DISMISSED: "dismiss_leaves",
}


class ReadingIdTaken(Conflict):
    """The id chosen by the client is that of another document."""

    code = "reading-id-taken"


class LeafUnknown(Invalid):
    """No leaf of this reading, and none that could be added. Params: `key`."""

    code = "leaf-unknown"


class NothingRead(Invalid):
    """Confirmed is only what was read, and what a plan can hold. Params: `key`."""

    code = "leaf-nothing-read"


class NotConfirmed(Conflict):
    """Leaves are still proposed. Params: `count`."""

    code = "reading-not-confirmed"


class LeafNotLinked(Conflict):
    """An obligation to nominate names a body that is linked to no organisation. Params: `words`."""

    code = "leaf-not-linked"


class PlanChangedMeanwhile(Conflict):
    """Another document has amended the plan since somebody last decided here, seeing the differences."""

    code = "plan-changed-meanwhile"


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
        known = await _known(session, holder, document)
        if known is not None and _is_kept(known, document.text):
            return known, False
        file = await _file(session, holder, document)
    data = await store.read(file.key, limit_bytes=file.size_bytes) if file else (document.text or "").encode()
    read = await APART.read(data, file.name if file else "")
    row = PlanReading(
        id=document.id or new_id(),
        **{name: getattr(document, name) for name in ("issuer_id", "amends_id", "file_id")},
        title=read.title.value if read.title else read.text.strip()[:200],
        reading=read,
        sketch=sketch(read.text),
        read_by=holder.id,
        read_at=at,
        issued_at=None,
        version=1,
    )
    async with database.transaction() as session:
        if (known := await _known(session, holder, document)) is not None:
            if known.reading.text != read.text:
                raise ReadingIdTaken(pointer="#/id")
            return known, False
        await _keep(session, holder, row)
    return row, True


async def decide(
    session: AsyncSession, actor: Actor, reading_id: UUID, decisions: Sequence[Decision], *, version: int, at: datetime
) -> PlanReading:
    """Each leaf named is confirmed, corrected or dismissed; what the machine read stays beside it.

    An entry that a person added is gone when it is dismissed. Raises NotFound, NotAllowed, PreconditionFailed,
    StepNotPossible, LeafUnknown, NothingRead, NotKnownYet.
    """
    row = await _to_change(session, actor, reading_id, version=version, step="sửa bản đọc")
    found = await whole(session, row)
    await _check_known(session, decisions)
    for place, decision in enumerate(decisions):
        _check(decision, found.leaves.get(decision.key), pointer=f"#/decisions/{place}")
        _put(session, actor, found, decision=decision, at=at)
    row.amends_version = found.before.version if found.before else None  # the answer shows what differs from that
    row.version += 1
    _note_decisions(session, actor, row, decisions)
    await session.flush()
    return row


async def issue_reading(
    session: AsyncSession, actor: Actor, reading_id: UUID, *, version: int, at: datetime
) -> tuple[PlanReading, Plan]:
    """The plan binds from now on, and says what was confirmed and nothing else; or it amends one that binds.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible, NotConfirmed, LeafNotLinked, LeafMissing,
    PlanChangedMeanwhile, StatedTwice, PlanNotReady, PlanNumberTaken, NotKnownYet and what a wrong deadline raises.
    """
    row = await _to_change(session, actor, reading_id, version=version, step="ban hành")
    found = await whole(session, row)
    _check_decided(found.leaves)
    _check_linked(found.leaves)
    _check_unchanged(found)
    terms = assembled(found.leaves, await _source(session, found))
    if found.before is None:
        plan, _ = await put_plan(session, actor, row.plan_id, terms, version=None, document_of=row.id)
        plan = await issue_plan(session, actor, plan.id, version=plan.version, now=at)
    else:
        plan = await amend_plan(
            session, actor, row.plan_id, terms, version=found.before.version, now=at, document_of=row.id
        )
    row.issued_at = at
    row.version += 1
    audit.note(session, actor, "issue_reading", ("reading", row.id), organisation_id=row.issuer_id)
    return row, plan


async def discard_reading(session: AsyncSession, actor: Actor, reading_id: UUID, *, version: int) -> None:
    """Nothing of it stays but the audit; its file will be swept.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible.
    """
    row = await _to_change(session, actor, reading_id, version=version, step="bỏ bản đọc")
    await files.let_go(session, of=row.id)
    audit.note(session, actor, "discard_reading", ("reading", row.id), organisation_id=row.issuer_id)
    await session.delete(row)
    await session.flush()


async def _known(session: AsyncSession, holder: Actor, document: Document) -> PlanReading | None:
    """Raises NotFound, NotAllowed, NotKnownYet, StepNotPossible, ReadingIdTaken."""
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
    known = await queries.reading_if_any(session, document.id) if document.id else None
    if known is None and document.id:
        plan_of_that_id = await session.get(Plan, document.id)
        if plan_of_that_id is not None:
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


async def _keep(session: AsyncSession, holder: Actor, row: PlanReading) -> None:
    plan = await session.get(Plan, row.amends_id) if row.amends_id else None
    row.amends_version = plan.version if plan else None
    session.add(row)
    if row.file_id:
        await files.attach(session, [row.file_id], to=row.id, by=holder.id)
    audit.note(session, holder, "read_plan", ("reading", row.id), organisation_id=row.issuer_id)


async def _to_change(session: AsyncSession, actor: Actor, reading_id: UUID, *, version: int, step: str) -> PlanReading:
    row = await queries.reading_to_change(session, reading_id)
    if row is None:
        raise NotFound
    actor = await permissions.with_inherited(session, actor)
    await permissions.check_may_read_reading(session, actor, row)
    permissions.check_may_plan(actor, row.issuer_id)
    check_version(row, version)
    if row.issued_at is not None:
        raise StepNotPossible(state=LABELS[State.ISSUED], step=step)
    return row


def _check(decision: Decision, leaf: Held | None, *, pointer: str) -> None:
    """Raises LeafUnknown, NothingRead."""
    read = leaf.read if leaf else None
    kept = decision.key.startswith(f"{KEPT}/")
    added = kept or not is_key(decision.key)
    if kept and decision.standing is Standing.CORRECTED:
        raise NothingRead(pointer=f"{pointer}/standing", key=decision.key)
    if leaf is None and (added or decision.standing is not Standing.CORRECTED):
        raise LeafUnknown(pointer=f"{pointer}/key", key=decision.key)
    if decision.standing is Standing.CONFIRMED and read_value(decision.key, read) is None:
        raise NothingRead(pointer=f"{pointer}/standing", key=decision.key)


async def _check_known(session: AsyncSession, decisions: Sequence[Decision]) -> None:
    """Raises NotKnownYet."""
    named: dict[UUID, str] = {}
    movements: dict[UUID, str] = {}
    for place, decision in enumerate(decisions):
        links, pointer = decision.links, f"#/decisions/{place}/links"
        bodies = [*links.bearers.organisation_ids, links.bearers.of_id, *links.to_ids, links.via_id, links.then_to_id]
        named |= {body: pointer for body in bodies if body}
        movements |= {links.movement_id: pointer} if links.movement_id else {}
    unknown = named.keys() - await lineages.known(session, named.keys())
    unknown |= movements.keys() - await queries.movements_known(session, movements.keys())
    for key in sorted(unknown):
        raise NotKnownYet(id=str(key), pointer=(named | movements)[key])


def _put(session: AsyncSession, actor: Actor, found: Whole, *, decision: Decision, at: datetime) -> None:
    """A further row: what was said before stays to be read."""
    corrected = decision.standing is Standing.CORRECTED
    row = LeafDecision(
        reading_id=found.row.id,
        key=decision.key,
        standing=decision.standing,
        value=plain(decision.value) if corrected else None,
        links=decision.links,
        decided_by=actor.id,
        decided_at=at,
    )
    session.add(row)
    found.decisions[decision.key] = row


def _note_decisions(session: AsyncSession, actor: Actor, row: PlanReading, decisions: Collection[Decision]) -> None:
    for standing in Counter(decision.standing for decision in decisions):
        keys = [decision.key for decision in decisions if decision.standing is standing]
        subject = ("reading", row.id)
        audit.note(session, actor, DEEDS[standing], subject, organisation_id=row.issuer_id, fields=keys)


def _check_decided(leaves: Mapping[str, Held]) -> None:
    """Raises NotConfirmed."""
    proposed = [key for key, leaf in leaves.items() if leaf.standing is None]
    if proposed:
        raise NotConfirmed(pointer=f"#/leaves/{proposed[0]}", count=len(proposed))


def _check_linked(leaves: Mapping[str, Held]) -> None:
    """Every body that an obligation to nominate, or a turn, names is one we know. Raises LeafNotLinked."""
    for leaf in leaves.values():
        if leaf.family == "rotation" and leaf.holds and not leaf.links.bearers.stated:
            raise LeafNotLinked(pointer=f"#/leaves/{leaf.key}", words=leaf.value.unit)
        if leaf.family == "obligations" and leaf.holds and leaf.value.kind is Kind.NOMINATE:
            given, links = leaf.value, leaf.links
            then = given.then.to if given.then else None
            named = [
                (given.actor or "ai phải làm", links.bearers.stated),
                ("; ".join(given.to), len(set(links.to_ids)) >= len(set(given.to))),
                (given.via, links.via_id),
                (then, links.then_to_id),
            ]
            missing = [words for words, linked in named if words and not linked]
            if missing:
                raise LeafNotLinked(pointer=f"#/leaves/{leaf.key}", words=missing[0])


def _check_unchanged(found: Whole) -> None:
    """Raises PlanChangedMeanwhile."""
    plan = found.before
    if plan is not None and plan.state is State.ISSUED and plan.version != found.row.amends_version:
        raise PlanChangedMeanwhile(pointer="#/differences")


async def _source(session: AsyncSession, found: Whole) -> Source:
    row, before = found.row, found.before
    cited = await queries.plans_cited(session, found.cited())
    return Source(
        reading_id=row.id,
        issuer_id=row.issuer_id,
        file_id=row.file_id,
        parents={code: plan.id for code, plan in cited.items() if plan.id != row.plan_id},
        before=before.terms if before else None,
        same=found.same,
    )
