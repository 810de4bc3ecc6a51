"""A file's way to storage: announced, posted by its form straight to the store, completed."""

from __future__ import annotations

import hashlib
import random
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from tests.real.chaos.client import Change, Client, GivenUp

POSTED_AT_MOST = 40  # while storage is away or full


class Kind(NamedTuple):
    """What a file is and begins with."""

    media_type: str
    signature: bytes
    name: str


PDF = Kind("application/pdf", b"%PDF-1.4\n", "thanh-tich.pdf")
PNG = Kind("image/png", b"\x89PNG\r\n\x1a\n", "anh.png")


async def upload(client: Client, rng: random.Random, kind: Kind, *, about: str) -> str | None:
    """The file's id, or None when storage did not come back. Raises Refused, GivenUp."""
    content = kind.signature + rng.randbytes(rng.randint(200, 20_000))
    file_id = str(UUID(int=rng.getrandbits(128), version=4))
    announced = {
        "id": file_id,
        "name": kind.name,
        "media_type": kind.media_type,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    change = Change("mai", "POST", "nominations", "/v1/files", "announce-file", about, announced, facts=())
    form = (await client.make(change)).json()["upload"]
    if not await _posted(client, form, (kind.name, content, kind.media_type)):
        return None
    path = f"/v1/files/{file_id}/completion"
    await client.make(Change("mai", "PUT", "nominations", path, "complete-file", about, facts=()))
    return file_id


async def _posted(client: Client, form: dict[str, Any], file: tuple[str, bytes, str]) -> bool:
    for _ in range(POSTED_AT_MOST):
        await client.pace.take()
        try:
            answer = await client.http.post(form["url"], data=form["fields"], files={"file": file})
        except httpx.TransportError:
            continue
        if answer.is_success:
            return True
        if client.over.is_set():
            raise GivenUp
    return False
