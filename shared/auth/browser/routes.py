"""The addresses of signing in and out, the same for every issuer; nothing is held while the issuer is asked."""

from __future__ import annotations

import secrets
import time
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from shared.auth import paper
from shared.auth.browser.cookies import (
    Attempt,
    close_session,
    forget_attempt,
    keep_attempt,
    kept_attempt,
    open_session,
)
from shared.auth.browser.flow import Flow, SignInFailed
from shared.auth.browser.origin import check_same_origin
from shared.auth.browser.place import here
from shared.auth.tokens import Verifier
from shared.errors import AppError, NotSignedIn
from shared.messages import say
from shared.pages import PageRoute
from shared.settings import Settings

log = structlog.get_logger()


class Told(BaseModel):
    """What the issuer sends a browser back with (RFC 6749 section 4.1.2, RFC 9207); a refusal brings no code."""

    state: str = ""
    code: str = ""
    iss: str | None = None


class SignInPages(PageRoute):
    """A refusal has the way to try again."""

    def told(self, request: Request, refusal: AppError) -> Response:
        """The refusal in Vietnamese."""
        title, detail = say(refusal)
        again = here(request).sign_in()
        answer = paper.page("problem.html", refusal.status, title=title, detail=detail, again=again)
        if refusal.retry_after_s is not None:
            answer.headers["retry-after"] = str(refusal.retry_after_s)
        return answer


def sign_in_router(settings: Settings, *, start: str = "/") -> APIRouter:
    """For one service; `start` is the page of it that one sees who was going nowhere else."""
    router = APIRouter(route_class=SignInPages, include_in_schema=False)
    flow = Flow(settings)

    @router.get("/sign-in")
    async def sign_in(request: Request, onward: Annotated[str, Query(alias="next")] = "") -> Response:
        place = here(request)
        attempt = Attempt(
            state=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(32),
            onward=place.local(onward) or place.url + start,
        )
        answer = RedirectResponse(await flow.way(attempt, place.callback), 302, paper.HEADERS)
        keep_attempt(request, answer, attempt)
        return answer

    @router.get("/sign-in/callback")
    async def callback(request: Request, told: Annotated[Told, Query()]) -> Response:
        attempt = kept_attempt(request, told.state)
        if attempt is None or not told.code or told.iss not in {None, settings.auth_issuer}:
            raise SignInFailed
        token = await flow.token(told.code, attempt, here(request).callback)
        lifetime_s = await _lifetime(request, token)
        answer = RedirectResponse(attempt.onward, 303, paper.HEADERS)
        open_session(request, answer, token, lifetime_s=lifetime_s)
        forget_attempt(request, answer, attempt)
        return answer

    @router.post("/sign-out", dependencies=[Depends(check_same_origin)])
    async def sign_out(request: Request) -> Response:
        answer = RedirectResponse(f"{here(request).url}/sign-out", 303, paper.HEADERS)
        close_session(request, answer)
        return answer

    @router.get("/sign-out")
    async def signed_out(request: Request) -> Response:
        # not the start page: an issuer that remembers the person would sign him in again before he sees anything
        return paper.page("left.html", again=here(request).sign_in())

    return router


async def _lifetime(request: Request, token: str) -> int:
    """How many seconds a token meant for us is good, judged as at every door. Raises SignInFailed, Unavailable."""
    verifier: Verifier = request.app.state.verifier
    try:
        claims = await verifier.verify(token)
    except NotSignedIn as error:
        log.warning("the issuer's token is not for us: look at its audience and its clock", audience=verifier.audience)
        raise SignInFailed from error
    lifetime_s = int(claims.exp - time.time())
    if lifetime_s <= 0:  # within the leeway only: it would be asked for again at once, without end
        raise SignInFailed
    return lifetime_s
