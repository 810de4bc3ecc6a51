"""Idempotency-Key: a 2xx answer is stored in its change's transaction, and given again to the same request.

The header is that of draft-ietf-httpapi-idempotency-key-header-07; a bare key without quotes is taken too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import orjson
from fastapi import Header, Request, Response
from pydantic import WithJsonSchema
from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from shared import at_once
from shared.auth import SignedIn
from shared.clock import now
from shared.db import Base, Session, new_row, plain
from shared.errors import AppError, Conflict, Invalid
from shared.routes import ExactRoute

KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
Key = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[\\x21\\x23-\\x7e]{1,255}$"})]
DESCRIPTION = "Khóa do máy khách tự tạo cho mỗi việc; gửi lại cùng khóa thì nhận lại cùng câu trả lời, trong 7 ngày."
CLAIM = "SELECT mine, fingerprint, status, headers::text AS headers, body FROM lantoa_claim($1, $2, $3, $4, $5)"
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
    """An Idempotency-Key that is empty, too long, or not printable ASCII."""

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
    idempotency_key: Annotated[Key | None, Header(description=DESCRIPTION)] = None,
) -> None:
    """A router-wide dependency. Raises Replay, StillInFlight, KeyUsedDifferently, BadKey."""
    request.state.session = session
    if idempotency_key is None or request.method in {"GET", "HEAD"}:
        return
    claim = claim_of(request, actor.id, idempotency_key, body=await request.body())
    if claim is None:
        raise BadKey(pointer="#/headers/idempotency-key")
    found = await (await plain(session)).fetchrow(CLAIM, *claim.asked)
    if not found["mine"]:
        raise StillInFlight
    if found["fingerprint"] is not None:
        if found["fingerprint"] != claim.fingerprint:
            raise KeyUsedDifferently
        headers = {**orjson.loads(found["headers"]), "idempotency-replayed": "true"}
        raise Replay(Response(found["body"], found["status"], headers))
    request.state.claimed = claim


class Claim(NamedTuple):
    """Whose key, for what, and the content it is for."""

    person_id: UUID
    method: str
    path: str
    key: str
    fingerprint: bytes

    @property
    def asked(self) -> tuple[int, UUID, str, str, str]:
        """What the database's `lantoa_claim` is asked with: a lock's number, and the place of the answer."""
        place = self[:4]
        lock = int.from_bytes(hashlib.sha256(repr(place).encode()).digest()[:8], signed=True)
        return lock, self.person_id, self.method, self.path, self.key

    def keep(self, status: int, headers: Mapping[str, str], body: bytes) -> StoredAnswer:
        """The answer to it, to be written with the change."""
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        return new_row(StoredAnswer, **self._asdict(), status=status, headers=kept, body=body, at=now())


def claim_of(request: Request, person_id: UUID, key: str, *, body: bytes) -> Claim | None:
    """None for what is no key."""
    found = KEY.fullmatch(key.strip())
    if found is None:
        return None
    return Claim(person_id, request.method, request.url.path, found[1], _fingerprint(request.url.query, body))


def _fingerprint(query: str, body: bytes) -> bytes:
    """The same for the same content: spaces and the order of fields do not count."""
    with suppress(orjson.JSONDecodeError):  # where it is not JSON every byte counts
        body = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(query.encode() + b"\0" + body).digest()


class IdempotentRoute(ExactRoute):
    """Stores a 2xx answer in the transaction of its change. A refusal changed nothing and is judged anew."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with the answer stored while the function-scoped session is still open."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response = await answer(request)
            if response.status_code < 300 and hasattr(request.state, "session"):
                claim: Claim | None = getattr(request.state, "claimed", None)
                kept = claim and claim.keep(response.status_code, response.headers, bytes(response.body))
                await at_once.write(request.state.session, *([kept] if kept else []))
            return response

        return handle
