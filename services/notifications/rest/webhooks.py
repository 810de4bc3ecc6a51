"""Webhooks: endpoints that receive public facts, their secrets, and what was delivered."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.notifications import actions, permissions, queries
from services.notifications.actions import Registration, Rules
from services.notifications.channels import UnsafeAddress
from services.notifications.schemas import DeliveryView, WebhookIn, WebhookView
from shared.auth import SignedIn
from shared.clock import today
from shared.conditional import IfMatch, MaybeIfMatch, give
from shared.db import Session
from shared.errors import (
    Gone,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PreconditionFailed,
    PreconditionRequired,
    StepNotPossible,
)
from shared.idempotency import IdempotentRoute, KeyUsedDifferently, StillInFlight, claim
from shared.paging import After, BadCursor, Limit, Listing, link_next
from shared.problems import responses
from shared.routes import ExactRoute

CONDITIONS = (NotFound, PreconditionFailed, PreconditionRequired)
KEYED = (KeyUsedDifferently, StillInFlight)
router = APIRouter(
    prefix="/v1",
    tags=["webhooks"],
    route_class=IdempotentRoute,
    dependencies=[Depends(claim)],
    responses=responses(NotSignedIn, Invalid),
)
# Answers that show a secret are not kept for a key: they would lie there unsealed. PUT repeats by itself,
# and a rotation repeated after a lost answer harms nobody, since every secret of the last day signs along.
secrets = APIRouter(
    prefix="/v1/webhooks", tags=["webhooks"], route_class=ExactRoute, responses=responses(NotSignedIn, Invalid)
)


def _rules(request: Request) -> Rules:
    settings = request.app.state.settings
    return Rules(settings.secret_keys, settings.allow_private_webhooks)


@secrets.put(
    "/{endpoint_id}",
    summary="Đăng ký hoặc sửa điểm nhận",
    responses={
        **responses(NotAllowed, UnsafeAddress, Invalid, *CONDITIONS),
        201: {"model": WebhookView, "description": "Đã đăng ký; đây là lần duy nhất hiện khóa ký"},
    },
)
async def put_webhook(
    endpoint_id: UUID,
    body: WebhookIn,
    *,
    session: Session,
    actor: SignedIn,
    request: Request,
    response: Response,
    version: MaybeIfMatch,
) -> WebhookView:
    """The client chooses the id. A change needs If-Match."""
    wish = Registration(body.url, body.events, body.organisation_id)
    found = await actions.register(session, actor, endpoint_id, wish, rules=_rules(request), version=version)
    response.status_code = 201 if found.created else 200
    give(response, found.endpoint)
    return WebhookView.of(found.endpoint, found.secret)


@secrets.post("/{endpoint_id}/secret/rotation", summary="Đổi khóa ký", responses=responses(*CONDITIONS))
async def rotate_secret(
    endpoint_id: UUID,
    *,
    session: Session,
    actor: SignedIn,
    request: Request,
    response: Response,
    version: IfMatch,
) -> WebhookView:
    """The old secret signs along for 24 hours. The new one is shown this once."""
    keys = request.app.state.settings.secret_keys
    found = await actions.rotate_secret(session, actor, endpoint_id, keys=keys, version=version)
    give(response, found.endpoint)
    return WebhookView.of(found.endpoint, found.secret)


@router.get("/webhooks", summary="Các điểm nhận tôi quản lý", responses=responses(BadCursor))
async def list_webhooks(
    *,
    session: Session,
    actor: SignedIn,
    request: Request,
    response: Response,
    after: After = None,
    limit: Limit = 20,
) -> Listing[WebhookView]:
    """Those of bodies at or below his, or the system's own."""
    bodies = await queries.administered(session, actor, today())
    page = await queries.endpoints_of(session, actor, bodies, after=after, limit=limit)
    link_next(request, response, page.next)
    return Listing(items=[WebhookView.of(row) for row in page.rows], next=page.next)


@router.get("/webhooks/{endpoint_id}", summary="Một điểm nhận", responses=responses(NotFound))
async def get_webhook(endpoint_id: UUID, session: Session, actor: SignedIn, response: Response) -> WebhookView:
    """Without its secret."""
    row = await queries.endpoint(session, endpoint_id)
    permissions.check_may_manage(actor, row, await queries.administered(session, actor, today()))
    give(response, row)
    return WebhookView.of(row)


@router.delete(
    "/webhooks/{endpoint_id}", status_code=204, summary="Xóa điểm nhận", responses=responses(*CONDITIONS, *KEYED)
)
async def delete_webhook(endpoint_id: UUID, session: Session, actor: SignedIn, version: IfMatch) -> None:
    """With its deliveries."""
    await actions.delete_endpoint(session, actor, endpoint_id, version=version)


STEPS = responses(*CONDITIONS, *KEYED, StepNotPossible)


@router.post("/webhooks/{endpoint_id}/pause", summary="Tạm dừng điểm nhận", responses=STEPS)
async def pause_webhook(
    endpoint_id: UUID, session: Session, actor: SignedIn, response: Response, version: IfMatch
) -> WebhookView:
    """What comes meanwhile waits."""
    row = await actions.pause_endpoint(session, actor, endpoint_id, version=version)
    give(response, row)
    return WebhookView.of(row)


@router.post("/webhooks/{endpoint_id}/resumption", summary="Mở lại điểm nhận", responses=STEPS)
async def resume_webhook(
    endpoint_id: UUID, session: Session, actor: SignedIn, response: Response, version: IfMatch
) -> WebhookView:
    """What waits is sent from now on."""
    row = await actions.resume_endpoint(session, actor, endpoint_id, version=version)
    give(response, row)
    return WebhookView.of(row)


@router.post("/webhooks/{endpoint_id}/disablement", summary="Tắt điểm nhận", responses=STEPS)
async def disable_webhook(
    endpoint_id: UUID, session: Session, actor: SignedIn, response: Response, version: IfMatch
) -> WebhookView:
    """What waits is cancelled."""
    row = await actions.disable_endpoint(session, actor, endpoint_id, version=version)
    give(response, row)
    return WebhookView.of(row)


@router.post(
    "/webhooks/{endpoint_id}/test",
    status_code=202,
    summary="Gửi thử",
    responses=responses(NotFound, StepNotPossible, *KEYED),
)
async def test_webhook(endpoint_id: UUID, session: Session, actor: SignedIn) -> DeliveryView:
    """A signed ping by the ordinary way; see how it went among the deliveries."""
    return DeliveryView.of(await actions.test_endpoint(session, actor, endpoint_id), [])


@router.get(
    "/webhooks/{endpoint_id}/deliveries",
    summary="Những gì đã gửi, mới nhất trước",
    responses=responses(NotFound, BadCursor),
)
async def list_deliveries(
    endpoint_id: UUID,
    *,
    session: Session,
    actor: SignedIn,
    request: Request,
    response: Response,
    after: After = None,
    limit: Limit = 20,
) -> Listing[DeliveryView]:
    """Each with every attempt."""
    row = await queries.endpoint(session, endpoint_id)
    permissions.check_may_manage(actor, row, await queries.administered(session, actor, today()))
    page = await queries.deliveries_of(session, endpoint_id, after=after, limit=limit)
    attempts = await queries.attempts_of(session, [one.id for one in page.rows])
    link_next(request, response, page.next)
    items = [DeliveryView.of(one, attempts.get(one.id, [])) for one in page.rows]
    return Listing(items=items, next=page.next)


@router.post(
    "/deliveries/{delivery_id}/retry",
    status_code=202,
    summary="Gửi lại",
    responses=responses(NotFound, Gone, StepNotPossible, *KEYED),
)
async def retry_delivery(delivery_id: UUID, session: Session, actor: SignedIn) -> DeliveryView:
    """Now, under the same webhook-id."""
    row = await actions.retry(session, actor, delivery_id)
    attempts = await queries.attempts_of(session, [row.id])
    return DeliveryView.of(row, attempts.get(row.id, []))
