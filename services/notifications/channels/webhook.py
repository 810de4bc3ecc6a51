"""Webhooks as Standard Webhooks 1.0.0 signs them, with a CloudEvents body, to the address that was checked."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import httpx
from standardwebhooks import Webhook

from services.notifications.channels.addresses import Blocked, outside_address
from services.notifications.channels.outcome import Outcome, Result, since
from shared.clock import now

LIMIT_S = 10  # for the whole attempt: a receiver that drips its answer must not hold us
MAX_RETRY_AFTER_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook: `id` stays the same however often it is sent."""

    id: UUID
    url: str
    secrets: Sequence[str]  # all that are valid now: the receiver may not have changed his yet
    body: bytes


class Poster:
    """Posts webhooks. No connection is kept: two names at one address must not share one."""

    def __init__(self, *, allow_private: bool, limit_s: float = LIMIT_S, tls: ssl.SSLContext | None = None) -> None:
        self.allow_private, self.limit_s = allow_private, limit_s
        self.client = httpx.AsyncClient(
            timeout=limit_s,
            follow_redirects=False,
            trust_env=False,
            verify=tls or True,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def post(self, post: Post) -> Outcome:
        """One attempt; whatever happens becomes an outcome."""
        started = time.perf_counter()
        if not post.secrets:
            return Outcome(Result.BLOCKED, since(started), detail="no secret can be opened")
        try:
            async with asyncio.timeout(self.limit_s):
                response = await self._send(post)
        except Blocked as error:
            return Outcome(Result.BLOCKED, since(started), detail=str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError) as error:
            return Outcome(Result.FAILED, since(started), detail=type(error).__name__)
        result = _judged(response.status_code)
        wait = retry_after(response.headers.get("retry-after"), now()) if result is Result.REFUSED else None
        return Outcome(result, since(started), response.status_code, retry_after_s=wait)

    async def _send(self, post: Post) -> httpx.Response:
        """Connects to the checked address, whatever the name may say by now; the answer's body is not read."""
        url = httpx.URL(post.url)
        host = url.raw_host.decode()
        port = url.port or (443 if url.scheme == "https" else 80)
        address = await outside_address(host.strip("[]"), port, allow_private=self.allow_private)
        request = self.client.build_request(
            "POST",
            url.copy_with(host=address),
            headers={**signed(post), "host": url.netloc.decode()},
            content=post.body,
            extensions={"sni_hostname": host},
        )
        response = await self.client.send(request, stream=True)
        await response.aclose()
        return response


def signed(post: Post) -> dict[str, str]:
    """The headers of one attempt: the time is that of the attempt, one signature a valid secret."""
    moment, body = now(), post.body.decode()
    signatures = [Webhook(secret).sign(str(post.id), moment, body) for secret in post.secrets]
    return {
        "content-type": "application/cloudevents+json",
        "user-agent": "lantoa-webhooks",
        "webhook-id": str(post.id),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _judged(status: int) -> Result:
    if 200 <= status < 300:
        return Result.ACCEPTED
    return Result.GONE if status == 410 else Result.REFUSED


def retry_after(value: str | None, moment: datetime) -> int | None:
    """Seconds to wait (RFC 9110 section 10.2.3: a number or a date), a day at most; None when it is not said."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return min(int(value.strip()[:9]), MAX_RETRY_AFTER_S)
    try:
        seconds = (parsedate_to_datetime(value) - moment).total_seconds()
    except (TypeError, ValueError):
        return None
    return max(0, min(round(seconds), MAX_RETRY_AFTER_S))
