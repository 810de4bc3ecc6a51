"""Reads of nominations that are worth a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from services.nominations.models import (
    REVIEWING,
    Extension,
    Item,
    Nomination,
    Notice,
    Obligation,
    Plan,
    Release,
    Station,
    StoryVersion,
)
from services.nominations.workflow import OPEN, State, StationState
from shared.auth import Actor, HeldOffice, Role
from shared.clock import today
from shared.db import remembered
from shared.directory.tables import Organisation, OrganisationHeir
from shared.errors import NotFound, NotKnownYet
from shared.events.nominations import Picture, Result, Story
from shared.files.tables import File
from shared.paging import Page, decode, keyset

WHOLE = (
    selectinload(Nomination.stations),
    selectinload(Nomination.remarks),
    selectinload(Nomination.recusals),
    selectinload(Nomination.consents),
    selectinload(Nomination.holds),
)
PRESENTING = ("nominate", "rotation")  # the kinds of obligation that a nomination can answer

View = Literal["mine", "waiting", "organisation"]


async def nomination_whole(session: AsyncSession, nomination_id: UUID) -> Nomination:
    """With all its parts. Raises NotFound."""
    found = await session.scalar(select(Nomination).where(Nomination.id == nomination_id).options(*WHOLE))
    if found is None:
        raise NotFound
    return found


async def find_to_change(session: AsyncSession, nomination_id: UUID) -> Nomination | None:
    """With all its parts, its row locked: whoever changes a part holds the whole."""
    return await session.scalar(
        select(Nomination)
        .where(Nomination.id == nomination_id)
        .options(*WHOLE)
        .with_for_update(of=Nomination)
        .execution_options(populate_existing=True)
    )


async def nomination_to_change(session: AsyncSession, nomination_id: UUID) -> Nomination:
    """Locked, with all its parts. Raises NotFound."""
    found = await find_to_change(session, nomination_id)
    if found is None:
        raise NotFound
    return found


async def with_lineage(session: AsyncSession, actor: Actor) -> Actor:
    """Holding his offices also at the bodies that ended and whose heir his body is: an id stands for its lineage.

    One statement, or none if kept.
    """
    if not actor.offices:
        return actor
    day = today()
    offices = await remembered(session, ("lineage", actor.offices, day), lambda: _with_inherited(session, actor, day))
    return replace(actor, offices=offices)


async def _with_inherited(session: AsyncSession, actor: Actor, day: date) -> tuple[HeldOffice, ...]:
    """Of several heirs of a body the one that `standing_body` names."""
    heir, other = aliased(OrganisationHeir), aliased(OrganisationHeir)
    before = or_(
        and_(other.principal, ~heir.principal), and_(other.principal == heir.principal, other.heir_id < heir.heir_id)
    )
    line = select(Organisation.id.label("body"), Organisation.id.label("here"))
    line_cte = line.where(Organisation.id.in_(actor.organisations())).cte("line", recursive=True)
    ended = (
        select(heir.organisation_id, line_cte.c.here)
        .join(line_cte, heir.heir_id == line_cte.c.body)
        .join(Organisation, Organisation.id == heir.organisation_id)
        .where(Organisation.valid_to < day, ~exists().where(other.organisation_id == heir.organisation_id, before))
    )
    rows = (await session.execute(select(line_cte.union(ended)))).all()
    inherited = [HeldOffice(body, o.role) for body, here in rows for o in actor.offices if o.organisation_id == here]
    return tuple(dict.fromkeys([*actor.offices, *inherited]))


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


@dataclass(frozen=True, slots=True)
class Terms:
    """What an obligation asks of a nomination; what its clause leaves out is taken over from its plan."""

    plan: Plan
    obligation: Obligation
    maximum: int | None
    to_id: UUID | None
    via_id: UUID | None
    then_to_id: UUID | None


async def terms_of(session: AsyncSession, plan_id: UUID, obligation_id: UUID) -> Terms:
    """From the plan's `nominate` obligation of the same cadence where the clause is silent.

    Raises NotKnownYet.
    """
    plan = await session.get(Plan, plan_id)
    if plan is None:
        raise NotKnownYet(id=str(plan_id), pointer="#/plan_id")
    obligations = (
        await session.scalars(
            select(Obligation).where(Obligation.plan_id == plan_id).order_by(Obligation.position.nulls_last())
        )
    ).all()
    own = next((o for o in obligations if o.id == obligation_id), None)
    if own is None:
        raise NotKnownYet(id=str(obligation_id), pointer="#/obligation_id")
    general = next(
        (o for o in obligations if o.kind == "nominate" and o.position is not None and o.cadence == own.cadence),
        own,
    )
    source = own if own.to_ids else general
    return Terms(
        plan,
        own,
        own.maximum if own.maximum is not None else general.maximum,
        UUID(source.to_ids[0]) if source.to_ids else None,
        own.via_id or source.via_id,
        own.then_to_id or source.then_to_id,
    )


async def terms_named(session: AsyncSession, nomination: Nomination) -> Terms | None:
    """Those of the obligation that the nomination answers; None outside any plan. Raises NotKnownYet."""
    if nomination.plan_id is None or nomination.obligation_id is None:
        return None
    return await terms_of(session, nomination.plan_id, nomination.obligation_id)


async def count_presented(session: AsyncSession, nomination: Nomination) -> int:
    """Other exemplars that the unit presented for the same obligation, period and subject type."""
    counted = await session.scalar(
        select(func.count(Nomination.exemplar_id.distinct())).where(
            Nomination.obligation_id == nomination.obligation_id,
            Nomination.period_key == nomination.period_key,
            Nomination.organisation_id == nomination.organisation_id,
            Nomination.subject_type == nomination.subject_type,
            Nomination.exemplar_id != nomination.exemplar_id,
            Nomination.state.not_in([State.DRAFT, State.WITHDRAWN]),
        )
    )
    return counted or 0


async def releases_of(session: AsyncSession, nomination_id: UUID) -> dict[UUID, Release]:
    """What each station's approval lets be shown now."""
    rows = await session.scalars(select(Release).where(Release.nomination_id == nomination_id))
    return {release.station_id: release for release in rows}


async def contents_shown(session: AsyncSession, nomination_id: UUID) -> Sequence[dict[str, Any]]:
    """The story versions that may be shown now, newest first: a lower body shows the one it approved."""
    released = select(Release.story_version).where(
        Release.nomination_id == nomination_id, func.jsonb_array_length(Release.kinds) > 0
    )
    rows = await session.scalars(
        select(StoryVersion.content)
        .where(StoryVersion.nomination_id == nomination_id, StoryVersion.number.in_(released))
        .order_by(StoryVersion.number.desc())
    )
    return rows.all()


async def items_of(session: AsyncSession, nomination_id: UUID) -> Sequence[Item]:
    """Where publicity shows or showed it."""
    rows = await session.scalars(select(Item).where(Item.nomination_id == nomination_id).order_by(Item.id))
    return rows.all()


async def notices_of(session: AsyncSession, nomination_id: UUID) -> Sequence[Notice]:
    """One for each person concerned."""
    rows = await session.scalars(
        select(Notice).where(Notice.nomination_id == nomination_id).order_by(Notice.prepared_at, Notice.id)
    )
    return rows.all()


async def extension_of(session: AsyncSession, nomination: Nomination) -> Extension | None:
    """The moved due instant of the duty that the nomination answers."""
    if nomination.obligation_id is None:
        return None
    return await session.scalar(
        select(Extension).where(
            Extension.organisation_id == nomination.organisation_id,
            Extension.obligation_id == nomination.obligation_id,
            Extension.period_key == nomination.period_key,
        )
    )


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


async def present_content(session: AsyncSession, nomination: Nomination) -> dict[str, Any]:
    """What the portal would show of the nomination as it stands: the content of a story version."""
    ids = [UUID(picture["file_id"]) for picture in nomination.pictures]
    files = {file.id: file for file in await session.scalars(select(File).where(File.id.in_(ids)))} if ids else {}
    story = Story(
        title=nomination.title,
        summary=nomination.summary,
        body=nomination.body,
        results=[Result(**result) for result in nomination.results],
        pictures=[_picture(files[UUID(p["file_id"])], p["alternative"]) for p in nomination.pictures],
        credit=nomination.credit,
    )
    return {
        "story": story.model_dump(mode="json"),
        "subject_type": nomination.subject_type,
        "subject_name": nomination.subject_name,
        "kind": nomination.kind,
        "field": nomination.field,
        "movement_id": nomination.movement_id and str(nomination.movement_id),
    }


def _picture(file: File, alternative: str) -> Picture:
    return Picture(
        file_id=file.id,
        key=file.key,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        alternative=alternative,
    )
