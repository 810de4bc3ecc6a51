"""Small functions with dull defaults: rows in an advanced state are made by walking actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions
from services.plans.actions import Directory
from services.plans.models import Duty, Plan
from services.plans.queries.duties import standing
from services.plans.terms import Bearers, Cadence, Deadline, Kind, Obligation, PlanPeriod, PlanTerms
from shared.auth import OPERATOR, Actor, HeldOffice, Role
from shared.clock import VIETNAM
from shared.db import new_id
from shared.events.nominations import NominationSubmitted
from shared.events.plans import DatedName, Edge, Heir, OfficeChanged, OrganisationChanged

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam
QUARTERLY = Deadline(rrule="FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5", strictly_before=True)


def at(text: str) -> datetime:
    """An instant in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def body(
    slug: str,
    *,
    above: UUID | None = None,
    edges: Iterable[Edge] = (),
    heir: UUID | None = None,
    valid_to: date | None = None,
    key: UUID | None = None,
) -> OrganisationChanged:
    """An organisation called by its slug."""
    command = [Edge(type="line_of_command", to_id=above)] if above else []
    return OrganisationChanged(
        organisation_id=key or new_id(),
        slug=slug,
        hierarchy="state",
        names=[DatedName(name=slug.title())],
        edges=[*command, *edges],
        heirs=[Heir(organisation_id=heir)] if heir else [],
        valid_to=valid_to,
    )


def office(person_id: UUID, organisation_id: UUID, role: Role, **given: Any) -> OfficeChanged:
    """An office since 2020."""
    values: dict[str, Any] = {"person_name": "Mai", "from_on": date(2020, 1, 1), **given}
    return OfficeChanged(
        office_id=given.pop("office_id", None) or new_id(),
        person_id=person_id,
        organisation_id=organisation_id,
        role=role.value,
        **{name: value for name, value in values.items() if name != "office_id"},
    )


def actor(*offices: tuple[UUID, Role], key: UUID | None = None) -> Actor:
    """A person with these offices today."""
    return Actor("person", key or new_id(), "Mai", tuple(HeldOffice(body, role) for body, role in offices))


def officer(issuer_id: UUID) -> Actor:
    """A plan officer."""
    return actor((issuer_id, Role.PLAN_OFFICER))


async def put_in(session: AsyncSession, *bodies: OrganisationChanged) -> None:
    """Organisations by the operator's import."""
    await actions.import_directory(session, OPERATOR, Directory(bodies))


def obligation(**given: Any) -> Obligation:
    """Quarterly nomination, due before the 5th of the quarter's last month."""
    values: dict[str, Any] = {
        "id": new_id(),
        "label": "O2",
        "kind": Kind.NOMINATE,
        "cadence": Cadence.QUARTERLY,
        "minimum": 1,
        "deadline": QUARTERLY,
        **given,
    }
    return Obligation(**values)


def terms(issuer_id: UUID, *obligations: Obligation, **given: Any) -> PlanTerms:
    """An open-ended plan."""
    values: dict[str, Any] = {"title": "Tuyên truyền điển hình", "period": PlanPeriod(kind="open_ended"), **given}
    return PlanTerms(issuer_id=issuer_id, obligations=list(obligations), **values)


async def issued(session: AsyncSession, given: PlanTerms, *, now: datetime = NOW, opened: bool = True) -> Plan:
    """An issued plan with its duties opened, as the clock would."""
    by, key = officer(given.issuer_id), new_id()
    plan, _ = await actions.put_plan(session, by, key, given, version=None)
    plan = await actions.issue_plan(session, by, key, version=plan.version, now=now)
    if opened:
        await open_all(session, plan, now=now)
    return plan


async def open_all(session: AsyncSession, plan: Plan, *, now: datetime = NOW) -> None:
    """What the clock does for one plan."""
    while await actions.open_duties(session, plan.id, now=now):
        pass
    await session.flush()


async def duties_of(session: AsyncSession, plan: Plan) -> list[Duty]:
    """All standing duties of a plan, by period and body."""
    rows = select(Duty).where(Duty.plan_id == plan.id, standing())
    return list(await session.scalars(rows.order_by(Duty.period_start_on, Duty.label, Duty.organisation_id)))


async def the_duty(session: AsyncSession, plan: Plan, period: str = "2026-Q4") -> Duty:
    """The only duty of a period."""
    (duty,) = [duty for duty in await duties_of(session, plan) if duty.period_key == period]
    return duty


def submission(duty: Duty, **given: Any) -> NominationSubmitted:
    """A nomination that answers a duty, an hour ago."""
    values: dict[str, Any] = {
        "nomination_id": new_id(),
        "organisation_id": duty.organisation_id,
        "nominator_id": new_id(),
        "title": "Bà Nguyễn Thị Lan",
        "plan_id": duty.plan_id,
        "obligation_id": duty.obligation_id,
        "period_key": duty.period_key,
        "exemplar_id": new_id(),
        "subject_type": "individual",
        "submitted_at": NOW,
        "station_organisation_id": duty.to_id or new_id(),
        **given,
    }
    return NominationSubmitted(**values)


def bearing(*ids: UUID) -> Bearers:
    """These bodies owe."""
    return Bearers(organisation_ids=list(ids))


async def county(session: AsyncSession, units: int = 2) -> tuple[UUID, list[UUID]]:
    """A body and those below it."""
    top = body("ubnd")
    below = [body(f"don-vi-{n}", above=top.organisation_id) for n in range(units)]
    await put_in(session, top, *below)
    return top.organisation_id, sorted(unit.organisation_id for unit in below)


async def one_duty(session: AsyncSession, **given: object) -> tuple[Plan, Duty]:
    """A plan with one bearer, and its duty of the present quarter."""
    top, (unit,) = await county(session, 1)
    asked = obligation(bearers=bearing(unit), to_ids=[top], **given)
    plan = await issued(session, terms(top, asked))
    return plan, await the_duty(session, plan)


async def ruled(session: AsyncSession) -> tuple[OrganisationChanged, Actor]:
    """A body, and its administrator."""
    top = body("ubnd")
    await put_in(session, top)
    return top, actor((top.organisation_id, Role.ADMINISTRATOR))
