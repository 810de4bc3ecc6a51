"""Reading: lists, a nomination, its preview and notice; who I am."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.nominations import permissions, queries
from services.nominations.actions.notice import link_token
from services.nominations.rest.answers import READING, Acting
from services.nominations.schemas.given import (
    MeView,
    NominationLine,
    NominationView,
    NoticesView,
    NoticeView,
    PreviewView,
)
from services.nominations.workflow import State
from shared.auth import SignedIn
from shared.conditional import UNCHANGED, etag, give, not_modified
from shared.db import Session
from shared.directory.posts import posts
from shared.errors import NotAllowed, NotSignedIn
from shared.files.rest import public_base
from shared.paging import After, BadCursor, Limit, Listing, link_next
from shared.problems import responses
from shared.settings import Settings

reading = APIRouter(prefix="/v1", tags=["reading"])


@reading.get(
    "/nominations",
    summary="Hồ sơ của tôi, đang chờ tôi, hoặc của cơ quan tôi; mới nhất trước",
    responses=responses(NotSignedIn, BadCursor),
)
async def nominations(
    request: Request,
    response: Response,
    session: Session,
    actor: Acting,
    *,
    state: Annotated[list[State], Query(default_factory=list)],
    view: queries.View = "mine",
    after: After = None,
    limit: Limit = 20,
) -> Listing[NominationLine]:
    """`mine`: do tôi lập; `waiting`: chờ tôi xét hoặc sửa; `organisation`: của mọi cơ quan tôi có chức trách."""
    page = await queries.nominations_page(session, actor, view, states=state, after=after, limit=limit)
    link_next(request, response, page.next)
    return Listing(items=[NominationLine.of(row) for row in page.rows], next=page.next)


@reading.get(
    "/nominations/{id}",
    summary="Một hồ sơ đầy đủ",
    response_model=NominationView,
    responses=UNCHANGED | responses(*READING),
)
async def nomination(
    request: Request, response: Response, session: Session, actor: Acting, id: UUID
) -> NominationView | Response:
    """Cho đơn vị giới thiệu và các cấp xét mà hồ sơ đã tới. Hỗ trợ If-None-Match."""
    found = await queries.nomination_whole(session, id)
    permissions.check_may_read(actor, found)
    give(response, found)
    return not_modified(request, etag(found.version)) or NominationView.of(found)


@reading.get(
    "/nominations/{id}/preview",
    summary="Xem trước đúng những gì cổng sẽ hiển thị, và còn thiếu gì",
    responses=responses(*READING),
)
async def preview(request: Request, session: Session, actor: Acting, id: UUID) -> PreviewView:
    """Cho những người xử lý hồ sơ, trước khi phê duyệt."""
    found = await queries.nomination_whole(session, id)
    permissions.check_may_read(actor, found)
    extension = await queries.extension_of(session, found)
    content = await queries.present_content(session, found)
    return PreviewView.of(
        found, content, base=public_base(request), due_before=extension.due_before if extension else None
    )


@reading.get(
    "/nominations/{id}/notice",
    summary="Thông báo và liên kết riêng để chuyển cho người được giới thiệu",
    responses=responses(*READING, NotAllowed),
)
async def notices(request: Request, session: Session, actor: Acting, id: UUID) -> NoticesView:
    """Mỗi người cần hỏi ý kiến một thông báo; có sau khi bài được phép công bố."""
    found = await queries.nomination_whole(session, id)
    permissions.check_may_nominate(actor, found)
    settings: Settings = request.app.state.settings
    return NoticesView(
        items=[
            NoticeView(
                person_name=row.person_name,
                role=row.role,
                text=row.text,
                link=f"{settings.base_url}/nominations/n/{link_token(row.id, settings.secret_keys)}",
                prepared_at=row.prepared_at,
                expires_at=row.expires_at,
            )
            for row in await queries.notices_of(session, found.id)
        ]
    )


@reading.get("/me", summary="Tôi là ai, chức trách hôm nay, việc đang chờ", responses=responses(NotSignedIn))
async def me(session: Session, actor: SignedIn) -> MeView:
    """Trả lời cả người chưa có chức trách, để người quản trị biết mã cá nhân mà giao."""
    offices = await posts(session, actor)
    waiting = await queries.count_waiting(session, await queries.with_lineage(session, actor))
    return MeView(person_id=actor.id, name=actor.name, offices=offices, waiting=waiting)
