"""Giving a person an office at an organisation, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.lineage import check_dates
from services.plans.queries import directory as queries
from shared import audit, road
from shared.auth import Actor
from shared.clock import today
from shared.conditional import check_version
from shared.directory.copies import keep_office
from shared.directory.tables import Office, Organisation
from shared.errors import Conflict, NotFound, NotKnownYet
from shared.events.plans import OfficeChanged, OrganisationChanged


class BodyNotStanding(Conflict):
    """The organisation does not exist on all days of the office. Params: `slug`."""

    code = "body-not-standing"


async def put_office(
    session: AsyncSession, actor: Actor, fact: OfficeChanged, *, version: int | None
) -> tuple[Office, bool]:
    """The office as given, and whether it is new. The same content again changes nothing.

    Raises NotAllowed, PreconditionRequired, PreconditionFailed, EndsBeforeStart, NotKnownYet, BodyNotStanding.
    """
    await queries.lock_directory(session)
    office = await office_to_change(session, fact.office_id)
    await permissions.check_may_give_office(session, actor, fact.person_id, fact.organisation_id, present=office)
    if office is not None and fact_of(office) == fact:
        return office, False
    if office is not None:
        check_version(office, version)
    bodies = await queries.organisation_rows(session, [fact.organisation_id])
    check_office(fact, bodies.get(fact.organisation_id))
    await keep(session, actor, fact, "put_office")
    return await session.get_one(Office, fact.office_id, populate_existing=True), office is None


async def revoke_office(session: AsyncSession, actor: Actor, office_id: UUID, *, version: int) -> Office:
    """Yesterday was its last day. Raises NotFound, NotAllowed, PreconditionFailed."""
    office = await office_to_change(session, office_id)
    if office is None:
        raise NotFound
    await permissions.check_may_revoke_office(session, actor, office)
    check_version(office, version)
    fact = fact_of(office).model_copy(update={"to_on": today() - timedelta(days=1)})
    await keep(session, actor, fact, "revoke_office")
    return await session.get_one(Office, office_id, populate_existing=True)


async def office_to_change(session: AsyncSession, office_id: UUID) -> Office | None:
    """Locked."""
    return await session.get(Office, office_id, with_for_update=True, populate_existing=True)


def fact_of(office: Office) -> OfficeChanged:
    """The office as its fact tells it."""
    return OfficeChanged(
        office_id=office.id,
        person_id=office.person_id,
        person_name=office.person_name,
        organisation_id=office.organisation_id,
        role=office.role,
        from_on=office.from_on,
        to_on=office.to_on,
    )


def check_office(fact: OfficeChanged, body: Organisation | OrganisationChanged | None) -> None:
    """Raises EndsBeforeStart, NotKnownYet, BodyNotStanding."""
    check_dates(fact)
    if body is None or body.slug is None:
        raise NotKnownYet(id=str(fact.organisation_id), pointer="#/organisation_id")
    begins = body.valid_from is None or body.valid_from <= fact.from_on
    lasts = body.valid_to is None or (fact.to_on is not None and fact.to_on <= body.valid_to)
    if not begins or not lasts:
        raise BodyNotStanding(pointer="#/organisation_id", slug=body.slug)


async def keep(session: AsyncSession, actor: Actor, fact: OfficeChanged, action: str) -> None:
    """Writes, notes and announces an office that was checked."""
    await keep_office(session, fact)
    audit.note(
        session,
        actor,
        action,
        ("office", fact.office_id),
        organisation_id=fact.organisation_id,
        fields=[name for name in type(fact).model_fields if name != "office_id"],
    )
    road.record(session, fact)
