"""Reads of documents as they were read: one with its decisions, those of an issuer, and those that are alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Select, and_, any_, func, literal, or_, select, tuple_, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from services.plans.confirming import ALIKE, VALUES, Decision, likeness
from services.plans.confirming.leaves import family_of
from services.plans.models import LeafDecision, Movement, Plan, PlanReading
from services.plans.queries.lineages import among
from services.plans.workflow import State
from shared.directory.tables import Office, Organisation
from shared.errors import NotFound
from shared.text import fold

COMPARED = 20  # of those that share a run of words


class Twin(NamedTuple):
    """Another reading or plan that may be the same document: by its number, or by its words (`likeness` 0 to 1)."""

    id: UUID
    title: str
    code: str | None
    issued: bool
    likeness: float | None


async def reading_to_change(session: AsyncSession, reading_id: UUID) -> PlanReading | None:
    """Locked."""
    return await session.get(PlanReading, reading_id, with_for_update=True, populate_existing=True)


async def reading(session: AsyncSession, reading_id: UUID) -> PlanReading:
    """Raises NotFound."""
    found = await reading_if_any(session, reading_id)
    if found is None:
        raise NotFound
    return found


async def reading_if_any(session: AsyncSession, reading_id: UUID) -> PlanReading | None:
    """None where this is the id of something else, or of nothing."""
    return await session.get(PlanReading, reading_id)


async def decision_rows(session: AsyncSession, reading_id: UUID) -> dict[str, LeafDecision]:
    """The last of each leaf, by key."""
    rows = await session.scalars(
        select(LeafDecision).where(LeafDecision.reading_id == reading_id).order_by(LeafDecision.position)
    )
    return {row.key: row for row in rows}


def decided(row: LeafDecision) -> Decision:
    """As the rules take it."""
    value = None if row.value is None else VALUES[family_of(row.key)].validate_python(row.value)
    return Decision(row.key, row.standing, value, row.links)


def readings_of(issuers: Collection[UUID], *, issued: bool | None, plan_id: UUID | None) -> Select[PlanReading]:
    """Those of these issuers, without their text."""
    lines = select(PlanReading).options(defer(PlanReading.reading), defer(PlanReading.sketch))
    statement = lines.where(among(PlanReading.issuer_id, issuers))
    if plan_id is not None:
        statement = statement.where(or_(PlanReading.amends_id == plan_id, PlanReading.id == plan_id))
    if issued is None:
        return statement
    done = PlanReading.issued_at
    return statement.where(done.is_not(None) if issued else done.is_(None))


async def twins(session: AsyncSession, this: PlanReading, *, code: tuple[str, str, str] | None) -> list[Twin]:
    """What has this year, number and symbol at this issuer, and what has nearly these words. Three statements."""
    return [*await _numbered(session, this, code), *await _alike(session, this)]


async def _numbered(session: AsyncSession, this: PlanReading, code: tuple[str, str, str] | None) -> list[Twin]:
    if code is None:
        return []
    year, number, symbol = code
    bare = number.lstrip("0")  # «07» and «7» are one number
    rows = await session.execute(
        select(Plan.id, Plan.terms, Plan.state).where(
            and_(Plan.issuer_id == this.issuer_id, Plan.code_year == year),
            and_(func.ltrim(Plan.number, "0") == bare, Plan.symbol == symbol),
            and_(Plan.id != this.plan_id, Plan.state != State.WITHDRAWN),
        )
    )
    plans = [Twin(id_, terms.title, terms.code, state is not State.DRAFT, None) for id_, terms, state in rows]
    told = type_coerce(PlanReading.reading, JSONB)
    said = {name: told[name]["value"].astext for name in ("number", "symbol", "date")}
    waiting = await session.execute(
        select(PlanReading.id, PlanReading.title).where(
            and_(PlanReading.issuer_id == this.issuer_id, PlanReading.issued_at.is_(None), PlanReading.id != this.id),
            and_(func.ltrim(said["number"], "0") == bare, said["symbol"] == symbol, said["date"].startswith(year)),
        )
    )
    return [*plans, *(Twin(id_, title, f"{number}/{symbol}", False, None) for id_, title in waiting)]


async def _alike(session: AsyncSession, this: PlanReading) -> list[Twin]:
    """Only what shares a run is looked at, an index on the sketches finds it: first what shares most of them.

    What another issuer has not issued yet is nobody's business.
    """
    other = PlanReading
    runs = func.unnest(other.sketch).table_valued("run").render_derived()
    mine = literal(this.sketch, ARRAY(BigInteger()))
    shared = select(func.count()).select_from(runs).where(runs.c.run == any_(mine)).scalar_subquery()
    rows = await session.execute(
        select(other.id, other.title, other.issued_at, other.sketch)
        .where(other.sketch.overlap(this.sketch), other.id != this.id)
        .where(or_(other.issuer_id == this.issuer_id, other.issued_at.is_not(None)))
        .order_by(shared.desc(), other.id.desc())
        .limit(COMPARED)
    )
    found = [Twin(i, title, None, at is not None, likeness(this.sketch, sketch)) for i, title, at, sketch in rows]
    return sorted((twin for twin in found if (twin.likeness or 0) >= ALIKE), key=lambda t: -(t.likeness or 0))


async def plans_cited(session: AsyncSession, cited: Mapping[str, str]) -> dict[str, Plan]:
    """Issued plans by the code and day others cite them by («221/KH-UBND», `2020-09-28`).

    Every office numbers anew each year: without its day nobody can tell whose plan is meant. A code and day that two
    of them have is left out.
    """
    if not cited:
        return {}
    halves = [tuple(code.split("/", 1)) for code in cited if "/" in code]
    rows = await session.scalars(
        select(Plan).where(tuple_(Plan.number, Plan.symbol).in_(halves), Plan.state.in_([State.ISSUED, State.CLOSED]))
    )
    by_code: dict[str, list[Plan]] = {}
    for plan in rows:
        code = plan.terms.code or ""
        if plan.terms.date and plan.terms.date == cited[code]:
            by_code.setdefault(code, []).append(plan)
    return {code: plans[0] for code, plans in by_code.items() if len(plans) == 1}


async def movements_named(session: AsyncSession, names: Collection[str]) -> dict[str, UUID]:
    """The one entry whose name or alias, folded, is each of these `names`; where two are called so, none."""
    if not names:
        return {}
    like = or_(*(Movement.search.contains(name, autoescape=True) for name in names))
    called: dict[str, set[UUID]] = {}
    for entry, name, aliases in await session.execute(select(Movement.id, Movement.name, Movement.aliases).where(like)):
        for wording in (name, *aliases):
            called.setdefault(fold(wording), set()).add(entry)
    return {name: next(iter(found)) for name in names if len(found := called.get(name, set())) == 1}


async def movements_known(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Which of these are entries we have."""
    return set(await session.scalars(select(Movement.id).where(among(Movement.id, ids)))) if ids else set()


async def ends_of(session: AsyncSession, ids: Collection[UUID], *, before: date) -> dict[UUID, date]:
    """The last day of each of these that had ended by then."""
    if not ids:
        return {}
    rows = await session.execute(
        select(Organisation.id, Organisation.valid_to).where(
            among(Organisation.id, ids), Organisation.valid_to < before
        )
    )
    return {body: last for body, last in rows if last}


async def names_of_people(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """As the directory knows them."""
    rows = await session.execute(select(Office.person_id, Office.person_name).where(among(Office.person_id, ids)))
    return dict(rows.all())
