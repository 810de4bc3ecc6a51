"""An answer on its way out: media type, and for GET a strong ETag, with which a reader asks whether it still holds."""

from __future__ import annotations

from hashlib import blake2b

from starlette.types import Scope, Send

from shared.graphql import media_type
from shared.lanes import answer

PATH = "/graphql"
# It may be kept anywhere, and must be asked about each time: a withdrawn story is gone the next moment.
REVALIDATE = b"public, no-cache"
VARY = (b"vary", b"Accept")


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that name, given in small letters."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


async def respond(scope: Scope, send: Send, body: bytes) -> None:
    """200 with the body; 304 without it where the reader has it."""
    kind = media_type((header(scope, b"accept") or b"").decode("latin-1")).encode()
    headers = [(b"content-type", kind), VARY]
    status = 200
    if scope["method"] == "GET":
        tag = _etag(body, kind)
        headers += [(b"etag", tag), (b"cache-control", REVALIDATE)]
        if _has(header(scope, b"if-none-match"), tag):
            status, body = 304, b""
            headers = headers[1:]
    await answer(scope, send, path=PATH, status=status, headers=headers, body=body)


def _etag(body: bytes, kind: bytes) -> bytes:
    """Of these bytes in this media type (RFC 9110 section 8.8.3: strong)."""
    return b'"' + blake2b(body, digest_size=12, key=kind).hexdigest().encode() + b'"'


def _has(known: bytes | None, tag: bytes) -> bool:
    """Whether `If-None-Match` names it, or anything."""
    names = {one.strip().removeprefix(b"W/") for one in (known or b"").split(b",")}
    return tag in names or b"*" in names
