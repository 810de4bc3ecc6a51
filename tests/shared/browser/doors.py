"""A service with a page, a REST door and sign-in, and browsers before it: those of the tests of signing in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter, Depends, FastAPI
from starlette.applications import Starlette

from services.serving import dispatcher
from shared.auth import SignedIn
from shared.auth.browser import SignedInHere, SignInRoute, check_same_origin, sign_in_router
from shared.auth.tokens import verifier_for
from shared.db import Database
from shared.settings import Settings
from tests.shared.apps import framed

ADDRESS = "https://lantoa.example"
KEY = "the present key of thirty-two letters and more"
COOKIE = "__Secure-lantoa-session"


def product(settings: Settings, database: Database) -> Starlette:
    """The service `shared` where the dispatcher puts it."""
    return dispatcher({"shared": alone(settings, database)}, settings)


def alone(settings: Settings, database: Database) -> FastAPI:
    """The same service at the root of its host."""
    return framed(_doors(settings), database, settings, verifier_for(settings))


def _doors(settings: Settings) -> APIRouter:
    pages = APIRouter(route_class=SignInRoute, dependencies=[Depends(check_same_origin)])
    whole = APIRouter()

    @pages.get("/desk")
    async def desk(actor: SignedInHere) -> str:
        return actor.name

    @pages.post("/desk")
    async def write(actor: SignedInHere) -> str:
        return f"{actor.name} wrote"

    @whole.get("/v1/me")
    async def me(actor: SignedIn) -> str:
        return actor.name

    @whole.post("/v1/me")
    async def change(actor: SignedIn) -> str:
        return f"{actor.name} changed"

    whole.include_router(pages)
    whole.include_router(sign_in_router(settings, start="/desk"))
    return whole


@asynccontextmanager
async def browsing(app: Starlette, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with its cookies: the product is at `address`, all else where it is. Paths are from the host on."""
    here = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(mounts={address: here}, base_url=address, follow_redirects=True) as browser:
        yield browser


def path_of(answer: httpx.Response) -> str:
    """Where a redirect leads, or where one arrived."""
    url = httpx.URL(answer.headers["location"]) if answer.is_redirect else answer.url
    return url.raw_path.decode()


def cookie_of(browser: httpx.AsyncClient, beginning: str) -> str:
    """The name of the one cookie that begins so."""
    (name,) = [cookie.name for cookie in browser.cookies.jar if cookie.name.startswith(beginning)]
    return name


async def returning(browser: httpx.AsyncClient, onward: str = "/shared/desk") -> str:
    """Everything up to the address by which the issuer sends the browser back."""
    begun = await browser.get("/shared/sign-in", params={"next": onward}, follow_redirects=False)
    asked = await browser.get(begun.headers["location"], follow_redirects=False)
    return str(asked.headers["location"])
