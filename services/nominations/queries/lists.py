"""Lists of nominations and of what waits: heads of short walks of an index, however much a body has seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, false, func, or_, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.nominations.models import REVIEWING, Nomination, Station
from services.nominations.workflow import OPEN, State, StationState
from shared.auth import Actor, Role
from shared.directory.tables import Organisation
from shared.paging import Page, decode, keyset

View = Literal["mine", "waiting", "organisation"]


def _open(*states: StationState) -> ColumnElement[bool]:
    """At a station in one of these states. Literals: a plan made for any value may then use the index of open ones."""
    kind = Station.state.type
    return Station.state.in_(bindparam("open", sorted(states), kind, unique=True, expanding=True, literal_execute=True))


TO_REVIEW, TO_MEND = _open(StationState.WAITING, StationState.IN_REVIEW), _open(StationState.RETURNED)


Branch = Select[UUID, datetime]


def _of_unit(body: UUID) -> Branch:
    return select(Nomination.id.label("id"), Nomination.created_at.label("at")).where(
        Nomination.organisation_id == body
    )


def _at_stations(body: UUID) -> list[Branch]:
    """What came to a body, and what came through it: two indexes."""
    reached = select(Station.nomination_id.label("id"), Station.nomination_created_at.label("at"))
    return [reached.where(Station.organisation_id == body), reached.where(Station.via_id == body)]


def _waiting_for(actor: Actor) -> list[Branch]:
    """What waits for him, all of it submitted: to review where he reviews, to mend where he nominates."""
    found = [
        _of_unit(body).join(Station, Station.nomination_id == Nomination.id).where(TO_MEND)
        for body in sorted(actor.organisations(Role.NOMINATOR))
    ]
    for body in sorted(actor.organisations(*REVIEWING)):
        found += [branch.where(TO_REVIEW) for branch in _at_stations(body)]
    return found


def _of_bodies(actor: Actor, states: Sequence[State]) -> list[Branch]:
    """All of the bodies he reads for; what is a draft has not come to any station."""
    stated = Nomination.state.in_(states)
    found = [_of_unit(body) for body in sorted(actor.organisations(Role.NOMINATOR))]
    if states:
        found = [branch.where(stated) for branch in found]
    if set(states) == {State.DRAFT}:
        return found
    for body in sorted(actor.organisations(*REVIEWING)):
        for branch in _at_stations(body):
            found.append(
                branch.join(Nomination, Nomination.id == Station.nomination_id).where(stated) if states else branch
            )
    return found


def _newest(branches: Sequence[Branch], *, after: str | None, limit: int) -> Select[UUID]:
    """Ids of the newest of each branch: a short walk of one index each, however much a body has seen."""
    if not branches:
        return select(Nomination.id).where(false())
    heads = []
    for branch in branches:
        id_, at = branch.selected_columns.id, branch.selected_columns.at
        if after is not None:
            branch = branch.where(tuple_(at, id_) < tuple_(*decode(after, [datetime, UUID])))
        heads.append(select(*branch.order_by(at.desc(), id_.desc()).limit(limit + 1).subquery().c))
    found = union(*heads).subquery()
    return select(found.c.id).order_by(found.c.at.desc(), found.c.id.desc()).limit(limit + 1)


async def nominations_page(
    session: AsyncSession,
    actor: Actor,
    view: View,
    *,
    states: Sequence[State] = (),
    after: str | None,
    limit: int,
) -> Page[Nomination]:
    """Newest first, each with its stations; never more than the actor may read."""
    statement = select(Nomination).options(selectinload(Nomination.stations))
    if view == "mine":
        statement = statement.where(
            Nomination.nominator_id == actor.id,
            Nomination.organisation_id.in_(actor.organisations(Role.NOMINATOR)),
        )
    else:
        branches = _waiting_for(actor) if view == "waiting" else _of_bodies(actor, states)
        statement = statement.where(Nomination.id.in_(_newest(branches, after=after, limit=limit)))
    if states:
        statement = statement.where(Nomination.state.in_(states))
    columns = [Nomination.created_at, Nomination.id]
    return await keyset(session, statement, columns, after=after, limit=limit, descending=True)


async def count_waiting(session: AsyncSession, actor: Actor) -> int:
    """How many nominations wait for him; what comes both to and through his bodies is one."""
    branches = _waiting_for(actor)
    if not branches:
        return 0
    waiting = union(*(select(branch.subquery().c.id) for branch in branches)).subquery()
    return await session.scalar(select(func.count()).select_from(waiting)) or 0


async def open_at(session: AsyncSession, organisation_ids: Iterable[UUID]) -> Sequence[UUID]:
    """Nominations with an open station of one of these bodies, in the order of their ids."""
    bodies = sorted(set(organisation_ids))
    open_ones = select(Station.nomination_id).where(_open(*OPEN))
    at_them = union(
        open_ones.where(Station.organisation_id.in_(bodies)), open_ones.where(Station.via_id.in_(bodies))
    ).subquery()
    rows = await session.scalars(
        select(Nomination.id)
        .where(Nomination.state == State.SUBMITTED, Nomination.id.in_(select(at_them.c.nomination_id)))
        .order_by(Nomination.id)
    )
    return rows.all()


async def ended_with_open_stations(session: AsyncSession, on: date, limit: int) -> Sequence[UUID]:
    """Bodies whose last day is behind and at which, or on the way through which, something is still open."""
    open_one = select(Station.id).where(_open(*OPEN))
    there = open_one.where(Station.organisation_id == Organisation.id).exists()
    through = open_one.where(Station.via_id == Organisation.id).exists()
    rows = await session.scalars(
        select(Organisation.id)
        .where(Organisation.valid_to < on, or_(there, through))
        .order_by(Organisation.id)
        .limit(limit)
    )
    return rows.all()
