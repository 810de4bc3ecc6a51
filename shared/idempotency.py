"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): the answer is stored in the change's own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Index, LargeBinary, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.auth import SignedIn
from shared.clock import now
from shared.db import Base, Session
from shared.errors import AppError, Conflict, Invalid

KEPT_DAYS = 7
MAX_KEY = 255
KEPT_HEADERS = ("etag", "location", "content-type")


class StoredAnswer(Base):
    """The answer given to a key; swept after seven days."""

    __tablename__ = "stored_answers"
    __table_args__ = (Index("ix_stored_answers_at", "at"),)

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class StillInFlight(Conflict):
    """The first request with this key has not been answered yet."""

    code = "still-in-flight"
    retry_after_s = 1


class KeyUsedDifferently(AppError):
    """The key was used with other content."""

    status, code = 422, "key-used-differently"


class BadKey(Invalid):
    """An Idempotency-Key that is empty or too long."""

    code = "bad-idempotency-key"


class Replay(Exception):
    """The stored answer, on its way out past the endpoint."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


async def claim(
    request: Request,
    session: Session,
    actor: SignedIn,
    idempotency_key: Annotated[str | None, Header(max_length=MAX_KEY)] = None,
) -> None:
    """A router-wide dependency. Raises Replay, StillInFlight, KeyUsedDifferently, BadKey."""
    if idempotency_key is None or request.method in {"GET", "HEAD"}:
        return
    key = idempotency_key.strip().strip('"')
    if not key:
        raise BadKey(pointer="#/headers/Idempotency-Key")
    place = (actor.id, request.method, request.url.path, key)
    lock = int.from_bytes(hashlib.sha256(repr(place).encode()).digest()[:8], signed=True)
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise StillInFlight
    fingerprint = hashlib.sha256(await request.body()).digest()
    stored = await session.get(StoredAnswer, place)
    if stored is not None:
        if stored.fingerprint != fingerprint:
            raise KeyUsedDifferently
        headers = {**stored.headers, "idempotency-replayed": "true"}
        raise Replay(Response(stored.body, stored.status, headers))
    request.state.claimed = (session, place, fingerprint)


async def _store(request: Request, response: Response) -> None:
    session: AsyncSession
    session, place, fingerprint = request.state.claimed
    person_id, method, path, key = place
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    await session.execute(
        insert(StoredAnswer).values(
            person_id=person_id,
            method=method,
            path=path,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            headers=headers,
            body=bytes(response.body),
            at=now(),
        )
    )


class IdempotentRoute(APIRoute):
    """Stores a 2xx answer before the transaction of its change commits; a refusal changed nothing and is judged anew."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with the answer stored while the function-scoped session is still open."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response = await answer(request)
            if hasattr(request.state, "claimed") and response.status_code < 300:
                await _store(request, response)
            return response

        return handle
