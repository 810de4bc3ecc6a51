"""Webhooks never to an inside address, however it is written, and whatever a name says the second time."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.channels import Post, Poster, Result, UnsafeAddress, check_url, new_secret, outside_address
from services.notifications.channels.addresses import RESOLVERS
from services.notifications.channels.webhook import retry_after

DISGUISED = [
    "https://127.1/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f.1/",
    "https://localhost./",
    "https://127.0.0.1./",
    "https://metadata.google.internal./",
    "https://169.254.169.254/latest/meta-data/",
    "https://0.0.0.0/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2001:0:7f00:1::1]/",
    "https://[3fff::1]/",
    "https://192.0.0.8/",
    "https://127.0.0.1%00.example.vn/",
    "https://toasoan.example.vn%2f@127.0.0.1/",
    "https://toasoan.example.vn:443\\@127.0.0.1/",
]


@pytest.mark.parametrize("url", DISGUISED)
def test_an_inside_address_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_url(url, allow_private=False)


def test_a_name_is_let_through_also_with_the_dot_of_the_root() -> None:
    assert check_url("https://toasoan.example.vn./", allow_private=False) is None  # type: ignore[func-returns-value]


SEEN: list[tuple[str, Any]] = []
WATCHING = [False]


def _watch(event: str, given: tuple[Any, ...]) -> None:
    if WATCHING[0] and event in {"socket.getaddrinfo", "socket.connect"}:
        SEEN.append((event, given[0] if event == "socket.getaddrinfo" else given[1]))


sys.addaudithook(_watch)  # Python's own record of what a process asks of the system; it cannot be taken off again


@contextmanager
def watched() -> Iterator[list[tuple[str, Any]]]:
    """Every name that is resolved and every address that is connected to, meanwhile."""
    SEEN.clear()
    WATCHING[0] = True
    yield SEEN
    WATCHING[0] = False


@asynccontextmanager
async def receiver(answer: bytes, *, endless: bool = False) -> AsyncIterator[tuple[int, list[int]]]:
    """Answers once; `endless` goes on sending a body for as long as somebody takes it. Gives the bytes taken."""
    taken: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        sent = 0
        try:
            while endless:
                writer.write(bytes(65536))
                await writer.drain()
                sent += 65536
        except ConnectionError:
            pass
        taken.append(sent)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], taken


def post(url: str) -> Post:
    """A webhook to that address."""
    return Post(uuid4(), url, [new_secret()], b"{}")


async def test_a_name_is_resolved_once_and_what_was_judged_is_connected_to() -> None:
    async with receiver(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, _), Poster(allow_private=True) as poster:
        with watched() as seen:
            outcome = await poster.post(post(f"http://localhost:{port}/"))

    names = [asked for event, asked in seen if event == "socket.getaddrinfo" and asked == "localhost"]
    connected = {address[:2] for event, address in seen if event == "socket.connect"}
    assert (outcome.result, names) == (Result.ACCEPTED, ["localhost"])
    assert connected <= {("127.0.0.1", port), ("::1", port)}


async def test_nothing_is_connected_to_when_a_name_leads_inside() -> None:
    async with Poster(allow_private=False) as poster:
        with watched() as seen:
            outcome = await poster.post(post("https://localhost:8443/"))

    assert outcome.result is Result.BLOCKED
    assert [event for event, _ in seen if event == "socket.connect"] == []


async def test_a_huge_answer_is_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n"

    async with receiver(head, endless=True) as (port, taken), Poster(allow_private=True) as poster:
        began = time.monotonic()
        outcome = await poster.post(post(f"http://127.0.0.1:{port}/"))
        lasted = time.monotonic() - began
        while not taken:
            await asyncio.sleep(0.01)

    assert (outcome.result, lasted < 5, taken[0] < 50_000_000) == (Result.ACCEPTED, True, True)


async def test_endless_headers_are_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: %b\r\n" % (n, b"a" * 900) for n in range(3000))

    async with receiver(head) as (port, _), Poster(allow_private=True, limit_s=3) as poster:
        outcome = await poster.post(post(f"http://127.0.0.1:{port}/"))

    assert outcome.result is Result.FAILED


async def test_a_receiver_that_takes_the_connection_and_says_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with Poster(allow_private=True, limit_s=0.3) as poster:
            began = time.monotonic()
            outcome = await poster.post(post(f"http://127.0.0.1:{silent.getsockname()[1]}/"))

    assert (outcome.result, time.monotonic() - began < 3) == (Result.FAILED, True)


async def test_names_that_never_resolve_hold_up_nothing_else_of_the_process() -> None:
    stuck = [RESOLVERS.submit(time.sleep, 0.5) for _ in range(30)]
    began = time.monotonic()

    await asyncio.to_thread(int)  # files and keys are read in the process's ordinary threads
    found = await outside_address("localhost", 80, allow_private=True)

    assert (found in {"127.0.0.1", "::1"}, time.monotonic() - began < 0.5) == (True, True)
    assert not any(one.done() for one in stuck)


def test_a_receiver_cannot_put_off_for_longer_than_a_day() -> None:
    assert retry_after("99999999999999999999", datetime.now(UTC)) == 24 * 3600
