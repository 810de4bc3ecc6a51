"""Reading for everyone: what is published, and nothing else."""

from __future__ import annotations

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.publicity import queries
from services.publicity.channels import Site
from services.publicity.rest.site import SiteHere
from services.publicity.schemas import ItemQuery, ItemView
from shared.conditional import UNCHANGED, not_modified
from shared.db import Session
from shared.errors import Gone, Invalid, NotFound
from shared.paging import BadCursor, Listing, link_next
from shared.problems import responses

router = APIRouter(prefix="/v1", tags=["items"])


@router.get(
    "/items",
    summary="Tin đã đăng, mới nhất trước",
    response_model=Listing[ItemView],
    responses=responses(Invalid, BadCursor) | UNCHANGED,
    operation_id="items",
)
async def items(
    *, request: Request, response: Response, session: Session, site: SiteHere, query: Annotated[ItemQuery, Query()]
) -> Response:
    """Không cần đăng nhập. Tìm được cả khi gõ không dấu, và tìm được theo số ký hiệu văn bản.

    Gửi lại `ETag` trong `If-None-Match`: trang chưa đổi thì trả lời 304.
    """
    page = await queries.published_items(session, query.wanted(), after=query.after, limit=query.limit)
    link_next(request, response, page.next)
    found = await queries.shown(session, page.rows)
    listing = Listing(items=[ItemView.of(one, site) for one in found], next=page.next)
    return _tagged(request, listing.model_dump_json().encode(), dict(response.headers))


@router.get(
    "/items/{id}",
    summary="Một tin",
    response_model=ItemView,
    responses=responses(NotFound, Gone, Invalid) | UNCHANGED,
    operation_id="item",
)
async def item(request: Request, session: Session, site: SiteHere, id: UUID) -> Response:
    """Không cần đăng nhập. Tin đã gỡ hẳn trả lời 410 và không còn nội dung nào."""
    return _tagged(request, await _one(session, id, site), {})


def _tagged(request: Request, body: bytes, headers: dict[str, str]) -> Response:
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    return not_modified(request, tag) or Response(body, headers={**headers, "etag": tag}, media_type="application/json")


async def _one(session: Session, id: UUID, site: Site) -> bytes:
    found = await queries.shown(session, [await queries.item_to_show(session, id)])
    return ItemView.of(found[0], site).model_dump_json().encode()
