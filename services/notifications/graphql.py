"""The GraphQL door: a person's own messages, read and marked as read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.notifications import actions, queries
from services.notifications.models import Message as Row
from shared.graphql import Connection, Info, Schema, connection, create_schema, page_size

First = Annotated[int, strawberry.argument(description="Số dòng mỗi trang, 1 đến 100")]
After = Annotated[str | None, strawberry.argument(description="endCursor của trang trước")]


@strawberry.type(description="Một thông báo gửi cho người đang đăng nhập")
class Message:
    """What one person is told about one fact."""

    id: UUID
    kind: str
    title: str
    body: str
    link: str | None
    nomination_id: UUID | None
    item_id: UUID | None
    duty_id: UUID | None
    organisation_id: UUID | None
    created_at: datetime
    read_at: datetime | None


def _message(row: Row) -> Message:
    return Message(
        id=row.id,
        kind=row.kind,
        title=row.title,
        body=row.body,
        link=row.link,
        nomination_id=row.nomination_id,
        item_id=row.item_id,
        duty_id=row.duty_id,
        organisation_id=row.organisation_id,
        created_at=row.created_at,
        read_at=row.read_at,
    )


async def _messages(info: Info, *, first: First = 20, after: After = None, unread: bool = False) -> Connection[Message]:
    actor = info.context.signed_in()
    limit = page_size(first)
    async with info.context.database.transaction() as session:
        page = await queries.messages_of(session, actor.id, unread=unread, after=after, limit=limit)
    return connection(page, [Row.id], _message, after=after)


async def _unread_count(info: Info) -> int:
    actor = info.context.signed_in()
    async with info.context.database.transaction() as session:
        return await queries.unread_count(session, actor.id)


async def _mark_read(info: Info, id: UUID) -> Message:
    actor = info.context.signed_in()
    async with info.context.database.transaction() as session:
        return _message(await actions.mark_read(session, actor, id))


async def _mark_all_read(info: Info, up_to: UUID) -> int:
    actor = info.context.signed_in()
    async with info.context.database.transaction() as session:
        return await actions.mark_all_read(session, actor, up_to=up_to)


@strawberry.type
class Query:
    """What can be read."""

    messages: Connection[Message] = strawberry.field(
        resolver=_messages, description="Thông báo của tôi, mới nhất trước"
    )
    unread_count: int = strawberry.field(resolver=_unread_count, description="Số thông báo chưa đọc của tôi")


@strawberry.type
class Mutation:
    """What can be changed."""

    mark_read: Message = strawberry.field(
        resolver=_mark_read, description="Đánh dấu một thông báo là đã đọc; làm lại không đổi gì"
    )
    mark_all_read: int = strawberry.field(
        resolver=_mark_all_read,
        description="Đánh dấu đã đọc đến thông báo này; trả về số thông báo vừa được đánh dấu",
    )


def create(*, introspection: bool = True) -> Schema:
    """The schema as a service offers it."""
    return create_schema(Query, Mutation, introspection=introspection)


schema = create()
