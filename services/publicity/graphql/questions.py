"""The questions of the portal graph. Each opens its own session and asks the database a constant number of times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import queries
from services.publicity.channels import Site
from services.publicity.graphql.nodes import ItemNode, MovementNode, OrganisationNode
from services.publicity.models import Item
from services.publicity.queries import ItemFilter
from shared.errors import Invalid, NotFound
from shared.exact import FIRST_DAY, LAST_DAY
from shared.graphql import Connection, Info, connection, page_size

MOST_SEARCHED = 200  # letters of a search

First = Annotated[int, strawberry.argument(description="Số dòng của trang, nhiều nhất 100")]
After = Annotated[str | None, strawberry.argument(description="`endCursor` của trang trước")]
Search = Annotated[str | None, strawberry.argument(description="Có dấu hay không dấu đều tìm được")]


@strawberry.input(name="ItemFilter", description="Ngày tính theo giờ Việt Nam, kể cả hai đầu.")
class ItemFilterInput:
    """Which items."""

    owner_id: UUID | None = None
    organisation_id: UUID | None = None
    movement_id: UUID | None = None
    subject_type: str | None = None
    kind: str | None = None
    field: str | None = None
    published_from: date | None = None
    published_to: date | None = None


def _site(info: Info) -> Site:
    return Site(f"{info.context.public_url}/publicity")


def _sane(text: str | None, pointer: str) -> str | None:
    """Raises Invalid for what no text of ours can hold, or too long a search."""
    if text is not None and ("\0" in text or len(text) > MOST_SEARCHED):
        raise Invalid(pointer=pointer)
    return text


def wanted_items(given: ItemFilterInput | None, search: str | None) -> ItemFilter:
    """The filter of a list. Raises Invalid."""
    fields = vars(given) if given is not None else {}
    for name in ("subject_type", "kind", "field"):
        _sane(fields.get(name), f"#/variables/filter/{name}")
    for name in ("published_from", "published_to"):
        if (day := fields.get(name)) is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise Invalid(pointer=f"#/variables/filter/{name}")
    return ItemFilter(**fields, search=_sane(search, "#/variables/search"))


async def _nodes(session: AsyncSession, rows: Sequence[Item], site: Site) -> dict[UUID, ItemNode]:
    return {shown.item.id: ItemNode.of(shown, site) for shown in await queries.shown(session, rows)}


async def _items(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: ItemFilterInput | None = None,
    search: Search = None,
) -> Connection[ItemNode]:
    wanted, limit = wanted_items(filter, search), page_size(first)
    async with info.context.database.transaction() as session:
        page = await queries.published_items(session, wanted, after=after, limit=limit)
        nodes = await _nodes(session, page.rows, _site(info))
    return connection(page, queries.PUBLISHED_ORDER, lambda row: nodes[row.id], after=after)


async def _item(info: Info, id: UUID) -> ItemNode | None:
    async with info.context.database.transaction() as session:
        try:
            row = await queries.item_to_show(session, id)
        except NotFound:
            return None
        return (await _nodes(session, [row], _site(info)))[row.id]


async def _organisations(
    info: Info, *, first: First = 20, after: After = None, search: Search = None
) -> Connection[OrganisationNode]:
    limit, typed = page_size(first), _sane(search, "#/variables/search")
    async with info.context.database.transaction() as session:
        page = await queries.organisations(session, typed, after=after, limit=limit)
        lineages = await queries.lineages(session, page.rows)
    nodes = {lineage.row.id: OrganisationNode.of(lineage, _site(info)) for lineage in lineages}
    return connection(page, queries.ORGANISATION_ORDER, lambda row: nodes[row.id], after=after)


async def _organisation(info: Info, id: UUID | None = None, slug: str | None = None) -> OrganisationNode | None:
    wanted = _sane(str(id) if id else slug, "#/variables/slug")
    if wanted is None:
        raise Invalid(pointer="#/variables/id")
    async with info.context.database.transaction() as session:
        try:
            return OrganisationNode.of(await queries.organisation(session, wanted), _site(info))
        except NotFound:
            return None


async def _movements(
    info: Info, *, first: First = 20, after: After = None, search: Search = None
) -> Connection[MovementNode]:
    limit, typed = page_size(first), _sane(search, "#/variables/search")
    async with info.context.database.transaction() as session:
        page = await queries.movements(session, typed, after=after, limit=limit)
    return connection(page, queries.MOVEMENT_ORDER, MovementNode.of, after=after)


@strawberry.type
class Query:
    """Published things only, for anyone."""

    items: Connection[ItemNode] = strawberry.field(resolver=_items, description="Tin đã đăng, mới nhất trước.")
    item: ItemNode | None = strawberry.field(
        resolver=_item, description="Một tin. Tin đã gỡ hẳn: null và lỗi có mã `gone`."
    )
    organisations: Connection[OrganisationNode] = strawberry.field(
        resolver=_organisations, description="Các cơ quan, kể cả cơ quan đã kết thúc."
    )
    organisation: OrganisationNode | None = strawberry.field(
        resolver=_organisation, description="Một cơ quan, theo mã hoặc theo tên trong địa chỉ (slug)."
    )
    movements: Connection[MovementNode] = strawberry.field(resolver=_movements, description="Các phong trào thi đua.")
