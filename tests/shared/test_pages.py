"""Pages for people: whatever is refused there is told as a page, whoever refuses it."""

from __future__ import annotations

import httpx
import pytest
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.errors import AppError, NotFound
from shared.pages import PageRoute


class Paper(PageRoute):
    def told(self, request: Request, refusal: AppError) -> Response | None:
        return HTMLResponse(f"<p>{refusal.code}</p>", refusal.status)


router = APIRouter()
pages = APIRouter(route_class=Paper)


@pages.get("/stories/{number}")
async def story(number: int, size: int = 1) -> None:
    raise NotFound if number else ZeroDivisionError("secret")


router.include_router(pages)


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "/stories/1", 404, "not-found"),
        ("GET", "/stories/0", 500, "internal"),
        ("GET", "/stories/1?size=x", 404, "not-found"),
        ("GET", "/stories/one", 404, "not-found"),
        ("POST", "/stories/1", 405, "method-not-allowed"),
    ],
)
async def test_a_refusal_is_a_page(client: httpx.AsyncClient, method: str, path: str, status: int, told: str) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.text) == (status, f"<p>{told}</p>")


async def test_a_bug_says_nothing_of_itself(client: httpx.AsyncClient) -> None:
    assert "secret" not in (await client.get("/stories/0")).text
