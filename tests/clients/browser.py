"""A portal's page in a real browser: served from its own origin, listening to our stream by EventSource."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Page, Request, async_playwright

from tests.clients.tools import HERE, from_debian

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
LIMIT_MS = 60_000


class Silent(SimpleHTTPRequestHandler):
    """Gives the files of this folder."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


@contextmanager
def portal_pages(port: int) -> Iterator[None]:
    """The portal's own web server."""
    with ThreadingHTTPServer(("127.0.0.1", port), partial(Silent, directory=str(HERE))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join(timeout=5)


@dataclass
class Reader:
    """The page, and each of its connections to the stream."""

    page: Page
    connections: list[Request] = field(default_factory=list)

    async def sent_ids(self) -> list[str | None]:
        """The `Last-Event-ID` of each connection, as the browser put it on the wire."""
        return [(await one.all_headers()).get("last-event-id") for one in self.connections if await one.response()]

    async def heard(self) -> list[dict[str, Any]]:
        """Every event that reached the page, in order."""
        found: list[dict[str, Any]] = await self.page.evaluate("heard")
        return found

    async def opened(self, times: int) -> None:
        """Waits until the browser has connected so many times."""
        await self.page.wait_for_function("times => opened >= times", arg=times, timeout=LIMIT_MS)

    async def has_heard(self, count: int) -> None:
        """Waits until so many events came."""
        await self.page.wait_for_function("count => heard.length >= count", arg=count, timeout=LIMIT_MS)

    async def given_up(self) -> None:
        """Waits until the browser refuses to try again."""
        await self.page.wait_for_function("() => source.readyState === EventSource.CLOSED", timeout=LIMIT_MS)


@asynccontextmanager
async def reading(origin: str, stream: str) -> AsyncIterator[Reader]:
    """Chromium without a window shows the portal's page at this origin."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=from_debian("chromium"), args=QUIET)
        try:
            reader = Reader(await chromium.new_page())

            def note(request: Request) -> None:
                if request.url == stream:
                    reader.connections.append(request)

            reader.page.on("request", note)
            await reader.page.goto(f"{origin}/portal.html?{urlencode({'stream': stream})}")
            yield reader
        finally:
            await chromium.close()
