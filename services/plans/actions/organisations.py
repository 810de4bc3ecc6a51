"""Writing an organisation whole: its lineage, names, edges, identifiers and heirs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.lineage import answers_to, canonical, check_no_cycle, check_organisation, touched
from services.plans.queries import directory as queries
from services.plans.queries.lineages import known
from shared import audit, road
from shared.auth import Actor
from shared.clock import today
from shared.conditional import check_version
from shared.directory.copies import keep_organisation
from shared.directory.tables import Organisation
from shared.errors import Conflict, NotKnownYet
from shared.events.plans import OrganisationChanged


class SlugTaken(Conflict):
    """Another organisation has this slug. Params: `slug`."""

    code = "slug-taken"


async def put_organisation(
    session: AsyncSession, actor: Actor, fact: OrganisationChanged, *, version: int | None
) -> tuple[Organisation, bool]:
    """The organisation as given, and whether it is new. The same content again changes nothing.

    Raises NotAllowed, PreconditionRequired, PreconditionFailed, NotKnownYet, SlugTaken, CycleInTree and
    what `check_organisation` raises.
    """
    await queries.lock_directory(session)
    fact, key = canonical(fact), fact.organisation_id
    stored = (await queries.whole_organisations(session, [key])).get(key)
    await permissions.check_may_keep_organisation(
        session, actor, key, exists=stored is not None, under=answers_to(fact, today())
    )
    row = (await queries.organisation_rows(session, [key])).get(key)
    if row is not None and stored == fact:
        return row, False
    if row is not None and stored is not None:
        check_version(row, version)
    await check_organisations(session, [fact])
    await permissions.check_may_touch(session, actor, touched(stored, fact))
    await keep(session, actor, fact, stored)
    return (await queries.organisation_rows(session, [key]))[key], stored is None


async def check_organisations(session: AsyncSession, facts: Sequence[OrganisationChanged]) -> None:
    """All of them, each in itself and with what the directory holds. Four statements, nothing is written."""
    for fact in facts:
        check_organisation(fact)
    await _check_named(session, facts)
    await _check_slugs(session, facts)
    edges_of = await queries.tree(session)
    edges_of.update((fact.organisation_id, fact.edges) for fact in facts)
    check_no_cycle(facts, edges_of)


async def _check_named(session: AsyncSession, facts: Sequence[OrganisationChanged]) -> None:
    named = [(edge.to_id, "#/edges") for fact in facts for edge in fact.edges]
    named += [(heir.organisation_id, "#/heirs") for fact in facts for heir in fact.heirs]
    missing = {key for key, _ in named} - {fact.organisation_id for fact in facts}
    missing -= await known(session, missing)
    for key, pointer in named:
        if key in missing:
            raise NotKnownYet(id=str(key), pointer=pointer)


async def _check_slugs(session: AsyncSession, facts: Sequence[OrganisationChanged]) -> None:
    taken = await queries.slugs(session, [fact.slug for fact in facts])
    for fact in facts:
        if taken.setdefault(fact.slug, fact.organisation_id) != fact.organisation_id:
            raise SlugTaken(pointer="#/slug", slug=fact.slug)


async def keep(
    session: AsyncSession, actor: Actor, fact: OrganisationChanged, stored: OrganisationChanged | None
) -> None:
    """Writes, notes and announces an organisation that was checked."""
    await keep_organisation(session, fact)
    changed = [name for name in type(fact).model_fields if getattr(fact, name) != getattr(stored, name, None)]
    subject = ("organisation", fact.organisation_id)
    audit.note(session, actor, "put_organisation", subject, organisation_id=fact.organisation_id, fields=changed)
    road.record(session, fact)
