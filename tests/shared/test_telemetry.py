"""What every request gets: a correlation id, a trace that goes on, a measure, limits, and headers that protect."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import structlog
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from prometheus_client import REGISTRY

from shared import context, logs
from shared.problems import BODY_LIMIT_BYTES, install_problems
from shared.settings import Settings
from shared.telemetry import RequestContext
from tests.conftest import calling

TRACE = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problems(app)
    app.add_middleware(RequestContext, service="shared", body_time_limit_s=0.5)

    @app.get("/work/{id}")
    async def work(id: str) -> list[str]:
        here = context.current()
        return [here.correlation_id, here.traceparent]

    @app.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    @app.get("/page")
    async def page() -> HTMLResponse:
        return HTMLResponse("<p>xin chào</p>")

    @app.get("/broken")
    async def broken() -> None:
        structlog.get_logger().info("about to break", step="one")
        secret_of_a_person = "0912345678"
        raise ZeroDivisionError(len(secret_of_a_person))

    async with calling(app) as client:
        yield client


def measured(method: str, route: str, status: str) -> float:
    labels = {"service": "shared", "method": method, "route": route, "status": status}
    return REGISTRY.get_sample_value("lantoa_request_seconds_count", labels) or 0


async def test_a_correlation_id_is_taken_up_and_given_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/work/1", headers={"x-correlation-id": "don-123:a_b.c"})

    assert answer.json()[0] == answer.headers["x-correlation-id"] == "don-123:a_b.c"


@pytest.mark.parametrize("sent", ["", " ", "a b", "a" * 65, "<script>", 'a"b', "{}"])
async def test_a_correlation_id_that_could_harm_a_log_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/work/1", headers={"x-correlation-id": sent})

    assert answer.headers["x-correlation-id"] != sent
    assert len(answer.headers["x-correlation-id"]) == 32


async def test_a_trace_goes_on_with_a_span_of_its_own(client: httpx.AsyncClient) -> None:
    here = (await client.get("/work/1", headers={"traceparent": TRACE})).json()[1].split("-")

    assert (here[0], here[1], here[3]) == ("00", "1" * 32, "01")
    assert here[2] != "2" * 16


@pytest.mark.parametrize(
    "sent",
    ["", "x", TRACE.upper().replace("0", "G"), f"{TRACE}-more", TRACE.replace("1" * 32, "0" * 32), "ff" + TRACE[2:]],
)
async def test_a_malformed_trace_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    here = (await client.get("/work/1", headers={"traceparent": sent})).json()[1]

    assert here.startswith("00-")
    assert here.split("-")[1] not in {"0" * 32, "1" * 32}


async def test_requests_do_not_share_their_ids(client: httpx.AsyncClient) -> None:
    one, two = (await client.get("/work/1")).json(), (await client.get("/work/1")).json()

    assert one[0] != two[0]
    assert one[1] != two[1]


async def test_time_is_measured_by_route_and_never_by_address(client: httpx.AsyncClient) -> None:
    before = measured("GET", "/work/{id}", "2xx")

    await client.get("/work/1")
    await client.get("/work/2")

    assert measured("GET", "/work/{id}", "2xx") == before + 2
    assert measured("GET", "/work/1", "2xx") == 0


async def test_strange_methods_and_addresses_share_one_measure(client: httpx.AsyncClient) -> None:
    before = measured("OTHER", "none", "4xx")

    await client.request("BREW", "/pot/of/tea")

    assert measured("OTHER", "none", "4xx") == before + 1


async def test_what_broke_is_measured_too(client: httpx.AsyncClient) -> None:
    before = measured("GET", "/broken", "5xx")

    await client.get("/broken")

    assert measured("GET", "/broken", "5xx") == before + 1


async def test_a_body_up_to_the_limit_is_read(client: httpx.AsyncClient) -> None:
    assert (await client.post("/body", content=b"x" * BODY_LIMIT_BYTES)).json() == BODY_LIMIT_BYTES


async def test_a_body_over_the_limit_is_refused_whether_announced_or_not(client: httpx.AsyncClient) -> None:
    async def dribble() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b"x" * 65_536

    announced = await client.post("/body", content=b"x" * (BODY_LIMIT_BYTES + 1))
    streamed = await client.post("/body", content=dribble())

    for answer in (announced, streamed):
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:lantoa:problem:too-large")
        assert "1048576" in answer.json()["detail"]


async def test_a_body_that_dribbles_in_is_broken_off(client: httpx.AsyncClient) -> None:
    async def dribble() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x"
            await asyncio.sleep(0.1)

    answer = await client.post("/body", content=dribble())

    assert (answer.status_code, answer.json()["type"]) == (408, "urn:lantoa:problem:request-too-slow")


async def test_a_page_may_load_nothing_from_elsewhere_nor_be_framed(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/page")).headers

    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"


async def test_every_answer_forbids_guessing_its_type(client: httpx.AsyncClient) -> None:
    for path in ("/page", "/work/1", "/nothing", "/broken"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


# -- logs ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(settings: Settings) -> Iterator[io.StringIO]:
    """What the process logs, configured as `lantoa serve` does, into this buffer."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    old = structlog.get_config()
    logs.configure(settings)
    buffer = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(buffer)
    handler.setFormatter(logs.formatter(readable=False))
    yield buffer
    root.handlers[:] = before
    structlog.configure(**old)


async def test_a_line_is_json_with_correlation_id_trace_and_place(
    client: httpx.AsyncClient, written: io.StringIO
) -> None:
    await client.get("/broken", headers={"x-correlation-id": "abc", "traceparent": TRACE})

    first, second = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (first["event"], first["step"], first["level"]) == ("about to break", "one", "info")
    assert (first["correlation_id"], first["trace_id"], first["service"]) == ("abc", "1" * 32, "shared")
    assert (second["event"], second["level"], second["path"]) == ("request failed", "error", "/broken")
    assert second["exception"][0]["exc_type"] == "ZeroDivisionError"


async def test_a_traceback_shows_no_local_values(client: httpx.AsyncClient, written: io.StringIO) -> None:
    await client.get("/broken")

    assert "0912345678" not in written.getvalue()


def test_lines_of_libraries_take_the_same_form(written: io.StringIO) -> None:
    logging.getLogger("aiokafka").warning("Không nối được %s", "kafka:9092")
    logging.getLogger("uvicorn.access").info("GET /")

    (line,) = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (line["event"], line["logger"], line["level"]) == ("Không nối được kafka:9092", "aiokafka", "warning")
    assert line["at"].endswith("Z")
