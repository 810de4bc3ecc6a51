"""Reads of duties and of what was counted towards them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.models import Duty, DutySource, Presentation
from services.plans.queries.lineages import among
from services.plans.workflow import DutyState
from shared.errors import NotFound
from shared.paging import Page, decode_for, keyset

DUE_ORDER = (Duty.due_before, Duty.id)


async def duty_to_change(session: AsyncSession, duty_id: UUID) -> Duty:
    """Locked. Raises NotFound."""
    duty = await session.get(Duty, duty_id, with_for_update=True, populate_existing=True)
    if duty is None:
        raise NotFound
    return duty


async def duty(session: AsyncSession, duty_id: UUID) -> Duty:
    """Raises NotFound."""
    found = await session.get(Duty, duty_id)
    if found is None:
        raise NotFound
    return found


def standing() -> ColumnElement[bool]:
    """Not what the system itself waived: that may come back."""
    return not_(and_(Duty.state == DutyState.WAIVED, Duty.waived_by.is_(None)))


async def shares_to_change(session: AsyncSession, obligation_id: UUID, period_key: str) -> Sequence[Duty]:
    """Every standing duty of an obligation and period, locked in order of id."""
    rows = select(Duty).where(Duty.obligation_id == obligation_id, Duty.period_key == period_key, standing())
    return (await session.scalars(_locked(rows))).all()


async def open_duties_to_change(session: AsyncSession, plan_id: UUID) -> Sequence[Duty]:
    """The open duties of a plan, locked in order of id."""
    rows = select(Duty).where(Duty.plan_id == plan_id, Duty.state == DutyState.OPEN)
    return (await session.scalars(_locked(rows))).all()


async def open_periods(session: AsyncSession, plan_id: UUID) -> list[tuple[UUID, str]]:
    """Obligation and period of a plan's open duties."""
    rows = select(Duty.obligation_id, Duty.period_key).distinct()
    found = await session.execute(rows.where(Duty.plan_id == plan_id, Duty.state == DutyState.OPEN))
    return [(obligation_id, key) for obligation_id, key in found]


async def duties_counting(
    session: AsyncSession, organisation_id: UUID, obligation_id: UUID, period_key: str
) -> Sequence[Duty]:
    """The duties towards which a nomination with these names counts, locked in order of id."""
    source = DutySource
    ids = select(source.duty_id).where(
        source.obligation_id == obligation_id,
        source.period_key == period_key,
        source.organisation_id == organisation_id,
    )
    return (await session.scalars(_locked(select(Duty).where(Duty.id.in_(ids))))).all()


async def duties_to_look_at(session: AsyncSession, now: datetime, limit: int) -> Sequence[Duty]:
    """Open duties with a mark or the due instant behind them, locked; those another clock holds are left to it."""
    rows = select(Duty).where(Duty.look_at <= now).order_by(Duty.look_at, Duty.id).limit(limit)
    rows = rows.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return (await session.scalars(rows)).all()


def _locked(rows: Select[Duty]) -> Select[Duty]:
    return rows.order_by(Duty.id).with_for_update().execution_options(populate_existing=True)


async def presented(session: AsyncSession, duty_ids: Collection[UUID]) -> dict[UUID, list[datetime]]:
    """For each duty when each exemplar was presented, in order: once each, at its earliest standing submission."""
    source, made = DutySource, Presentation
    when = func.min(made.submitted_at)
    rows = await session.execute(
        select(source.duty_id, when)
        .join(
            made,
            and_(
                made.obligation_id == source.obligation_id,
                made.period_key == source.period_key,
                made.organisation_id == source.organisation_id,
            ),
        )
        .where(among(source.duty_id, duty_ids), made.counts)
        .group_by(source.duty_id, made.exemplar_id)
        .order_by(when)
    )
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for duty_id, at in rows:
        found[duty_id].append(at)
    return found


async def presentations_of(session: AsyncSession, duty_id: UUID) -> Sequence[Presentation]:
    """What was presented towards a duty, returned and withdrawn ones too."""
    source, made = DutySource, Presentation
    named = and_(
        source.obligation_id == made.obligation_id,
        source.period_key == made.period_key,
        source.organisation_id == made.organisation_id,
    )
    rows = select(made).join(source, named).where(source.duty_id == duty_id)
    return (await session.scalars(rows.order_by(made.submitted_at, made.nomination_id))).all()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which duties: those that these bodies owe, and those of plans that these issue; of them only what is named."""

    owed_by: Collection[UUID]
    issued_by: Collection[UUID]
    states: Collection[DutyState] = ()
    organisation_id: UUID | None = None
    period_key: str | None = None
    plan_id: UUID | None = None
    among: Collection[UUID] | None = None  # of these bodies


async def duties_page(session: AsyncSession, wanted: Wanted, *, after: str | None, limit: int) -> Page[Duty]:
    """By due instant: the first of each body and state are a short walk of one index, however many there are."""
    heads = [select(*branch.order_by(*DUE_ORDER).limit(limit + 1).subquery().c) for branch in _branches(wanted, after)]
    if not heads:
        return Page([], None)
    both = union(*heads).subquery()
    first = select(both.c.id).order_by(both.c.due_before, both.c.id).limit(limit + 1)
    return await keyset(session, select(Duty).where(Duty.id.in_(first)), DUE_ORDER, after=after, limit=limit)


def _branches(wanted: Wanted, after: str | None) -> Iterator[Select[datetime, UUID]]:
    named: list[ColumnElement[bool]] = [standing()]
    for column, value in (
        (Duty.organisation_id, wanted.organisation_id),
        (Duty.period_key, wanted.period_key),
        (Duty.plan_id, wanted.plan_id),
    ):
        named += [column == value] if value is not None else []
    if wanted.among is not None:
        named.append(among(Duty.organisation_id, wanted.among))
    values = decode_for(DUE_ORDER, after) if after is not None else None
    of = [Duty.organisation_id == body for body in sorted(wanted.owed_by)]
    of += [Duty.issuer_id == body for body in sorted(wanted.issued_by)]
    for body in of:
        for state in sorted(set(wanted.states) or DutyState):
            branch = select(*DUE_ORDER).where(body, Duty.state == state, *named)
            yield branch if values is None else branch.where(tuple_(*DUE_ORDER) > tuple_(*values))


async def board_page(
    session: AsyncSession, plan_id: UUID, period_key: str | None, *, after: UUID | None, limit: int
) -> list[UUID]:
    """The next bodies that owe anything of a plan, by id."""
    rows = select(Duty.organisation_id).distinct().where(*_of_plan(plan_id, period_key))
    if after:
        rows = rows.where(Duty.organisation_id > after)
    return list(await session.scalars(rows.order_by(Duty.organisation_id).limit(limit)))


async def board_counts(
    session: AsyncSession, plan_id: UUID, period_key: str | None, bodies: Collection[UUID] | None
) -> list[tuple[UUID | None, DutyState, int]]:
    """How many duties each body has in each state; for the whole plan when `bodies` is None."""
    body = Duty.organisation_id
    if bodies is None:
        rows = select(Duty.state, func.count()).where(*_of_plan(plan_id, period_key)).group_by(Duty.state)
        return [(None, state, number) for state, number in await session.execute(rows)]
    each = select(body, Duty.state, func.count()).where(*_of_plan(plan_id, period_key), among(body, bodies))
    found = await session.execute(each.group_by(body, Duty.state).order_by(body))
    return [(organisation_id, state, number) for organisation_id, state, number in found]


def _of_plan(plan_id: UUID, period_key: str | None) -> list[ColumnElement[bool]]:
    where = [Duty.plan_id == plan_id, standing()]
    return [*where, Duty.period_key == period_key] if period_key else where


async def owed_by(session: AsyncSession, bodies: Collection[UUID]) -> dict[DutyState, int]:
    """How many duties these bodies have in each state."""
    rows = select(Duty.state, func.count()).where(among(Duty.organisation_id, bodies)).group_by(Duty.state)
    return dict((await session.execute(rows)).all())
