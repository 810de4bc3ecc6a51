"""Strawberry's types on the product's own SQLAlchemy models, with data loaders as its documentation shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import joinedload
from strawberry.dataloader import DataLoader
from strawberry.fastapi import BaseContext

from services.publicity import models
from shared.clock import today
from shared.directory.tables import Organisation, OrganisationName

Sessions = async_sessionmaker[AsyncSession]
Loader = DataLoader[UUID, Any]


def begun() -> ColumnElement[bool]:
    """That a name is in use by now."""
    from_on = OrganisationName.from_on
    return or_(from_on.is_(None), from_on <= today())


async def _owners(sessions: Sessions, ids: Sequence[UUID]) -> list[OwnerNode | None]:
    name = OrganisationName
    asked = (
        select(Organisation.id, Organisation.slug, name.name)
        .outerjoin(name, (name.organisation_id == Organisation.id) & begun())
        .where(Organisation.id.in_(ids))
        .order_by(name.from_on.asc().nulls_first())
    )
    async with sessions() as session:
        found = {id: OwnerNode(id=id, slug=slug, name=named) for id, slug, named in await session.execute(asked)}
    return [found.get(id) for id in ids]


async def _movements(sessions: Sessions, ids: Sequence[UUID]) -> list[MovementNode | None]:
    async with sessions() as session:
        rows = await session.scalars(select(models.Movement).where(models.Movement.id.in_(ids)))
        found = {row.id: MovementNode(id=row.id, name=row.name) for row in rows}
    return [found.get(id) for id in ids]


@dataclass
class Context(BaseContext):
    """One for each request, as data loaders want it."""

    sessions: Sessions
    owners: Loader = field(init=False)
    movements: Loader = field(init=False)

    def __post_init__(self) -> None:
        super().__init__()
        self.owners = DataLoader(lambda ids: _owners(self.sessions, ids))
        self.movements = DataLoader(lambda ids: _movements(self.sessions, ids))


Info = strawberry.Info[Context, None]


@strawberry.type
class OwnerNode:
    """A body."""

    id: UUID
    slug: str | None
    name: str | None


@strawberry.type
class MovementNode:
    """A movement."""

    id: UUID
    name: str


@strawberry.type
class ItemNode:
    """An item; what hangs on it is loaded for all items of a page together."""

    id: UUID
    title: str
    summary: str
    published_at: datetime
    row: strawberry.Private[models.Item]

    @strawberry.field
    async def owner(self, info: Info) -> OwnerNode | None:
        """By the loader."""
        found: OwnerNode | None = await info.context.owners.load(self.row.owner_id)
        return found

    @strawberry.field
    async def movement(self, info: Info) -> MovementNode | None:
        """By the loader."""
        if self.row.movement_id is None:
            return None
        found: MovementNode | None = await info.context.movements.load(self.row.movement_id)
        return found

    @classmethod
    def of(cls, row: models.Item) -> ItemNode:
        """With the text that is shown."""
        assert row.live is not None
        assert row.published_at is not None
        return cls(
            id=row.id,
            title=row.live.title or "",
            summary=row.live.summary or "",
            published_at=row.published_at,
            row=row,
        )


@strawberry.type
class Page:
    """One page."""

    items: list[ItemNode]
    more: bool


def _published() -> Select[models.Item]:
    return select(models.Item).where(models.Item.state == "published").options(joinedload(models.Item.live))


Search = Annotated[str | None, strawberry.argument(description="a tsquery")]


Keys = tuple[UUID | None, datetime | None, UUID | None, str | None]


def newest(statement: Select[Any], keys: Keys, first: int) -> Select[Any]:
    """The page that these keys name, and one row more."""
    item, (movement_id, published_before, id_before, search) = models.Item, keys
    if movement_id is not None:
        statement = statement.where(item.movement_id == movement_id)
    if published_before is not None and id_before is not None:
        statement = statement.where(tuple_(item.published_at, item.id) < tuple_(published_before, id_before))
    if search is not None:
        statement = statement.where(item.search_vector.op("@@")(func.to_tsquery("simple", search)))
    return statement.order_by(item.published_at.desc(), item.id.desc()).limit(first + 1)


@strawberry.type
class Query:
    """The same questions."""

    @strawberry.field
    async def items(
        self,
        info: Info,
        first: int = 20,
        movement_id: UUID | None = None,
        published_before: datetime | None = None,
        id_before: UUID | None = None,
        search: Search = None,
    ) -> Page:
        """Newest first."""
        keys = (movement_id, published_before, id_before, search)
        statement = newest(_published(), keys, first)
        async with info.context.sessions() as session:
            rows = (await session.scalars(statement)).all()
        return Page(items=[ItemNode.of(row) for row in rows[:first]], more=len(rows) > first)

    @strawberry.field
    async def item(self, info: Info, id: UUID) -> ItemNode | None:
        """One."""
        async with info.context.sessions() as session:
            row = await session.scalar(_published().where(models.Item.id == id))
        return ItemNode.of(row) if row is not None else None
