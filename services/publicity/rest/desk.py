"""The editors' desk. Every change carries If-Match: nobody changes a version he has not read."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.publicity import actions, permissions, queries
from services.publicity.actions import DraftOpen, KindNotConsented, NoDraft, NothingCorrected
from services.publicity.models import Item
from services.publicity.rest.site import SiteHere
from services.publicity.schemas import CorrectionIn, DeskItemView, DraftIn, PublicationIn, WithdrawalIn
from services.publicity.workflow import Withdrawal
from shared.auth import Role, SignedIn
from shared.conditional import UNCHANGED, IfMatch, etag, give, not_modified
from shared.db import Session
from shared.errors import (
    Gone,
    Invalid,
    NotAllowed,
    NotFound,
    NotKnownYet,
    NotSignedIn,
    PreconditionFailed,
    PreconditionRequired,
    StepNotPossible,
)
from shared.idempotency import IdempotentRoute, claim
from shared.paging import After, BadCursor, Limit, Listing, link_next
from shared.problems import responses

router = APIRouter(prefix="/v1", route_class=IdempotentRoute, dependencies=[Depends(claim)], tags=["desk"])
READING = (NotSignedIn, NotAllowed, NotFound, Gone, Invalid)
CHANGING = (*READING, PreconditionRequired, PreconditionFailed, StepNotPossible)


def _told(response: Response, item: Item) -> DeskItemView:
    give(response, item)
    return DeskItemView.of(item)


@router.get(
    "/desk/items", summary="Tin đang chờ biên tập viên đăng", responses=responses(NotSignedIn, Invalid, BadCursor)
)
async def waiting(
    *, request: Request, response: Response, session: Session, actor: SignedIn, after: After = None, limit: Limit = 20
) -> Listing[DeskItemView]:
    """Tin của những cơ quan mà bạn là biên tập viên, kể cả cơ quan đã nhập vào đó, còn kênh chưa đăng."""
    owners = await queries.kept_by(session, actor.organisations(Role.EDITOR))
    page = await queries.waiting_items(session, owners, after=after, limit=limit)
    link_next(request, response, page.next)
    return Listing(items=[DeskItemView.of(item) for item in page.rows], next=page.next)


@router.get(
    "/desk/items/{id}",
    summary="Một tin với các phiên bản và kênh",
    response_model=DeskItemView,
    responses=responses(*READING) | UNCHANGED,
)
async def desk_item(
    *, request: Request, response: Response, session: Session, actor: SignedIn, id: UUID
) -> Response | DeskItemView:
    item = await queries.desk_item(session, id)
    permissions.check_may_read_at_desk(actor, item, await queries.keepers(session, item.owner_id))
    if item.withdrawal is Withdrawal.GONE:
        raise Gone
    return not_modified(request, etag(item.version)) or _told(response, item)


@router.post(
    "/items/{id}/placements/{channel_id}",
    summary="Đăng lên một kênh, hoặc xác nhận đã đăng",
    responses=responses(*CHANGING, NotKnownYet, KindNotConsented),
)
async def place(
    *,
    response: Response,
    session: Session,
    actor: SignedIn,
    site: SiteHere,
    id: UUID,
    channel_id: UUID,
    version: IfMatch,
) -> DeskItemView:
    return _told(response, await actions.place(session, actor, id, channel_id, version=version, site=site))


@router.put("/items/{id}/draft", summary="Soạn phiên bản tiếp theo", responses=responses(*CHANGING))
async def save_draft(
    *, response: Response, session: Session, actor: SignedIn, id: UUID, body: DraftIn, version: IfMatch
) -> DeskItemView:
    return _told(response, await actions.save_draft(session, actor, id, body.words(), version=version))


@router.delete("/items/{id}/draft", summary="Bỏ bản đang soạn", responses=responses(*CHANGING, NoDraft))
async def discard_draft(
    *, response: Response, session: Session, actor: SignedIn, id: UUID, version: IfMatch
) -> DeskItemView:
    return _told(response, await actions.discard_draft(session, actor, id, version=version))


@router.post("/items/{id}/draft/publication", summary="Đưa bản đang soạn lên", responses=responses(*CHANGING, NoDraft))
async def publish_draft(
    *,
    response: Response,
    session: Session,
    actor: SignedIn,
    site: SiteHere,
    id: UUID,
    body: PublicationIn,
    version: IfMatch,
) -> DeskItemView:
    item = await actions.publish_draft(session, actor, id, body.note, version=version, site=site)
    return _told(response, item)


@router.post(
    "/items/{id}/corrections",
    summary="Đính chính: phiên bản mới hiện ngay",
    responses=responses(*CHANGING, DraftOpen, NothingCorrected),
)
async def correct(
    *,
    response: Response,
    session: Session,
    actor: SignedIn,
    site: SiteHere,
    id: UUID,
    body: CorrectionIn,
    version: IfMatch,
) -> DeskItemView:
    item = await actions.correct(session, actor, id, body.words(), body.note, version=version, site=site)
    return _told(response, item)


@router.post("/items/{id}/withdrawal", summary="Gỡ tin", responses=responses(*CHANGING))
async def withdraw(
    *,
    response: Response,
    session: Session,
    actor: SignedIn,
    site: SiteHere,
    id: UUID,
    body: WithdrawalIn,
    version: IfMatch,
) -> DeskItemView:
    kind = Withdrawal(body.kind)
    item = await actions.withdraw(session, actor, id, kind, body.explanation, version=version, site=site)
    return _told(response, item)
