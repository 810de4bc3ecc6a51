"""Who takes his time over a request, or says too much of it, is not waited for; real sockets to the server we run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.listening import CarefulProtocol
from services.serving import dispatcher, server
from shared.settings import Settings
from tests.chain.conftest import free_port

HEAD = b"GET /healthz HTTP/1.1\r\nhost: x\r\n"


class Hasty(CarefulProtocol):
    """The same with less patience, so that the test needs none."""

    head_time_limit_s = 0.4


async def _slowly(_: Request) -> Response:
    await asyncio.sleep(0.8)
    return PlainTextResponse("slow, but whole")


@asynccontextmanager
async def listening(folder: Path, *, hasty: bool = False) -> AsyncIterator[int]:
    """The process's own answers, without any service, on a port."""
    settings = Settings(_env_file=None, home=folder, port=free_port())
    app = dispatcher({}, settings)
    app.router.routes.insert(0, Route("/slowly", _slowly))
    http: uvicorn.Server = server(app, settings)
    if hasty:
        http = uvicorn.Server(uvicorn.Config(app, port=settings.port, log_config=None, http=Hasty))
    running = asyncio.create_task(http.serve())
    while not http.started:
        await asyncio.sleep(0.01)
    yield settings.port
    http.should_exit = True
    await running


async def said(port: int, *parts: bytes, limit_s: float = 5) -> tuple[bytes, float]:
    """What is answered until the connection is closed, and after how long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began, answer = time.monotonic(), b""
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        answer = await asyncio.wait_for(reader.read(), limit_s)
    except ConnectionError:
        pass
    writer.close()
    return answer, time.monotonic() - began


@pytest.mark.parametrize("sent", [b"", b"GET", HEAD + b"x-a: "], ids=["nothing", "a word", "half a head"])
async def test_a_head_that_does_not_come_is_not_waited_for(tmp_path: Path, sent: bytes) -> None:
    async with listening(tmp_path, hasty=True) as port:
        answer, lasted = await said(port, sent)

    assert (answer, lasted < 3) == (b"", True)


async def test_the_second_head_on_a_connection_is_not_waited_for_either(tmp_path: Path) -> None:
    async with listening(tmp_path, hasty=True) as port:
        answer, lasted = await said(port, HEAD + b"\r\n", HEAD)

    assert (answer.count(b"200 OK"), lasted < 3) == (1, True)


async def test_an_answer_may_take_longer_than_the_head(tmp_path: Path) -> None:
    async with listening(tmp_path, hasty=True) as port, httpx.AsyncClient() as client:
        first = await client.get(f"http://127.0.0.1:{port}/slowly")
        again = await client.get(f"http://127.0.0.1:{port}/slowly")

    assert (first.text, again.text) == ("slow, but whole",) * 2


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"x-a: " + b"a" * 5_000_000 + b"\r\n\r\n",
        HEAD + b"".join(b"x-%d: a\r\n" % n for n in range(100_000)) + b"\r\n",
        HEAD + b"authorization: Bearer " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    ids=["one long field", "many fields", "a token of absurd size", "a long address"],
)
async def test_a_head_that_does_not_end_is_refused(tmp_path: Path, head: bytes) -> None:
    async with listening(tmp_path) as port:
        answer, lasted = await said(port, head)
        after, _ = await said(port, HEAD + b"connection: close\r\n\r\n")

    assert (b"200 OK" in answer, lasted < 4, b"200 OK" in after) == (False, True, True)


async def test_nobody_is_led_out_of_http(tmp_path: Path) -> None:
    wanted = b"connection: upgrade, close\r\nupgrade: websocket\r\n"
    upgrade = wanted + b"sec-websocket-version: 13\r\nsec-websocket-key: eA==\r\n\r\n"

    async with listening(tmp_path) as port:
        answer, _ = await said(port, HEAD + upgrade, limit_s=8)

    assert b"101" not in answer.partition(b"\r\n")[0]


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/nothing", "/healthz/", "/issuer/jwks", "/issuer/jwks/"])
async def test_the_processs_own_answers_are_closed_too(tmp_path: Path, path: str) -> None:
    settings = Settings(_env_file=None, home=tmp_path)
    transport = httpx.ASGITransport(dispatcher({}, settings))

    async with httpx.AsyncClient(transport=transport, base_url="http://evil.example") as client:
        answer = await client.get(path)

    assert (answer.headers["x-content-type-options"], "referrer-policy" in answer.headers) == ("nosniff", True)
    assert "evil.example" not in f"{answer.headers} {answer.text}"
