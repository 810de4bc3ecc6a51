"""The client where there is no wrk: so many connections, each one request at a time, for so many seconds.

`python -m tests.bench.client <shot> <seconds> <connections>`; says in one line of JSON what wrk would.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LIMIT_S = 10.0


class Client:
    """Counts what came of its requests."""

    def __init__(self, shot: dict[str, Any], until: float) -> None:
        self.shot, self.until, self.sent = shot, until, 0
        self.took_us: list[int] = []
        self.bytes = self.refused = self.broken = 0
        self.host = urlsplit(shot["url"])

    async def connection(self) -> None:
        """One connection, kept until the time is over or it breaks."""
        try:
            reader, writer = await asyncio.open_connection(self.host.hostname, self.host.port)
            while time.perf_counter() < self.until and not self._used_up():
                begun = time.perf_counter()
                writer.write(self._request())
                async with asyncio.timeout(LIMIT_S):
                    await self._answer(reader)
                self.took_us.append(round((time.perf_counter() - begun) * 1e6))
            writer.close()
        except (OSError, EOFError, ValueError, TimeoutError):
            self.broken += 1

    def _used_up(self) -> bool:
        return bool(self.shot["parts"]) and self.sent >= len(self.shot["parts"])

    def _request(self) -> bytes:
        number, bodies = self.sent, self.shot["asked"]["bodies"]
        self.sent += 1
        body = bodies[number % len(bodies)].encode()
        told = {"host": self.host.netloc, "content-type": "application/json", **self.shot["headers"]}
        if self.shot["keys"] is not None:
            told["idempotency-key"] = f'"{self.shot["keys"]}{number}"'
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        path, length = self.shot["asked"]["path"], len(body)
        if self.shot["parts"]:
            path = path.replace("{}", self.shot["parts"][number])
        return f"POST {path} HTTP/1.1\r\n{head}content-length: {length}\r\n\r\n{body.decode()}".encode()

    async def _answer(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        self.refused += not lines[0].split(" ")[1].startswith("2")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        length = int(fields["content-length"])  # every side says it; KeyError would mean a side we cannot read
        await reader.readexactly(length)
        self.bytes += len(head) + length


async def main(shot: dict[str, Any], seconds: float, connections: int) -> dict[str, int]:
    """All connections side by side."""
    begun = time.perf_counter()
    client = Client(shot, begun + seconds)
    await asyncio.gather(*(client.connection() for _ in range(connections)))
    took = sorted(client.took_us) or [0]
    return {
        "requests": len(client.took_us),
        "bytes": client.bytes,
        "duration_us": round((time.perf_counter() - begun) * 1e6),
        "refused": client.refused,
        "broken": client.broken,
        "p50_us": took[len(took) // 2],
        "p99_us": took[len(took) * 99 // 100],
    }


if __name__ == "__main__":
    told = asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), float(sys.argv[2]), int(sys.argv[3])))
    sys.stdout.write(f"TOLD {json.dumps(told)}\n")
