"""Reads of plans."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.models import Movement, Plan, PlanReading, PlanVersion
from services.plans.queries.lineages import among, known
from services.plans.terms import PlanTerms
from services.plans.workflow import State
from shared.directory.tables import Organisation
from shared.errors import NotFound
from shared.text import fold


async def plan_to_change(session: AsyncSession, plan_id: UUID) -> Plan | None:
    """Locked."""
    return await session.get(Plan, plan_id, with_for_update=True, populate_existing=True)


async def plan(session: AsyncSession, plan_id: UUID) -> Plan:
    """Raises NotFound."""
    found = await session.get(Plan, plan_id)
    if found is None:
        raise NotFound
    return found


async def plans(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Plan]:
    """By id."""
    rows = await session.scalars(select(Plan).where(among(Plan.id, ids)))
    return {row.id: row for row in rows}


async def plan_to_open(session: AsyncSession, plan_id: UUID, day: date) -> Plan | None:
    """Locked; None when it has been looked at for this day, or another process is at it.

    The plan's row itself is waited for: skipping it would let a stream of nominations keep its duties from opening.
    """
    turn = func.pg_try_advisory_xact_lock(func.hashtextextended(str(plan_id), 0))
    if not await session.scalar(select(turn)):
        return None
    statement = select(Plan).where(Plan.id == plan_id, *_unlooked(day))
    return await session.scalar(statement.with_for_update().execution_options(populate_existing=True))


async def plans_to_open(session: AsyncSession, day: date) -> Sequence[UUID]:
    """Issued plans whose duties have not been looked at for this day."""
    rows = await session.scalars(select(Plan.id).where(*_unlooked(day)).order_by(Plan.id))
    return rows.all()


def _unlooked(day: date) -> tuple[ColumnElement[bool], ...]:
    return (Plan.state == State.ISSUED, or_(Plan.duties_as_of.is_(None), Plan.duties_as_of < day))


async def hold_plan(session: AsyncSession, plan_id: UUID) -> None:
    """Whoever opens this plan's duties waits until we have counted, and we until he has opened them."""
    await session.execute(select(Plan.id).where(Plan.id == plan_id).with_for_update(read=True))


async def has_reading(session: AsyncSession, plan_id: UUID) -> bool:
    """Whether it was confirmed from a document that was read."""
    return await session.scalar(select(PlanReading.id).where(PlanReading.id == plan_id)) is not None


async def lock_issuer(session: AsyncSession, issuer_id: UUID) -> None:
    """Two plans of one issuer must not take one number at once."""
    await session.execute(select(Organisation.id).where(Organisation.id == issuer_id).with_for_update(key_share=True))


async def same_code(session: AsyncSession, plan_id: UUID, terms: PlanTerms) -> bool:
    """Whether another plan of this issuer and year has this number and symbol."""
    if not (terms.date and terms.number and terms.symbol):
        return False
    others = and_(Plan.id != plan_id, Plan.state != State.WITHDRAWN, Plan.issuer_id == terms.issuer_id)
    code = and_(Plan.code_year == terms.date[:4], Plan.number == terms.number, Plan.symbol == terms.symbol)
    return await session.scalar(select(Plan.id).where(others, code).limit(1)) is not None


async def unknown_names(session: AsyncSession, terms: PlanTerms) -> list[tuple[UUID, str]]:
    """What the plan names that we do not have, with the place where it is named. Three statements."""
    bodies = list(_bodies(terms))
    missing = {key for key, _ in bodies} - await known(session, {key for key, _ in bodies})
    movements = set(await session.scalars(select(Movement.id).where(among(Movement.id, terms.movement_ids))))
    parents = [parent.plan_id for parent in terms.parents if parent.plan_id]
    there = set(await session.scalars(select(Plan.id).where(among(Plan.id, parents))))
    return [
        *((key, pointer) for key, pointer in bodies if key in missing),
        *((key, "#/movement_ids") for key in terms.movement_ids if key not in movements),
        *((key, "#/parents") for key in parents if key not in there),
    ]


def _bodies(terms: PlanTerms) -> Iterator[tuple[UUID, str]]:
    yield terms.issuer_id, "#/issuer_id"
    for place, o in enumerate(terms.obligations):
        fields: dict[str, Sequence[UUID | None]] = {
            "bearers": [*o.bearers.organisation_ids, o.bearers.of_id],
            "to_ids": o.to_ids,
            "via_id": [o.via_id],
            "then_to_id": [o.then_to_id],
        }
        for field, keys in fields.items():
            yield from ((key, f"#/obligations/{place}/{field}") for key in keys if key)


def plans_like(
    text: str | None, *, issuer_id: UUID | None, state: State | None, planning_for: Collection[UUID]
) -> Select[Plan]:
    """Plans by code or title, folded; drafts only of the issuers the reader plans for."""
    statement = select(Plan).where(or_(Plan.state != State.DRAFT, among(Plan.issuer_id, planning_for)))
    if text:
        statement = statement.where(Plan.search.contains(fold(text), autoescape=True))
    if issuer_id:
        statement = statement.where(Plan.issuer_id == issuer_id)
    return statement.where(Plan.state == state) if state else statement


def versions_of(plan_id: UUID) -> Select[PlanVersion]:
    """What the plan said when it was issued and after each amendment."""
    return select(PlanVersion).where(PlanVersion.plan_id == plan_id)
