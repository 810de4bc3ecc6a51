"""The directory from the command line: its very first entries, and a whole file of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.actions import channels, movements, offices, organisations
from services.plans.lineage import canonical, check_dates
from services.plans.models import Channel, Movement
from services.plans.queries import directory as queries
from services.plans.queries.lineages import among, known
from shared.auth import Actor, Role
from shared.directory.tables import Office, Organisation
from shared.errors import Conflict, NotKnownYet
from shared.events.plans import ChannelChanged, MovementChanged, OfficeChanged, OrganisationChanged


class DirectoryInUse(Conflict):
    """Somebody holds an office already: from now on administrators give offices."""

    code = "directory-in-use"


@dataclass(frozen=True, slots=True)
class Directory:
    """Entries of the directory, as their facts tell them."""

    organisations: Sequence[OrganisationChanged] = ()
    offices: Sequence[OfficeChanged] = ()
    channels: Sequence[ChannelChanged] = ()
    movements: Sequence[MovementChanged] = ()
    keepers: Mapping[UUID, UUID] = field(default_factory=dict)  # which body keeps a movement's entry, if any


@dataclass(slots=True)
class Imported:
    """How many entries were written; those already so are not."""

    organisations: int = 0
    offices: int = 0
    channels: int = 0
    movements: int = 0
    unchanged: int = field(default=0)


async def init_directory(
    session: AsyncSession, actor: Actor, organisation: OrganisationChanged, office: OfficeChanged
) -> None:
    """The first organisation and its first administrator, only while no office exists.

    Raises NotAllowed, DirectoryInUse, and what a wrong organisation or office raises.
    """
    permissions.check_may_operate(actor)
    await queries.lock_directory(session)
    if await queries.any_office(session):
        raise DirectoryInUse
    first = office.model_copy(update={"role": Role.ADMINISTRATOR.value})
    await import_directory(session, actor, Directory([organisation], [first]))


async def import_directory(session: AsyncSession, actor: Actor, given: Directory) -> Imported:
    """Everything in it is checked before anything is written; what is already so is left alone.

    Raises NotAllowed, NotKnownYet, SlugTaken, CycleInTree, BodyNotStanding and what a wrong entry raises.
    """
    permissions.check_may_operate(actor)
    await queries.lock_directory(session)
    given = replace(given, organisations=[canonical(o) for o in given.organisations])
    await organisations.check_organisations(session, given.organisations)
    await _check_offices(session, given)
    await _check_channels(session, given)
    done = Imported()
    await _keep_organisations(session, actor, given.organisations, done)
    await _keep_offices(session, actor, given.offices, done)
    await _keep_channels(session, actor, given.channels, done)
    await _keep_movements(session, actor, given, done)
    return done


async def _check_offices(session: AsyncSession, given: Directory) -> None:
    bodies: dict[UUID, Organisation | OrganisationChanged] = {
        **await queries.organisation_rows(session, {office.organisation_id for office in given.offices}),
        **{organisation.organisation_id: organisation for organisation in given.organisations},
    }
    for office in given.offices:
        offices.check_office(office, bodies.get(office.organisation_id))


async def _check_channels(session: AsyncSession, given: Directory) -> None:
    named = [(channel.organisation_id, "#/channels") for channel in given.channels]
    named += [(body, "#/movements") for body in given.keepers.values()]
    missing = {body for body, _ in named} - {organisation.organisation_id for organisation in given.organisations}
    missing -= await known(session, missing)
    for channel in given.channels:
        check_dates(channel)
    for body, pointer in named:
        if body in missing:
            raise NotKnownYet(id=str(body), pointer=pointer)


async def _keep_organisations(
    session: AsyncSession, actor: Actor, facts: Sequence[OrganisationChanged], done: Imported
) -> None:
    stored = await queries.whole_organisations(session, [fact.organisation_id for fact in facts])
    for fact in facts:
        before = stored.get(fact.organisation_id)
        if before == fact:
            done.unchanged += 1
        else:
            await organisations.keep(session, actor, fact, before)
            done.organisations += 1


async def _keep_offices(session: AsyncSession, actor: Actor, facts: Sequence[OfficeChanged], done: Imported) -> None:
    ids = [fact.office_id for fact in facts]
    stored = {row.id: row for row in await session.scalars(select(Office).where(among(Office.id, ids)))}
    for fact in facts:
        before = stored.get(fact.office_id)
        if before is not None and offices.fact_of(before) == fact:
            done.unchanged += 1
        else:
            await offices.keep(session, actor, fact, "put_office")
            done.offices += 1


async def _keep_channels(session: AsyncSession, actor: Actor, facts: Sequence[ChannelChanged], done: Imported) -> None:
    ids = [fact.channel_id for fact in facts]
    stored = {row.id: row for row in await session.scalars(select(Channel).where(among(Channel.id, ids)))}
    for fact in facts:
        before = stored.get(fact.channel_id)
        if before is not None and channels.fact_of(before) == fact:
            done.unchanged += 1
        else:
            await channels.keep(session, actor, fact, before)
            done.channels += 1


async def _keep_movements(session: AsyncSession, actor: Actor, given: Directory, done: Imported) -> None:
    ids = [fact.movement_id for fact in given.movements]
    stored = {row.id: row for row in await session.scalars(select(Movement).where(among(Movement.id, ids)))}
    for fact in given.movements:
        before = stored.get(fact.movement_id)
        kept_by = given.keepers.get(fact.movement_id, before.organisation_id if before else None)
        if before is not None and (movements.fact_of(before), before.organisation_id) == (fact, kept_by):
            done.unchanged += 1
        else:
            await movements.keep(session, actor, fact, movement=before, kept_by=kept_by)
            done.movements += 1
