"""Messages: reading one's own, and marking them as read."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.notifications import actions, queries
from services.notifications.schemas import MarkedView, MessageView, ReadUpTo
from shared.auth import SignedIn
from shared.db import Session
from shared.errors import Invalid, NotFound, NotSignedIn
from shared.idempotency import IdempotentRoute, KeyUsedDifferently, StillInFlight, claim
from shared.paging import After, BadCursor, Limit, Listing, link_next
from shared.problems import responses

router = APIRouter(
    prefix="/v1/messages",
    tags=["messages"],
    route_class=IdempotentRoute,
    dependencies=[Depends(claim)],
    responses=responses(NotSignedIn, Invalid),
)
WRITES = (NotFound, KeyUsedDifferently, StillInFlight)
Unread = Annotated[bool, Query(description="Chỉ những thông báo chưa đọc")]


@router.get("", summary="Thông báo của tôi, mới nhất trước", responses=responses(BadCursor))
async def list_messages(
    *,
    session: Session,
    actor: SignedIn,
    request: Request,
    response: Response,
    unread: Unread = False,
    after: After = None,
    limit: Limit = 20,
) -> Listing[MessageView]:
    """His own only."""
    page = await queries.messages_of(session, actor.id, unread=unread, after=after, limit=limit)
    link_next(request, response, page.next)
    return Listing(items=[MessageView.of(row) for row in page.rows], next=page.next)


@router.post("/read", summary="Đánh dấu đã đọc đến một thông báo", responses=responses(*WRITES, Invalid))
async def mark_all_read(body: ReadUpTo, session: Session, actor: SignedIn) -> MarkedView:
    """That one and all before it."""
    return MarkedView(marked=await actions.mark_all_read(session, actor, up_to=body.up_to))


@router.post("/{message_id}/read", summary="Đánh dấu đã đọc", responses=responses(*WRITES))
async def mark_read(message_id: UUID, session: Session, actor: SignedIn) -> MessageView:
    """A second time changes nothing."""
    return MessageView.of(await actions.mark_read(session, actor, message_id))
