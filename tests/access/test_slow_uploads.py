"""A file may take as long as its form is good, and no longer, however steadily its bytes drip in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request

from shared.files.shapes import FORM_LIFETIME_S
from shared.problems import install_problems
from shared.telemetry import UPLOAD_TIME_LIMIT_S, RequestContext
from tests.conftest import calling


async def dripping() -> AsyncIterator[bytes]:
    for _ in range(10):
        yield b"x"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(("limit_s", "status"), [(0.2, 408), (30, 200)])
async def test_an_upload_that_drips_is_broken_off_when_its_time_is_over(limit_s: float, status: int) -> None:
    app = FastAPI()
    install_problems(app)
    app.add_middleware(RequestContext, service="shared", body_time_limit_s=0.1, upload_time_limit_s=limit_s)

    @app.post("/files/{ticket}")
    async def take(request: Request) -> int:
        return len(await request.body())

    async with calling(app) as client:
        answer = await client.post("/files/ticket", content=dripping())

    assert answer.status_code == status


def test_the_time_is_that_of_the_form() -> None:
    assert UPLOAD_TIME_LIMIT_S == FORM_LIFETIME_S
