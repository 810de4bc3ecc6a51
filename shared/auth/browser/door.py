"""The dependency by which a page learns who is there, and the route that sends him to sign in first."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from shared.auth.actor import Actor
from shared.auth.browser.cookies import session_token
from shared.auth.browser.place import here
from shared.auth.door import Credentials, Visitor, actor_of, holder_of, token_holder
from shared.auth.tokens import Claims, Verifier
from shared.db import Session
from shared.errors import AppError, NotSignedIn
from shared.pages import PageRoute


class SignInNeeded(NotSignedIn):
    """Nobody is signed in in this browser, or no longer."""


async def _claims(request: Request) -> Claims:
    """By this browser's session. Raises SignInNeeded, Unavailable."""
    token = session_token(request)
    if token is None:
        raise SignInNeeded
    verifier: Verifier = request.app.state.verifier
    try:
        return await verifier.verify(token)
    except NotSignedIn as error:
        raise SignInNeeded from error


async def _signed_in_here(request: Request, session: Session, visitor: Visitor) -> Actor:
    return visitor or await actor_of(session, await _claims(request))


async def _holder_here(request: Request, credentials: Credentials) -> Actor:
    return await token_holder(request, credentials) if credentials else holder_of(await _claims(request))


# By this browser's session, or by a bearer token as everywhere; doors of REST know no session.
SignedInHere = Annotated[Actor, Depends(_signed_in_here)]
# Only who he is, without his offices: for pages that hold no transaction while they ask something outside.
HolderHere = Annotated[Actor, Depends(_holder_here)]


class SignInRoute(PageRoute):
    """Who is not signed in is sent to do so, and comes back to the page that he looked at."""

    def told(self, request: Request, refusal: AppError) -> Response | None:
        """The way to sign in, where that is what is needed."""
        return to_sign_in(request, refusal)


def to_sign_in(request: Request, refusal: AppError) -> Response | None:
    """None for any other refusal, and for a form: what was posted cannot be posted again from there without htmx."""
    if not isinstance(refusal, SignInNeeded):
        return None
    if "hx-request" in request.headers:
        # htmx reads it on answers that are no refusal, and then loads the whole page
        return _uncached(Response(headers={"hx-redirect": _way(request)}))
    return _uncached(RedirectResponse(_way(request), 303)) if request.method in {"GET", "HEAD"} else None


def _way(request: Request) -> str:
    """To sign in; `next` is checked where it is followed."""
    looked_at = urlsplit(request.headers.get("hx-current-url", "") or str(request.url))
    return here(request).sign_in(looked_at.path + (f"?{looked_at.query}" if looked_at.query else ""))


def _uncached(answer: Response) -> Response:
    answer.headers["cache-control"] = "no-store"
    return answer
