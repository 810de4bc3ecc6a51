"""The product in two processes on one set of databases, and people who send their requests to both."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from sqlalchemy.engine import make_url

from deploy.native.process import Server
from deploy.native.servers import free_ports
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.races import people

Json = dict[str, Any]
LIMIT_S = 30.0
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Product:
    """Processes that each run all four services, as on several machines behind one address."""

    postgres: str
    processes: list[Server]
    issuer: DevelopmentIssuer
    http: httpx.AsyncClient

    def database(self, service: str) -> str:
        """Where a service's database is, for the test's own connections."""
        url = make_url(self.postgres).set(database=f"lantoa_{service}")
        return url.render_as_string(hide_password=False)

    async def rows(self, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the test reads for itself."""
        connection = await asyncpg.connect(self.database(service))
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    async def ask(
        self,
        who: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        at: int | None = None,
        version: str | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        """One request, to each process in turn; `path` begins with the service."""
        base = self.processes[next(TURN) % len(self.processes) if at is None else at].url
        given = {
            "authorization": f"Bearer {self.issuer.mint(who, name=who.title())}",
            "if-match": version,
            "idempotency-key": key,
        }
        headers = {name: value for name, value in given.items() if value is not None}
        return await self.http.request(method, f"{base}{path}", json=body, headers=headers)

    async def done(
        self, who: str, method: str, path: str, body: Any = None, *, version: str | None = None, key: str | None = None
    ) -> httpx.Response:
        """A request that must succeed."""
        answer = await self.ask(who, method, path, body, version=version, key=key)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    async def submitted(self, **changes: Any) -> tuple[str, str]:
        """A nomination with its subject's consent at its first station: its id and its version."""
        id_, body = str(uuid4()), people.draft(**changes)
        path = f"/nominations/v1/nominations/{id_}"
        await self.done("mai", "PUT", path, body)
        given = people.consent(body["subject_name"], "portal", "newspaper")
        version = (await self.done("mai", "POST", f"{path}/consents", given)).headers["etag"]
        return id_, (await self.done("mai", "POST", f"{path}/submission", version=version)).headers["etag"]

    async def in_review(self) -> tuple[str, str]:
        """The same, taken up."""
        id_, version = await self.submitted()
        path = f"/nominations/v1/nominations/{id_}/take-up"
        return id_, (await self.done("binh", "POST", path, version=version)).headers["etag"]


TURN = count()


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("urn:lantoa:problem:")


def process(settings: Settings, name: str, *, code: Path = ROOT) -> Server:
    """`lantoa serve` of the code in that folder, with a home of its own and the keys and files of the others."""
    (port,) = free_ports(1)
    home = settings.home / name
    shutil.copytree(settings.home / "issuer", home / "issuer")
    address = f"http://127.0.0.1:{port}"
    told = {
        "DATABASE_URL": settings.database_url or "",
        "FILES_URL": settings.files_url or "",
        "SECRET_KEY": settings.secret_key or "",
        "HOME": str(home),
        "PORT": str(port),
    }

    def ready(_: Server) -> bool:
        try:
            return httpx.get(f"{address}/readyz", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    return Server(
        name=name,
        url=address,
        command=[sys.executable, "-m", "services", "serve"],
        log=home / "serve.log",
        is_ready=ready,
        environment={**{f"LANTOA_{word}": value for word, value in told.items()}, "PYTHONPATH": str(code)},
    )


@asynccontextmanager
async def caller() -> AsyncIterator[httpx.AsyncClient]:
    """A client that opens as many connections as are asked for."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=LIMIT_S, limits=limits, trust_env=False) as client:
        yield client
