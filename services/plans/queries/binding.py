"""What binds once a plan is issued: each obligation with whom it meets today, and the next instant by which."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.deadlines import due_before, once
from services.plans.models import Plan
from services.plans.periods import period_after, period_of, quarter_of, wave_period, year_of
from services.plans.queries import lineages
from services.plans.queries.lineages import among
from services.plans.terms import PERIODIC, Bearers, Cadence, EdgeType, Obligation, PlanTerms
from services.plans.workflow import State
from shared.clock import day
from shared.directory.queries import names_on
from shared.errors import Invalid
from shared.events import Period

AHEAD = 6  # periods looked at: a turn that comes once a year is found, whichever quarter it is
SECOND = timedelta(seconds=1)
MOST_PLANS = 100
UNNAMED = "cơ quan chưa rõ tên"


class Bound(NamedTuple):
    """One obligation: whom it meets today, and the last second of its next period (none: it is over, or open)."""

    obligation: Obligation
    bearers: list[str]
    to: list[str]
    via: str | None
    then_to: str | None
    last_second: datetime | None


async def binding(session: AsyncSession, plan: Plan, *, at: datetime) -> list[Bound]:
    """With what a turn takes over filled in. A few statements for each rule of bearers, one more in all."""
    today = day(at)
    obligations = [plan.terms.effective(each)[0] for each in plan.terms.obligations]
    ruled = {(each.bearers.edge_type, each.bearers.of_id) for each in obligations}
    met = {rule: await _met(session, *rule, today) for rule in ruled}
    bearing = {
        each.id: met[each.bearers.edge_type, each.bearers.of_id].union(each.bearers.organisation_ids)
        for each in obligations
    }
    named = {body for each in obligations for body in (*each.to_ids, each.via_id, each.then_to_id) if body}
    names = await names_on(session, named.union(*bearing.values()), today)
    issued_on = day(plan.issued_at or at)
    return [
        Bound(
            obligation=each,
            bearers=sorted(names.get(body, UNNAMED) for body in bearing[each.id]),
            to=[names.get(body, UNNAMED) for body in each.to_ids],
            via=names.get(each.via_id, UNNAMED) if each.via_id else None,
            then_to=names.get(each.then_to_id, UNNAMED) if each.then_to_id else None,
            last_second=last_second(plan.terms, each, issued_on=issued_on, at=at),
        )
        for each in obligations
    ]


async def _met(session: AsyncSession, edge_type: EdgeType | None, of_id: UUID | None, today: date) -> set[UUID]:
    return await lineages.bearers_on(session, Bearers(edge_type=edge_type, of_id=of_id), today)


def last_second(terms: PlanTerms, obligation: Obligation, *, issued_on: date, at: datetime) -> datetime | None:
    """The next one that is still to come; none where no deadline can be told, or the plan is over."""
    try:
        dues = [
            due_before(obligation, period) for period in _periods(terms, obligation, issued_on=issued_on, today=day(at))
        ]
    except Invalid:
        return None
    return min((due - SECOND for due in dues if due > at), default=None)


def _periods(terms: PlanTerms, obligation: Obligation, *, issued_on: date, today: date) -> Iterator[Period]:
    cadence = obligation.cadence
    if cadence is Cadence.ONCE:
        yield once(terms, obligation, issued_on)
    elif cadence is Cadence.AFTER_EACH_WAVE:
        yield from map(wave_period, terms.waves)
    elif cadence in PERIODIC:
        period = period_of(cadence, period_of(cadence, today).start_on - timedelta(days=1))
        for _ in range(AHEAD):
            if terms.period.covers(year_of(period)) and obligation.quarter in {None, quarter_of(period)}:
                yield period
            period = period_after(cadence, period)


async def issued_plans(session: AsyncSession, issuers: Collection[UUID]) -> Sequence[Plan]:
    """Those of these issuers that bind today, the newest first; of very many the newest hundred."""
    rows = select(Plan).where(among(Plan.issuer_id, issuers), Plan.state == State.ISSUED)
    return (await session.scalars(rows.order_by(Plan.issued_at.desc(), Plan.id).limit(MOST_PLANS))).all()
