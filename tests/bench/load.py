"""Load from a process of its own: wrk, or a small client of ours where there is no wrk."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.questions import Asked

CONNECTIONS = 16
LUA = Path(__file__).with_name("load.lua")
ROOT = Path(__file__).resolve().parents[2]
OVERTIME_S = 20.0


class NotMeasured(Exception):
    """A side refused, or broke off: what it did is no figure."""


@dataclass(frozen=True)
class Told:
    """What the client saw."""

    requests: int
    bytes: int
    duration_us: int
    refused: int  # answers whose status was not 2xx
    broken: int  # connections that failed
    p50_us: int
    p99_us: int


@dataclass(frozen=True)
class Shot:
    """Requests prepared for one run of the client; `keys` begins the Idempotency-Key of each."""

    url: str
    asked: Asked
    headers: Mapping[str, str]
    keys: str | None = None
    parts: Sequence[str] = ()  # one for each request, in the place of {} in the path
    connections: int = CONNECTIONS

    def lua(self) -> str:
        """For wrk."""
        fields = [f"path = {_quoted(self.asked.path)}", f"headers = {{ {self._lua_headers()} }}"]
        fields.append(f"bodies = {{ {', '.join(_quoted(body.decode()) for body in self.asked.bodies)} }}")
        if self.keys is not None:
            fields.append(f"keys = {_quoted(self.keys)}")
        if self.parts:
            fields.append(f"parts = {{ {', '.join(map(_quoted, self.parts))} }}")
        return f"prepared = {{ {', '.join(fields)} }}\n{LUA.read_text()}"

    def _lua_headers(self) -> str:
        told = {"content-type": "application/json", **self.headers}
        return ", ".join(f"[ {_quoted(name)} ] = {_quoted(value)}" for name, value in told.items())


def _quoted(text: str) -> str:
    """As a Lua string whatever is in it."""
    assert "]====]" not in text
    return f"[====[{text}]====]"


def client() -> str:
    """The name of the client that will be used."""
    return "wrk" if shutil.which("wrk") else "tests.bench.client"


async def shoot(shot: Shot, *, seconds: float) -> Told:
    """All connections busy for so long. Raises NotMeasured unless every answer was a 2xx."""
    with tempfile.TemporaryDirectory(prefix="lantoa-load-") as folder:
        command = _command(shot, Path(folder), seconds)
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), seconds + OVERTIME_S)
        finally:
            if process.returncode is None:
                process.kill()
    told = _told(output.decode())
    if told.refused or told.broken or not told.requests:
        raise NotMeasured(f"{shot.url}{shot.asked.path}: {told}")
    return told


def _command(shot: Shot, folder: Path, seconds: float) -> list[str]:
    file = folder / "shot"
    if client() == "wrk":
        file.write_text(shot.lua())
        whole = max(1, round(seconds))  # wrk knows whole seconds only
        return ["wrk", "-t1", f"-c{shot.connections}", f"-d{whole}s", "--timeout", "10s", "-s", str(file), shot.url]
    bodies = [body.decode() for body in shot.asked.bodies]
    file.write_text(json.dumps({**asdict(shot), "asked": {"path": shot.asked.path, "bodies": bodies}}))
    return [sys.executable, "-m", "tests.bench.client", str(file), str(seconds), str(shot.connections)]


def _told(output: str) -> Told:
    for line in output.splitlines():
        if line.startswith("TOLD "):
            fields: dict[str, Any] = json.loads(line.removeprefix("TOLD "))
            return Told(**fields)
    raise NotMeasured(output[-2000:])
