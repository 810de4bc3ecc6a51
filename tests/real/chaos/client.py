"""Clients as they should be: every change carries a key and is repeated with it until it is answered."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from tests.real.chaos.journal import Journal
from tests.real.chaos.stage import Stage

PATIENCE_S = 6.0  # of one attempt
AGAIN = {"not-known-yet", "still-in-flight"}
REPEATED_ANYWAY = 0.05  # how often a client asks once more after its answer, as if it had been lost


class Refused(Exception):
    """An answer that repeating does not change; where the load knows better it is a finding."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class GivenUp(Exception):
    """The run is over and the change was never answered: it may have happened, or not."""


@dataclass
class Pace:
    """At most `per_s` requests a second, whoever asks."""

    per_s: float
    _next: float = 0.0

    async def take(self) -> None:
        """Waits for this request's turn."""
        moment = time.monotonic()
        self._next = max(moment, self._next + 1 / self.per_s)
        await asyncio.sleep(self._next - moment)


@dataclass
class Change:
    """One change that somebody wants; `facts` are the types it must announce, no more and no fewer."""

    who: str
    method: str
    service: str
    path: str
    verb: str
    about: str  # the nomination it is about
    body: Any = None
    version: int | None = None
    facts: tuple[str, ...] | None = None  # None: what it announces is not foreseen


@dataclass
class Client:
    """Everybody's requests, by either process of a service."""

    stage: Stage
    journal: Journal
    pace: Pace
    rng: random.Random
    over: asyncio.Event = field(default_factory=asyncio.Event)  # nothing is repeated any more

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def once(
        self, who: str | None, method: str, service: str, path: str, *, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One attempt at one of the two processes."""
        await self.pace.take()
        if who:
            headers["authorization"] = f"Bearer {self.stage.issuer.token(who)}"
        url = f"{self.rng.choice(self.stage.of(service)).url}{path}"
        return await self.http.request(method, url, json=body, headers=headers)

    async def read(self, who: str | None, service: str, path: str, **more: Any) -> httpx.Response:
        """A question, asked until it is answered. Raises GivenUp."""
        while not self.over.is_set():
            try:
                answer = await self.once(who, more.get("method", "GET"), service, path, body=more.get("body"))
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            await asyncio.sleep(0.3)
        raise GivenUp

    async def make(self, change: Change) -> httpx.Response:
        """Until it is answered for good; the answer is written down before anybody acts on it.

        Raises Refused, GivenUp.
        """
        key = str(UUID(int=self.rng.getrandbits(128), version=4))
        noted = {"key": key, "who": change.who, "verb": change.verb, "about": change.about}
        self.journal.write("asked", **noted, service=change.service, path=change.path, facts=change.facts)
        wait_s = 0.1
        while not self.over.is_set():
            answer = await self._attempt(change, key)
            if answer is not None and answer.is_success:
                return await self._acknowledged(change, key, answer)
            if answer is not None and not _to_repeat(answer):
                self.journal.write("wrong", **noted, status=answer.status_code, code=_code(answer), what="refused")
                raise Refused(answer.status_code, _code(answer))
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, 1.0)
        raise GivenUp

    async def _attempt(self, change: Change, key: str) -> httpx.Response | None:
        headers = {"idempotency-key": key, "x-correlation-id": key}
        if change.version is not None:
            headers["if-match"] = f'"{change.version}"'
        try:
            answer = await self.once(
                change.who, change.method, change.service, change.path, body=change.body, **headers
            )
        except httpx.TransportError:
            return None
        if answer.status_code >= 500 and answer.status_code != 503:
            self.journal.write(
                "wrong", key=key, verb=change.verb, about=change.about, status=answer.status_code,
                code=answer.text[:300], what="broken",
            )  # fmt: skip
        return answer

    async def _acknowledged(self, change: Change, key: str, answer: httpx.Response) -> httpx.Response:
        found = answer.json() if answer.content else {}
        told = {name: found.get(name) for name in ("version", "state") if name in found}
        self.journal.write("answered", key=key, verb=change.verb, about=change.about, status=answer.status_code, **told)
        if change.verb != "announce-file" and self.rng.random() < REPEATED_ANYWAY:  # its form is a new one each time
            again = await self._attempt(change, key)
            if again is not None and again.status_code < 500 and not _same(answer, again):
                self.journal.write(
                    "wrong", key=key, verb=change.verb, about=change.about, status=again.status_code,
                    code=_code(again), what="the same key was answered otherwise",
                )  # fmt: skip
        return answer


def _to_repeat(answer: httpx.Response) -> bool:
    return answer.status_code >= 500 or (answer.status_code == 409 and _code(answer) in AGAIN)


def _same(first: httpx.Response, again: httpx.Response) -> bool:
    """Answered from the store, or, by a service that never stores it, once more the same."""
    kept = (first.status_code, first.content, first.headers.get("etag"))
    return (again.status_code, again.content, again.headers.get("etag")) == kept or _code(again) in AGAIN


def _code(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("type", "")).rpartition(":")[2]
    except (ValueError, AttributeError):
        return answer.text[:200]
