"""What a lane needs: an ASGI layer before an application, that answers what is simple and passes on the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

Headers = Iterable[tuple[bytes, bytes]]


class Route(NamedTuple):
    """Of a request that was answered before routing; metrics and traces name the template of its path."""

    path: str


def is_at(scope: Scope, path: str) -> bool:
    """Whether an HTTP request is for this path of the application, wherever that is mounted."""
    here: bool = scope["type"] == "http" and scope["path"] == scope.get("root_path", "") + path
    return here


async def taken(receive: Receive, *, most: int) -> tuple[bytes | None, Receive]:
    """The body, or None if it is longer than `most` bytes or is refused on its way; and where to read it again.

    What was refused (too long, too slow) is refused again there, where the application finds the words.
    """
    messages: list[Message] = []
    body, refusal = b"", None
    try:
        while len(body) <= most:
            messages.append(message := await receive())
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
    except HTTPException as error:
        refusal = error

    async def again() -> Message:
        if messages:
            return messages.pop(0)
        if refusal is not None:
            raise refusal
        return await receive()

    return body if refusal is None and len(body) <= most else None, again


async def answer(scope: Scope, send: Send, *, path: str, status: int, headers: Headers, body: bytes) -> None:
    """The whole answer to a request for this path; its length is told unless the status has no body."""
    scope["route"] = Route(path)
    told = list(headers)
    if status != 304:
        told.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
