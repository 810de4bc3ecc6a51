"""A reading becomes a plan that binds, or the next version of the plan it amends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.actions.plans import amend_plan, issue_plan, put_plan
from services.plans.actions.readings.changing import to_change
from services.plans.confirming import Held, Source, assembled
from services.plans.models import Plan, PlanReading
from services.plans.queries import readings as queries
from services.plans.queries.whole_readings import Whole, whole
from services.plans.terms import Kind
from services.plans.workflow import State
from shared import audit
from shared.auth import Actor
from shared.errors import Conflict


class NotConfirmed(Conflict):
    """Leaves are still proposed. Params: `count`."""

    code = "reading-not-confirmed"


class LeafNotLinked(Conflict):
    """An obligation to nominate names a body that is linked to no organisation. Params: `words`."""

    code = "leaf-not-linked"


class PlanChangedMeanwhile(Conflict):
    """Another document has amended the plan since somebody last decided here, seeing the differences."""

    code = "plan-changed-meanwhile"


async def issue_reading(
    session: AsyncSession, actor: Actor, reading_id: UUID, *, version: int, at: datetime
) -> tuple[PlanReading, Plan]:
    """The plan binds from now on, and says what was confirmed and nothing else; or it amends one that binds.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible, NotConfirmed, LeafNotLinked, LeafMissing,
    PlanChangedMeanwhile, StatedTwice, PlanNotReady, PlanNumberTaken, NotKnownYet and what a wrong deadline raises.
    """
    row = await to_change(session, actor, reading_id, version=version, step="ban hành")
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
