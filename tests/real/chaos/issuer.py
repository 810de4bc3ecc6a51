"""An OpenID Connect issuer of our own, so that the product runs as in production: it publishes its key, we sign."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

AUDIENCE = "lantoa"
LIFETIME_S = 24 * 3600
REQUEST_LIMIT_S = 5.0


class Issuer:
    """One key; `url` is what the product is told as LANTOA_AUTH_ISSUER."""

    def __init__(self) -> None:
        self._key = ECKey.generate_key("P-256", {"kid": "chaos", "use": "sig", "alg": "ES256"})
        self._tokens: dict[str, str] = {}
        self.url = ""

    def token(self, who: str) -> str:
        """The same for the length of a run."""
        if who not in self._tokens:
            moment = int(time.time())
            claims = {
                "iss": self.url,
                "sub": who,
                "aud": AUDIENCE,
                "iat": moment,
                "exp": moment + LIFETIME_S,
                "name": who.title(),
            }
            header = {"alg": "ES256", "kid": "chaos"}
            self._tokens[who] = jwt.encode(header, claims, self._key, algorithms=["ES256"])
        return self._tokens[who]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The two public documents."""
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(REQUEST_LIMIT_S):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                body = json.dumps(self._document(head.split()[1])).encode()
                start = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
                writer.write(f"{start}connection: close\r\n\r\n".encode() + body)
                await writer.drain()
        writer.close()

    def _document(self, path: str) -> dict[str, Any]:
        if path.startswith("/.well-known/"):
            return {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}
        return {**KeySet([self._key]).as_dict(private=False)}


@asynccontextmanager
async def issuer() -> AsyncIterator[Issuer]:
    """Listening on the loopback address."""
    found = Issuer()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield found
    finally:
        server.close()
