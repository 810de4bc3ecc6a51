"""The doors of the four services on real databases with nothing at work behind them, and what the tables hold."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import text

from services.serving import Servers
from shared.auth.issuer import DevelopmentIssuer
from shared.db import connect

Operation = tuple[str, str, str]  # service, method, path
# one line for each table, whatever its columns: how many rows, and what they say
SAYS = "SELECT '{0}', count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {0} t"


class Doors:
    """The doors of the four services on real databases, with no loop at work behind them."""

    def __init__(self, running: Servers, http: httpx.AsyncClient) -> None:
        self.running, self.http = running, http
        self.issuer = DevelopmentIssuer(running.settings)

    async def send(
        self, operation: Operation, body: Any, *, who: str = "khach", raw: bytes | None = None, **headers: str
    ) -> httpx.Response:
        """The body as it stands, to ids that nothing has."""
        service, method, path = operation
        filled = path
        while "{" in filled:
            before, _, rest = filled.partition("{")
            filled = f"{before}{uuid4()}{rest.partition('}')[2]}"
        given = {
            "authorization": f"Bearer {self.issuer.mint(who, scope='operations' if '/parked/' in path else None)}",
            "content-type": "application/json",
            "if-match": '"1"',
        }
        content = json.dumps(body).encode() if raw is None else raw
        return await self.http.request(method, f"/{service}{filled}", content=content, headers=given | headers)

    async def kept(self, service: str) -> list[tuple[Any, ...]]:
        """What every table of the service's database holds."""
        database = connect(self.running.database_url(service), application="test")
        async with database.engine.connect() as connection:
            names = await connection.scalars(
                text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            )
            rows = await connection.execute(text(" UNION ALL ".join(SAYS.format(name) for name in names)))
            found = [tuple(row) for row in rows]
        await database.close()
        return found
