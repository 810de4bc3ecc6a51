"""The dependency by which a page learns who is there, and the route that sends him to sign in first."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from shared.auth.actor import Actor
from shared.auth.browser.cookies import session_token
from shared.auth.browser.place import here
from shared.auth.door import Visitor, actor_of
from shared.auth.tokens import Verifier
from shared.db import Session
from shared.errors import NotSignedIn


class SignInNeeded(NotSignedIn):
    """Nobody is signed in in this browser, or no longer."""


async def _signed_in_here(request: Request, session: Session, visitor: Visitor) -> Actor:
    if visitor is not None:
        return visitor
    token = session_token(request)
    if token is None:
        raise SignInNeeded
    verifier: Verifier = request.app.state.verifier
    try:
        claims = await verifier.verify(token)
    except NotSignedIn as error:
        raise SignInNeeded from error
    return await actor_of(session, claims)


# By this browser's session, or by a bearer token as everywhere; doors of REST know no session.
SignedInHere = Annotated[Actor, Depends(_signed_in_here)]


class SignInRoute(APIRoute):
    """Who is not signed in is sent to do so, and comes back to the page that he looked at.

    A form that was posted cannot be posted again from there: without htmx its refusal is raised on, as any other.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with SignInNeeded answered."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except SignInNeeded:
                if "hx-request" in request.headers:
                    # htmx reads it on answers that are no refusal, and then loads the whole page
                    return _uncached(Response(headers={"hx-redirect": _way(request)}))
                if request.method not in {"GET", "HEAD"}:
                    raise
                return _uncached(RedirectResponse(_way(request), 303))

        return handle


def _way(request: Request) -> str:
    """To sign in; `next` is checked where it is followed."""
    looked_at = urlsplit(request.headers.get("hx-current-url", "") or str(request.url))
    return here(request).sign_in(looked_at.path + (f"?{looked_at.query}" if looked_at.query else ""))


def _uncached(answer: Response) -> Response:
    answer.headers["cache-control"] = "no-store"
    return answer
