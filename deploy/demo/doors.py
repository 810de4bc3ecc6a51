"""The product's doors as an outside client uses them: tokens, versions, and trying again what is not known yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from deploy.demo.failed import StepFailed
from shared.auth.issuer import DevelopmentIssuer

LIMIT_S = 15.0
TRIES = 10  # of a write that names something whose fact is still on its way
NOT_KNOWN_YET = "urn:lantoa:problem:not-known-yet"


@dataclass(frozen=True, slots=True)
class Answer:
    """`version` is the ETag as it must be sent back in If-Match."""

    status: int
    body: Any
    version: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the doors; without a token an anonymous visitor."""

    addresses: Mapping[str, str]
    http: httpx.AsyncClient
    token: str | None = None

    async def get(self, service: str, path: str, **query: object) -> Answer:
        """Reads. Raises StepFailed for any other status than 200."""
        return await self._ask("GET", service, path, expect={200}, params=query)

    async def put(self, service: str, path: str, body: Any) -> Answer:
        """Creates, or leaves as it is what is already so. Raises StepFailed."""
        return await self._ask("PUT", service, path, expect={200, 201}, json=body)

    async def post(self, service: str, path: str, body: Any = None, *, version: str | None = None) -> Answer:
        """Does something, once however often it is sent. Raises StepFailed."""
        headers = {"idempotency-key": str(uuid4())} | ({"if-match": version} if version else {})
        return await self._ask("POST", service, path, expect={200, 201, 202}, json=body, headers=headers)

    async def delete(self, service: str, path: str, *, version: str | None) -> Answer:
        """Removes. Raises StepFailed."""
        return await self._ask("DELETE", service, path, expect={204}, headers={"if-match": version or "*"})

    async def graph(self, service: str, question: str, **variables: object) -> dict[str, Any]:
        """The answer's `data`; the errors under `errors` when there are any. Raises StepFailed."""
        body = {"query": question, "variables": variables}
        answer = await self._ask("POST", service, "/graphql", expect={200}, json=body)
        return {**(answer.body.get("data") or {}), "errors": answer.body.get("errors", [])}

    async def page(self, url: str, *, expect: int = 200) -> httpx.Response:
        """A page or a file at a whole address, redirects followed. Raises StepFailed."""
        response = await self.http.get(url, headers=self._identity(), follow_redirects=True)
        if response.status_code != expect:
            raise StepFailed(f"GET {url} phải trả lời {expect}, đã trả lời {response.status_code}.")
        return response

    async def _ask(self, method: str, service: str, path: str, *, expect: set[int], **request: Any) -> Answer:
        headers = self._identity() | request.pop("headers", {})
        url = f"{self.addresses[service]}{path}"
        for _ in range(TRIES):
            response = await self.http.request(method, url, headers=headers, **request)
            if not _not_known_yet(response):
                break
            await asyncio.sleep(float(response.headers.get("retry-after", "1")))
        if response.status_code not in expect:
            raise StepFailed(_refusal(method, url, response))
        body = response.json() if response.content else None
        return Answer(response.status_code, body, response.headers.get("etag"))

    def _identity(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


def _not_known_yet(response: httpx.Response) -> bool:
    return response.status_code == 409 and response.json().get("type") == NOT_KNOWN_YET


def _refusal(method: str, url: str, response: httpx.Response) -> str:
    said = response.text
    if "json" in response.headers.get("content-type", ""):
        problem = response.json()
        said = f"{problem.get('title')}. {problem.get('detail')} {problem.get('errors') or ''}".strip()
    return f"{method} {url} trả lời {response.status_code}: {said}"


@dataclass(frozen=True, slots=True)
class Doors:
    """Who can come to the doors: people of the sample, systems, and anybody."""

    anybody: Caller
    issuer: DevelopmentIssuer

    def person(self, subject: str) -> Caller:
        """With a fresh token of this person."""
        return Caller(self.anybody.addresses, self.anybody.http, self.issuer.mint(subject))

    def system(self, subject: str, scope: str) -> Caller:
        """With a fresh token of another system."""
        return Caller(self.anybody.addresses, self.anybody.http, self.issuer.mint(subject, scope=scope))


@asynccontextmanager
async def doors(addresses: Mapping[str, str], issuer: DevelopmentIssuer) -> AsyncIterator[Doors]:
    """One HTTP client for all of them, with a time limit for every call. Raises StepFailed when one is not answered."""
    try:
        async with httpx.AsyncClient(timeout=LIMIT_S, trust_env=False) as http:
            yield Doors(Caller(addresses, http), issuer)
    except httpx.RequestError as error:
        request = error.request
        raise StepFailed(f"{request.method} {request.url} không được trả lời: {error!r}") from error
