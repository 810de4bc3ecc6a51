"""Oneself: who I am, where I am reached, and what I want to hear of."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from services.notifications import actions, queries
from services.notifications.schemas import (
    CodeIn,
    ContactPointView,
    EmailIn,
    MeView,
    Preferences,
)
from shared.auth import SignedIn
from shared.conditional import IfMatch, MaybeIfMatch, give
from shared.db import Session
from shared.directory.posts import posts
from shared.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.idempotency import IdempotentRoute, KeyUsedDifferently, StillInFlight, claim
from shared.problems import responses

router = APIRouter(
    prefix="/v1/me",
    tags=["me"],
    route_class=IdempotentRoute,
    dependencies=[Depends(claim)],
    responses=responses(NotSignedIn, Invalid),
)
WRITES = (NotAllowed, PreconditionFailed, PreconditionRequired, Invalid, KeyUsedDifferently, StillInFlight)


@router.get("", summary="Tôi là ai, chức trách hôm nay, và có bao nhiêu thông báo chưa đọc")
async def me(session: Session, actor: SignedIn) -> MeView:
    """Answers anyone signed in, also without office."""
    unread = await queries.unread_count(session, actor.id)
    return MeView(person_id=actor.id, name=actor.name, offices=await posts(session, actor), unread_messages=unread)


@router.get("/contact-points/email", summary="Địa chỉ thư của tôi")
async def get_email(session: Session, actor: SignedIn, response: Response) -> ContactPointView:
    """The ETag counts changes of contact points and preferences together."""
    row = (await queries.recipients(session, [actor.id])).get(actor.id)
    response.headers["etag"] = f'"{row.version if row else 0}"'
    return ContactPointView.of(row)


@router.put("/contact-points/email", summary="Đặt địa chỉ thư", responses=responses(*WRITES, actions.TooManyCodes))
async def put_email(
    body: EmailIn,
    *,
    session: Session,
    actor: SignedIn,
    request: Request,
    response: Response,
    version: MaybeIfMatch,
) -> ContactPointView:
    """A code goes to the address; mails follow once it is confirmed."""
    keys = request.app.state.settings.secret_keys
    row = await actions.set_email(session, actor, body.address, keys=keys, version=version)
    give(response, row)
    return ContactPointView.of(row)


@router.delete("/contact-points/email", summary="Bỏ địa chỉ thư", responses=responses(*WRITES))
async def delete_email(
    session: Session, actor: SignedIn, request: Request, response: Response, version: IfMatch
) -> ContactPointView:
    """From now on only messages in the app."""
    keys = request.app.state.settings.secret_keys
    row = await actions.set_email(session, actor, None, keys=keys, version=version)
    give(response, row)
    return ContactPointView.of(row)


@router.put(
    "/contact-points/email/confirmation",
    summary="Xác nhận địa chỉ thư bằng mã trong thư",
    responses=responses(NotAllowed, NotFound, actions.WrongCode),
)
async def confirm_email(
    body: CodeIn, session: Session, actor: SignedIn, request: Request, response: Response
) -> ContactPointView:
    """A second time changes nothing."""
    keys = request.app.state.settings.secret_keys
    row = await actions.confirm_email(session, actor, body.code, keys=keys)
    give(response, row)
    return ContactPointView.of(row)


@router.get("/preferences", summary="Tôi muốn nhận gì, qua kênh nào")
async def get_preferences(session: Session, actor: SignedIn, response: Response) -> Preferences:
    """Every kind by every channel."""
    row = (await queries.recipients(session, [actor.id])).get(actor.id)
    response.headers["etag"] = f'"{row.version if row else 0}"'
    return Preferences.of(row)


@router.put("/preferences", summary="Đặt lại toàn bộ tùy chọn", responses=responses(*WRITES))
async def put_preferences(
    body: Preferences, session: Session, actor: SignedIn, response: Response, version: MaybeIfMatch
) -> Preferences:
    """What is not listed is on."""
    row = await actions.set_preferences(session, actor, body.muted(), version=version)
    give(response, row)
    return Preferences.of(row)
