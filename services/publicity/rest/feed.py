"""For machines: the facts that were sent, to catch up; and pictures by a link that does not last."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.publicity import queries
from services.publicity.queries import CursorTooOld
from services.publicity.schemas import FactsView
from shared.db import Session
from shared.errors import Gone, Invalid, NotFound
from shared.events import outside
from shared.files.rest import redirect_to
from shared.paging import BadCursor, Limit, link_next
from shared.problems import responses

router = APIRouter(prefix="/v1", tags=["catch-up"])
AfterFact = Annotated[
    str | None,
    Query(
        max_length=500,
        description="`next` của lần đọc trước, hoặc `id` của sự kiện cuối đã nhận (với webhook: `webhook-id`)",
    ),
]


@router.get(
    "/events",
    summary="Đọc bù các sự kiện đã gửi, theo thứ tự gửi",
    responses=responses(Invalid, BadCursor, CursorTooOld),
    operation_id="events",
)
async def events(
    *, request: Request, response: Response, session: Session, after: AfterFact = None, limit: Limit = 100
) -> FactsView:
    """Không cần đăng nhập. Giữ bảy ngày. Sự kiện của tin đã gỡ hẳn vẫn giữ số thứ tự nhưng `data` là null.

    Webhook chỉ giữ thứ tự theo từng tin: sau khi gián đoạn, hãy đọc từ sự kiện cuối nhận được trước đó và bỏ qua
    những `id` đã có.
    """
    facts, cursor = await queries.sent_facts(session, after=after, limit=limit)
    link_next(request, response, cursor if len(facts) == limit else None)
    return FactsView(events=[outside(fact) for fact in facts], next=cursor)


@router.get(
    "/pictures/{id}",
    status_code=302,
    response_class=RedirectResponse,
    summary="Một ảnh: chuyển tới liên kết có hiệu lực 5 phút",
    responses=responses(NotFound, Gone, Invalid),
    operation_id="picture",
)
async def picture(request: Request, session: Session, id: UUID) -> Response:
    """Không cần đăng nhập. Ảnh của tin đã gỡ hẳn trả lời 410."""
    key, media_type = await queries.picture_to_show(session, id)
    return redirect_to(request, key, name=f"{id}", media_type=media_type)
