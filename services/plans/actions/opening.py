"""Opening duties and keeping open ones true to plan and directory: bearers, heirs, amounts, due instants.

Set-based: the number of statements does not grow with the number of bearers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import deadlines, periods, permissions
from services.plans.actions import heirs, moving
from services.plans.models import Duty, Plan
from services.plans.queries import duties as queries
from services.plans.queries import lineages, plans
from services.plans.terms import Cadence, Obligation
from services.plans.workflow import DutyState, State
from shared import audit, road
from shared.auth import SYSTEM, Actor
from shared.clock import day
from shared.conditional import check_version
from shared.db import new_id
from shared.errors import Conflict, Invalid, NotFound
from shared.events import Period
from shared.events.plans import DutyOpened

BATCH = 500


class NoSuchPeriod(Invalid):
    """The plan has no such period, or its duties open by themselves. Params: `period`."""

    code = "no-such-period"


class PlanNotInForce(Conflict):
    """Only an issued plan opens duties."""

    code = "plan-not-in-force"


@dataclass(frozen=True, slots=True)
class Share:
    """An obligation in one period. `fresh`: new duties may be opened for it."""

    obligation: Obligation
    period: Period
    fresh: bool = True


async def open_duties(session: AsyncSession, plan_id: UUID, *, now: datetime, batch: int = BATCH) -> bool:
    """Opens what is due to be opened of a plan and compares what is open with plan and directory, once a day.

    Whether there is more to do: at most `batch` duties are opened at once. Two processes never work on one plan.
    """
    today = day(now)
    plan = await plans.plan_to_open(session, plan_id, today)
    if plan is None:
        return False
    opened = 0
    for share in await _shares(session, plan, now):
        opened += await _reconcile(session, plan, share, now=now, room=batch - opened)
        if opened >= batch:
            return True
    plan.duties_as_of = today
    return False


async def open_earlier(
    session: AsyncSession, actor: Actor, plan_id: UUID, *, period_key: str, version: int, now: datetime
) -> int:
    """Duties of a period that was over before the plan was issued here; how many.

    Raises NotFound, NotAllowed, PreconditionFailed, PlanNotInForce, NoSuchPeriod.
    """
    plan = await plans.plan_to_change(session, plan_id)
    if plan is None:
        raise NotFound
    actor = await permissions.with_inherited(session, actor)
    permissions.check_may_read_plan(actor, plan)
    permissions.check_may_plan(actor, plan.issuer_id)
    check_version(plan, version)
    if plan.state is not State.ISSUED or plan.issued_at is None:
        raise PlanNotInForce
    found = [
        Share(obligation, period)
        for obligation in _counted(plan)
        if (period := _parsed(plan, obligation, period_key)) and period.end_on < day(plan.issued_at)
    ]
    if not found or plan.terms.period.over_by(day(plan.issued_at)):
        raise NoSuchPeriod(pointer="#/period_key", period=period_key)
    subject = ("plan", plan.id)
    audit.note(session, actor, "open_earlier", subject, organisation_id=plan.issuer_id, fields=["period_key"])
    return sum([await _reconcile(session, plan, share, now=now, room=100_000) for share in found])


def _counted(plan: Plan) -> Iterator[Obligation]:
    return (obligation for obligation in plan.terms.obligations if obligation.opens_duties)


def _parsed(plan: Plan, obligation: Obligation, key: str) -> Period | None:
    """The period of that key if the obligation has it."""
    if plan.issued_at is None or obligation.cadence is None:
        return None
    if obligation.cadence is Cadence.ONCE:
        return deadlines.once(plan.terms, obligation, day(plan.issued_at)) if key == periods.ONCE else None
    period = periods.parsed(obligation.cadence, key, plan.terms)
    return period if period and _its_turn(obligation, period) else None


def _its_turn(obligation: Obligation, period: Period) -> bool:
    return obligation.quarter in {None, periods.quarter_of(period)}


async def _shares(session: AsyncSession, plan: Plan, now: datetime) -> list[Share]:
    """The current and the next period of each obligation, those missed since we last looked, and what is still open.

    What is open of something the plan no longer asks for falls away here.
    """
    assert plan.issued_at is not None
    today = day(now)
    since = max(day(plan.issued_at), plan.duties_as_of or date.min)
    shares = [
        Share(obligation, period)
        for obligation in _counted(plan)
        for period in _in_force(plan, obligation, since=since, today=today)
        if _its_turn(obligation, period)
    ]
    listed = {(share.obligation.id, share.period.key) for share in shares}
    by_id = {obligation.id: obligation for obligation in _counted(plan)}
    for obligation_id, key in await queries.open_periods(session, plan.id):
        asked = by_id.get(obligation_id)
        period = _parsed(plan, asked, key) if asked else None
        if asked is None or period is None:
            await _drop_removed(session, obligation_id, key, now=now)
        elif (obligation_id, key) not in listed:
            shares.append(Share(asked, period, fresh=False))
    return shares


def _in_force(plan: Plan, obligation: Obligation, *, since: date, today: date) -> Iterator[Period]:
    assert plan.issued_at is not None
    assert obligation.cadence is not None
    if plan.terms.period.over_by(day(plan.issued_at)):
        return
    if obligation.cadence is Cadence.ONCE:
        period = deadlines.once(plan.terms, obligation, day(plan.issued_at))
        yield from [period] if period.end_on >= since else []
    elif obligation.cadence is Cadence.AFTER_EACH_WAVE:
        yield from periods.waves_in_force(plan.terms.waves, since, today)
    else:
        yield from periods.in_force(plan.terms, obligation.cadence, since=since, today=today)


async def _drop_removed(session: AsyncSession, obligation_id: UUID, period_key: str, *, now: datetime) -> None:
    for duty in await queries.shares_to_change(session, obligation_id, period_key):
        if duty.state is DutyState.OPEN:
            moving.drop(session, duty, "Kế hoạch sửa đổi không còn nhiệm vụ này.", now=now)


async def _reconcile(session: AsyncSession, plan: Plan, share: Share, *, now: datetime, room: int) -> int:
    """Duties of one obligation and period as plan and directory want them; how many were opened, at most `room`."""
    as_of = max(share.period.start_on, day(now))
    bearers = await lineages.bearers_on(session, share.obligation.bearers, share.period.start_on)
    existing = {
        duty.organisation_id: duty
        for duty in await queries.shares_to_change(session, share.obligation.id, share.period.key)
    }
    standing = await lineages.standing_bodies(session, bearers | existing.keys(), as_of)
    wanted: dict[UUID, set[UUID]] = defaultdict(set)
    for bearer in bearers:
        if body := standing[bearer]:
            wanted[body].add(bearer)
    more = heirs.hand_over(session, existing, wanted, standing, now=now)
    values = await _values(session, plan, share, wanted, as_of=as_of)
    changed = _adjust(existing, wanted, values, now=now)
    await heirs.forget_sources(session, changed)
    missing = [b for b in sorted(wanted) if b not in existing and not wanted[b] <= existing.keys()]
    fresh = [_opened(values[body], body, now) for body in missing[:room]] if share.fresh else []
    _announce(session, plan, share, fresh)
    more += [(duty, {duty.organisation_id, *wanted[duty.organisation_id]}) for duty in [*changed, *fresh]]
    await heirs.add_sources(session, more)
    await moving.settle(session, list({duty.id: duty for duty, _ in more}.values()), now=now)
    return len(fresh)


async def _values(
    session: AsyncSession, plan: Plan, share: Share, wanted: Iterable[UUID], *, as_of: date
) -> dict[UUID, dict[str, Any]]:
    """What a duty says, for each body that owes it."""
    obligation, taken = plan.terms.effective(share.obligation)
    named = [key for key in (*obligation.to_ids[:1], obligation.via_id) if key]
    standing = await lineages.standing_bodies(session, named, as_of)
    above = {} if obligation.to_ids else await lineages.superiors(session, list(wanted), as_of)
    same: dict[str, Any] = {
        "plan_id": plan.id,
        "plan_code": plan.terms.code,
        "issuer_id": plan.issuer_id,
        "obligation_id": obligation.id,
        "counting": [str(key) for key in plan.terms.counting_for(obligation)],
        "label": obligation.label,
        "kind": obligation.kind.value,
        "what": obligation.what,
        "period_key": share.period.key,
        "period_start_on": share.period.start_on,
        "period_end_on": share.period.end_on,
        "minimum": obligation.minimum or 1,
        "maximum": obligation.maximum,
        "due_before": deadlines.due_before(obligation, share.period),
        "via_id": standing.get(obligation.via_id) if obligation.via_id else None,
        "taken_over": taken,
    }
    to_id = standing[obligation.to_ids[0]] if obligation.to_ids else None
    return {body: {**same, "to_id": to_id or above.get(body)} for body in wanted}


def _opened(values: dict[str, Any], body: UUID, now: datetime) -> Duty:
    return Duty(
        id=new_id(),
        organisation_id=body,
        state=DutyState.OPEN,
        extended=False,
        counted=0,
        reached_at=None,
        marked=None,
        look_at=deadlines.next_look(values["due_before"], None, now),
        waived_by=None,
        reason=None,
        version=1,
        **values,
    )


def _announce(session: AsyncSession, plan: Plan, share: Share, fresh: list[Duty]) -> None:
    if fresh:
        session.add_all(fresh)
        road.record(session, *(DutyOpened(**moving.told(duty)) for duty in fresh))
        subject = ("plan", plan.id)
        audit.note(session, SYSTEM, "open_duties", subject, organisation_id=plan.issuer_id, fields=["duties"])


def _adjust(
    existing: dict[UUID, Duty],
    wanted: dict[UUID, set[UUID]],
    values: dict[UUID, dict[str, Any]],
    *,
    now: datetime,
) -> list[Duty]:
    """Open duties that said something else than plan and directory now do; an extension stands."""
    changed = []
    for body, duty in existing.items():
        if duty.state is not DutyState.OPEN or body not in wanted:
            continue
        kept = {"due_before"} if duty.extended else set()
        other = {n: v for n, v in values[body].items() if n not in kept and getattr(duty, n) != v}
        if other:
            changed.append(duty)
            for name, value in other.items():
                setattr(duty, name, value)
            duty.version += 1
        if "due_before" in other:
            duty.marked, duty.look_at = None, deadlines.next_look(duty.due_before, None, now)
    return changed
