"""What an OpenID Connect issuer says of itself: asked within two seconds, and kept while it is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

import httpx
import structlog
from pydantic import BaseModel

from shared.errors import Unavailable

T = TypeVar("T")
KEYS_KEPT_S = 300
STALE_KEYS_KEPT_S = 86_400  # while the issuer does not answer
ASKED_AGAIN_AFTER_S = 10  # bad tokens or an issuer that is away must not make us ask at every request
FETCH_LIMIT_S = 2

log = structlog.get_logger()


class Discovery(BaseModel):
    """What we use of an issuer's discovery document (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    jwks_uri: str


D = TypeVar("D", bound=Discovery)


@asynccontextmanager
async def asking(issuer: str) -> AsyncIterator[httpx.AsyncClient]:
    """All requests of the block together have two seconds. Raises Unavailable, also where an answer is nonsense."""
    try:
        async with asyncio.timeout(FETCH_LIMIT_S), httpx.AsyncClient() as client:
            yield client
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
        log.warning("issuer does not answer", issuer=issuer, error=repr(error))
        raise Unavailable(part="identity") from error


async def discovered(client: httpx.AsyncClient, kind: type[D], *, issuer: str, at: str | None = None) -> D:
    """The issuer's document, under its own name or `at` another address. Raises httpx.HTTPError, ValueError."""
    answer = await client.get(f"{(at or issuer).rstrip('/')}/.well-known/openid-configuration")
    found = kind.model_validate_json(answer.raise_for_status().content)
    if found.issuer != issuer:
        raise ValueError(f"the document is that of {found.issuer}")
    return found


class Asked(Generic[T]):
    """An answer kept for five minutes, and for a day while none comes; one asks at a time."""

    def __init__(self, ask: Callable[[], Awaitable[T]], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._clock = ask, clock
        self._kept: T | None = None
        self._answered_at = self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def get(self, *, older_than_s: float = KEYS_KEPT_S) -> T:
        """What is kept, or newer if it is too old. Raises Unavailable.

        Nobody waits whose answer is new enough: bad tokens make us ask, and must not hold up the good ones meanwhile.
        """
        if self._kept is not None and self._clock() - self._answered_at <= older_than_s:
            return self._kept
        async with self._asking:
            moment = self._clock()
            if moment - self._answered_at > older_than_s and moment - self._asked_at > ASKED_AGAIN_AFTER_S:
                await self._renew(moment)
            if self._kept is None or moment - self._answered_at > STALE_KEYS_KEPT_S:
                raise Unavailable(part="identity")
            return self._kept

    async def _renew(self, moment: float) -> None:
        self._asked_at = moment
        try:
            self._kept = await self._ask()
            self._answered_at = moment
        except Unavailable:
            if self._kept is None:
                raise
