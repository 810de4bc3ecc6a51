"""The same for whoever gives up data loaders for speed: one joined statement in the root field, plain values below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import Select, select

from services.publicity import models
from shared.directory.tables import Organisation, OrganisationName
from tests.bench.sides.stock_loading import Info, MovementNode, OwnerNode, Search, begun, newest


@strawberry.type(name="Item")
class ItemNode:
    """An item with everything that hangs on it."""

    id: UUID
    title: str
    summary: str
    published_at: datetime
    owner: OwnerNode
    movement: MovementNode | None

    @classmethod
    def of(cls, row: Sequence[Any]) -> ItemNode:
        """From the joined row."""
        id, published_at, title, summary, owner_id, slug, named, movement_id, movement = row
        return cls(
            id=id,
            title=title,
            summary=summary,
            published_at=published_at,
            owner=OwnerNode(id=owner_id, slug=slug, name=named),
            movement=MovementNode(id=movement_id, name=movement) if movement_id else None,
        )


@strawberry.type(name="Page")
class JoinedPage:
    """One page."""

    items: list[ItemNode]
    more: bool


def _joined() -> Select[Any]:
    item, edition, name = models.Item, models.Edition, OrganisationName
    names = select(name.name).where(name.organisation_id == Organisation.id, begun())
    named = names.order_by(name.from_on.desc().nulls_last()).limit(1).scalar_subquery()
    shown = (item.id, item.published_at, edition.title, edition.summary, Organisation.id, Organisation.slug)
    return (
        select(*shown, named, models.Movement.id, models.Movement.name)
        .join(edition, (edition.item_id == item.id) & (edition.state == "live"))
        .join(Organisation, Organisation.id == item.owner_id)
        .outerjoin(models.Movement, models.Movement.id == item.movement_id)
        .where(item.state == "published")
    )


@strawberry.type(name="Query")
class JoinedQuery:
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
    ) -> JoinedPage:
        """Newest first."""
        keys = (movement_id, published_before, id_before, search)
        async with info.context.sessions() as session:
            rows = (await session.execute(newest(_joined(), keys, first))).all()
        return JoinedPage(items=[ItemNode.of(row) for row in rows[:first]], more=len(rows) > first)

    @strawberry.field
    async def item(self, info: Info, id: UUID) -> ItemNode | None:
        """One."""
        async with info.context.sessions() as session:
            row = (await session.execute(_joined().where(models.Item.id == id))).one_or_none()
        return ItemNode.of(row) if row is not None else None
