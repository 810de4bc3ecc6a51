"""For whom a person acts: an office is held at a body and at those whose heir it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import and_, any_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.auth import Actor, HeldOffice
from shared.clock import today
from shared.db import remembered
from shared.directory.tables import Organisation, OrganisationHeir
from shared.question import DAY, IDS, Question


async def with_lineage(session: AsyncSession, actor: Actor) -> Actor:
    """Holding his offices also at the bodies that ended and whose heir his body is: an id stands for its lineage.

    One statement, or none if kept.
    """
    if not actor.offices:
        return actor
    day = today()
    offices = await remembered(session, ("lineage", actor.offices, day), lambda: _with_inherited(session, actor, day))
    return replace(actor, offices=offices)


def _line() -> Question:
    """Each body with the ended ones whose heir it is, through any number of changes; of several heirs of a body the
    one that `standing_body` names."""
    heir, other = aliased(OrganisationHeir), aliased(OrganisationHeir)
    before = or_(
        and_(other.principal, ~heir.principal), and_(other.principal == heir.principal, other.heir_id < heir.heir_id)
    )
    line = select(Organisation.id.label("body"), Organisation.id.label("here"))
    line_cte = line.where(Organisation.id == any_(IDS)).cte("line", recursive=True)
    ended = (
        select(heir.organisation_id, line_cte.c.here)
        .join(line_cte, heir.heir_id == line_cte.c.body)
        .join(Organisation, Organisation.id == heir.organisation_id)
        .where(Organisation.valid_to < DAY, ~exists().where(other.organisation_id == heir.organisation_id, before))
    )
    return Question(select(line_cte.union(ended)))


LINE = _line()


async def _with_inherited(session: AsyncSession, actor: Actor, day: date) -> tuple[HeldOffice, ...]:
    rows = await LINE.rows(session, ids=list(actor.organisations()), day=day)
    inherited = [HeldOffice(body, o.role) for body, here in rows for o in actor.offices if o.organisation_id == here]
    return tuple(dict.fromkeys([*actor.offices, *inherited]))
