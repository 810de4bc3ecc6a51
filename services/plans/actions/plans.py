"""The life of a plan: drafted, issued, amended by versions, closed or withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.actions import moving
from services.plans.actions.checking import check_issuable, check_terms
from services.plans.models import Plan, PlanVersion
from services.plans.queries import duties
from services.plans.queries import plans as queries
from services.plans.terms import PlanTerms
from services.plans.workflow import LABELS, State, Step, next_state
from shared import audit, road
from shared.auth import Actor
from shared.clock import day
from shared.conditional import check_version
from shared.errors import Conflict, NotFound, StepNotPossible
from shared.events.plans import PlanAmended, PlanFact, PlanIssued, PlanWithdrawn
from shared.files import actions as files
from shared.text import fold


class PlanIsRead(Conflict):
    """What was confirmed from a document changes by another document."""

    code = "plan-is-read"


async def put_plan(
    session: AsyncSession,
    actor: Actor,
    plan_id: UUID,
    terms: PlanTerms,
    *,
    version: int | None,
    document_of: UUID | None = None,
) -> tuple[Plan, bool]:
    """The draft as given, and whether it is new. The same content again changes nothing.

    `document_of` is the confirmed reading it comes from. Raises PlanIsRead, NotAllowed, PreconditionRequired,
    PreconditionFailed, StepNotPossible (it is no draft any more), and what `check_terms` raises.
    """
    await queries.lock_issuer(session, terms.issuer_id)
    plan = await queries.plan_to_change(session, plan_id)
    actor = await permissions.with_inherited(session, actor)
    permissions.check_may_plan(actor, terms.issuer_id)
    if plan is None:
        if document_of is None and await queries.has_reading(session, plan_id):
            raise PlanIsRead
        plan = _blank(plan_id)
        await _say(session, actor, plan, terms, "draft_plan", document_of=document_of)
        session.add(plan)
        return plan, True
    permissions.check_may_plan(actor, plan.issuer_id)
    if plan.terms == terms:
        return plan, False
    check_version(plan, version)
    if plan.state is not State.DRAFT:
        raise StepNotPossible(state=LABELS[plan.state], step="sửa dự thảo")
    await _say(session, actor, plan, terms, "draft_plan")
    return plan, False


async def issue_plan(session: AsyncSession, actor: Actor, plan_id: UUID, *, version: int, now: datetime) -> Plan:
    """The plan binds from now on; the clock opens its duties at once. A plan whose period is over is history.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible, PlanNotReady and what a wrong deadline raises.
    """
    plan = await _to_change(session, actor, plan_id, version)
    plan.state = next_state(plan.state, Step.ISSUE)
    await check_issuable(session, plan.terms, day(now))
    plan.issued_at = now
    _remember(session, actor, plan, "issue_plan", now)
    road.record(session, PlanIssued(**told(plan).model_dump()))
    return plan


async def amend_plan(
    session: AsyncSession,
    actor: Actor,
    plan_id: UUID,
    terms: PlanTerms,
    *,
    version: int,
    now: datetime,
    document_of: UUID | None = None,
) -> Plan:
    """A further version of an issued plan; the clock recomputes its open duties at once, the others stand.

    `document_of` is the confirmed reading it comes from. Raises NotFound, NotAllowed, PreconditionFailed,
    StepNotPossible, PlanIsRead, PlanNotReady and what `check_terms` raises.
    """
    actor = await permissions.with_inherited(session, actor)
    plan = await _to_change(session, actor, plan_id, version)
    permissions.check_may_plan(actor, terms.issuer_id)
    plan.state = next_state(plan.state, Step.AMEND)
    if document_of is None and await queries.has_reading(session, plan.id):
        raise PlanIsRead
    await _say(session, actor, plan, terms, "amend_plan", document_of=document_of)
    await check_issuable(session, terms, day(now))
    # looked at for yesterday: current and next periods are compared again, those long past are not opened
    plan.duties_as_of = plan.duties_as_of and min(plan.duties_as_of, date.fromordinal(day(now).toordinal() - 1))
    _remember(session, actor, plan, None, now)
    road.record(session, PlanAmended(**told(plan).model_dump()))
    return plan


async def close_plan(session: AsyncSession, actor: Actor, plan_id: UUID, *, version: int) -> Plan:
    """It opens no more duties; what is owed stays owed.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible.
    """
    plan = await _to_change(session, actor, plan_id, version)
    plan.state = next_state(plan.state, Step.CLOSE)
    plan.version += 1
    _note(session, actor, plan, "close_plan")
    return plan


async def withdraw_plan(session: AsyncSession, actor: Actor, plan_id: UUID, *, version: int, now: datetime) -> Plan:
    """It no longer binds, and its open duties fall away.

    Raises NotFound, NotAllowed, PreconditionFailed, StepNotPossible.
    """
    plan = await _to_change(session, actor, plan_id, version)
    plan.state = next_state(plan.state, Step.WITHDRAW)
    plan.version += 1
    for duty in await duties.open_duties_to_change(session, plan.id):
        moving.drop(session, duty, "Kế hoạch đã được thu hồi.", now=now)
    _note(session, actor, plan, "withdraw_plan")
    terms = plan.terms
    road.record(
        session,
        PlanWithdrawn(plan_id=plan.id, issuer_id=plan.issuer_id, code=terms.code, title=terms.title),
    )
    return plan


def told(plan: Plan) -> PlanFact:
    """What the facts of a plan say. A rotation is told with what it takes over."""
    terms = plan.terms
    whole = terms.date if terms.date and len(terms.date) == 10 else None
    return PlanFact(
        plan_id=plan.id,
        issuer_id=plan.issuer_id,
        code=terms.code,
        title=terms.title,
        issued_on=date.fromisoformat(whole) if whole else None,
        period_kind=terms.period.kind,
        start_on=terms.period.start_on,
        end_on=terms.period.end_on,
        movement_ids=terms.movement_ids,
        obligations=[terms.effective(obligation)[0].part() for obligation in terms.obligations],
    )


async def _to_change(session: AsyncSession, actor: Actor, plan_id: UUID, version: int) -> Plan:
    plan = await queries.plan_to_change(session, plan_id)
    if plan is None:
        raise NotFound
    actor = await permissions.with_inherited(session, actor)
    permissions.check_may_read_plan(actor, plan)
    permissions.check_may_plan(actor, plan.issuer_id)
    check_version(plan, version)
    return plan


def _blank(plan_id: UUID) -> Plan:
    return Plan(id=plan_id, state=State.DRAFT, issued_at=None, duties_as_of=None, version=0)


async def _say(
    session: AsyncSession, actor: Actor, plan: Plan, terms: PlanTerms, action: str, *, document_of: UUID | None = None
) -> None:
    """The plan says this from now on; its document belongs to it, or to the reading it was confirmed from."""
    await check_terms(session, plan.id, terms)
    if document_of is None:
        await files.let_go(session, of=plan.id, keep=[terms.file_id] if terms.file_id else [])
    if terms.file_id:
        await files.attach(session, [terms.file_id], to=document_of or plan.id, by=actor.id)
    plan.issuer_id, plan.terms = terms.issuer_id, terms
    plan.number, plan.symbol = terms.number, terms.symbol
    plan.code_year = terms.date[:4] if terms.date else None
    plan.search = fold(f"{terms.code or ''} {terms.title}")
    plan.version += 1
    _note(session, actor, plan, action)


def _remember(session: AsyncSession, actor: Actor, plan: Plan, action: str | None, now: datetime) -> None:
    """Keeps what the plan says from now on under its version's number."""
    plan.version += 1
    session.add(PlanVersion(plan_id=plan.id, number=plan.version, terms=plan.terms, issued_at=now))
    if action:
        _note(session, actor, plan, action)


def _note(session: AsyncSession, actor: Actor, plan: Plan, action: str) -> None:
    subject = ("plan", plan.id)
    audit.note(session, actor, action, subject, organisation_id=plan.issuer_id, fields=PlanTerms.model_fields)
