"""The body of a request, read before the application does, and given on as it came."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive


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
