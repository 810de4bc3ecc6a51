"""What everyone may read: published items with the names of the bodies behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from services.publicity.models import Edition, Item, Movement, Picture, Placement
from services.publicity.queries.searching import PUBLISHED, PUBLISHED_ORDER, found
from services.publicity.queries.words import search_query, without_short_beginnings
from services.publicity.workflow import EditionState, PlacementState, State, Withdrawal
from shared.clock import VIETNAM, today
from shared.directory.tables import Organisation, OrganisationName
from shared.errors import Gone, NotFound
from shared.paging import Page, decode_for, keyset


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which published items; days are Vietnamese days, both included."""

    owner_id: UUID | None = None
    organisation_id: UUID | None = None
    movement_id: UUID | None = None
    subject_type: str | None = None
    kind: str | None = None
    field: str | None = None
    published_from: date | None = None
    published_to: date | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as it is called today; one whose own fact has not arrived has no slug and no name."""

    id: UUID
    slug: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as everyone sees it."""

    item: Item
    edition: Edition
    placements: list[Placement]
    owner: Body
    organisation: Body
    movement: Movement | None


async def published_items(session: AsyncSession, wanted: ItemFilter, *, after: str | None, limit: int) -> Page[Item]:
    """Newest first. Two statements. Raises BadCursor."""
    values = decode_for(PUBLISHED_ORDER, after) if after is not None else None
    statement = select(Item).where(*narrowed(conditions(wanted), after=values, rows=limit + 1)).options(*_told())
    return await keyset(session, statement, PUBLISHED_ORDER, after=after, limit=limit, descending=True)


def narrowed(given: Mapping[str, Any], *, after: Sequence[Any] | None, rows: int) -> list[ColumnElement[bool]]:
    """What `given` (by the names of a filter's fields, values or places for them) asks of a published item.

    `after` and `rows` are those of the page, whose order and end are the caller's to add.
    """
    wanted = [CONDITIONS[name](value) for name, value in given.items() if name in CONDITIONS]
    if SEARCH not in given:
        return [PUBLISHED, *wanted]
    return [PUBLISHED, found(given[SEARCH], given[WHOLE], wanted, after=after, rows=rows)]


# By the name of each field of a filter: what it asks of an item, given a value or a place for one.
CONDITIONS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "owner_id": lambda value: Item.owner_id == value,
    "organisation_id": lambda value: Item.organisation_id == value,
    "movement_id": lambda value: Item.movement_id == value,
    "subject_type": lambda value: Item.subject_type == value,
    "kind": lambda value: Item.kind == value,
    "field": lambda value: Item.field == value,
    "published_from": lambda value: Item.published_at >= value,
    "published_to": lambda value: Item.published_at < value,
}
# What takes the other conditions, the place in the list and the length of the page with it: a tsquery of what was
# typed, and one of what the index is asked.
SEARCH, WHOLE = "search", "whole_words"


# What `item_to_show` gives, as a condition.
READABLE = (
    Item.published_at.is_not(None),
    Item.state != State.DRAFT,
    Item.withdrawal.is_distinct_from(Withdrawal.GONE),
)


def conditions(wanted: ItemFilter) -> dict[str, Any]:
    """What of `CONDITIONS` and search the filter asks for, with the values as the database compares them."""
    given = {name: value for name in (*CONDITIONS, SEARCH) if (value := getattr(wanted, name)) is not None}
    if "published_from" in given:
        given["published_from"] = _midnight(given["published_from"])
    if "published_to" in given:
        given["published_to"] = _midnight(given["published_to"]) + timedelta(days=1)
    if SEARCH in given and (query := search_query(given.pop(SEARCH))) is not None:
        given |= {SEARCH: query, WHOLE: without_short_beginnings(query)}
    return given


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _told() -> list[ORMOption]:
    return [joinedload(Item.live), selectinload(Item.placements).joinedload(Placement.channel)]


async def item_to_show(session: AsyncSession, item_id: UUID) -> Item:
    """A published item, or one under an editor's banner. Two statements. Raises NotFound, Gone."""
    item = await session.scalar(select(Item).where(Item.id == item_id).options(*_told()))
    if item is None or item.published_at is None:
        raise NotFound
    if item.state is State.DRAFT or item.withdrawal is Withdrawal.GONE:
        raise Gone
    return item


async def shown(session: AsyncSession, items: Sequence[Item]) -> list[Shown]:
    """The items with the names of bodies and movements. Two statements, however many there are."""
    bodies = await _bodies(session, [body for item in items for body in (item.owner_id, item.organisation_id)])
    movements = await _movements(session, [item.movement_id for item in items if item.movement_id])
    return [
        Shown(
            item=item,
            edition=edition,
            placements=[p for p in item.placements if p.state is PlacementState.PLACED],
            owner=bodies[item.owner_id],
            organisation=bodies[item.organisation_id],
            movement=movements.get(item.movement_id) if item.movement_id else None,
        )
        for item in items
        if (edition := item.live) is not None
    ]


async def _bodies(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Body]:
    wanted = set(ids)
    name = OrganisationName
    rows = await session.execute(
        select(Organisation.id, Organisation.slug, name.name)
        .outerjoin(
            name, (name.organisation_id == Organisation.id) & or_(name.from_on.is_(None), name.from_on <= today())
        )
        .where(Organisation.id.in_(wanted))
        .order_by(name.from_on.asc().nulls_first())
    )
    return {id: Body(id, None, None) for id in wanted} | {id: Body(id, slug, called) for id, slug, called in rows}


async def _movements(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Movement]:
    wanted = set(ids)
    if not wanted:
        return {}
    return {row.id: row for row in await session.scalars(select(Movement).where(Movement.id.in_(wanted)))}


async def picture_to_show(session: AsyncSession, picture_id: UUID) -> tuple[str, str]:
    """Key and media type of a picture in a text that can be read now. One statement. Raises NotFound, Gone."""
    row = (
        await session.execute(
            select(Picture.key, Picture.media_type, Item.state, Item.withdrawal, Item.published_at, Edition.pictures)
            .join(Item, Item.id == Picture.item_id)
            .outerjoin(Edition, (Edition.item_id == Item.id) & (Edition.state == EditionState.LIVE))
            .where(Picture.id == picture_id)
        )
    ).one_or_none()
    if row is None or row.published_at is None:
        raise NotFound
    in_text = str(picture_id) in {picture["id"] for picture in row.pictures or []}
    if row.key is None or row.state is State.DRAFT or row.withdrawal is Withdrawal.GONE or not in_text:
        raise Gone
    return row.key, row.media_type
