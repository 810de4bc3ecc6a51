"""Nobody else's page acts in a browser that is signed in here.

A cookie travels with whatever the browser sends, so another site could post in a person's name: `SameSite=Lax` keeps
the cookie from other sites' posts, and asking whose page sent it also refuses our neighbours under the same domain.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from shared.errors import AppError
from shared.settings import Settings

SAFE = frozenset({"GET", "HEAD"})


class CrossSite(AppError):
    """A change that a page of somebody else's asked for."""

    status, code = 403, "cross-site"


async def check_same_origin(request: Request) -> None:
    """Reading is anyone's, and a token that was put there by hand no browser adds by itself. Raises CrossSite."""
    if request.method in SAFE or "authorization" in request.headers:
        return
    settings: Settings = request.app.state.settings
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        allowed = site in {"same-origin", "none"}  # none: the person himself, by reloading
    else:
        ours = urlsplit(settings.base_url)
        allowed = request.headers.get("origin") == f"{ours.scheme}://{ours.netloc}"
    if not allowed:
        raise CrossSite
