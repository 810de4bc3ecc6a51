"""Asking one row of the table as everybody, on a connection whose every change is taken back."""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker

from services.serving import create
from shared.auth.actor import person_id
from shared.auth.tokens import verifier_for
from shared.bus.memory import MemoryBus
from shared.clock import today
from shared.db import Database, RoadSession, connect
from shared.directory.tables import Office
from shared.files.store import open_store
from shared.parts import Parts
from tests.access.cases import Case
from tests.access.conftest import World
from tests.access.people import ENDED, EVERYBODY, PARTIAL, SCOPES, TOMORROW, body
from tests.access.scene import PDF
from tests.access.table import EMPTY, Row, everyone
from tests.chain.doors import SAYS

STRANGE_HOST = "evil.example"
EVERY_CELL = os.environ.get("LANTOA_EVERY_CELL") == "1"
SPANS = {
    "": (date(2025, 7, 1), None),
    ENDED: (date(2025, 7, 1), today() - timedelta(days=1)),
    TOMORROW: (today() + timedelta(days=1), None),
}
INSIDE = ("Traceback", "sqlalchemy", "asyncpg", "SELECT ", ".py", "site-packages", STRANGE_HOST)
REFUSALS = {"not-signed-in": "401", "not-allowed": "403", "not-found": "404"}


class Cells:
    """One service on the scene."""

    def __init__(self, world: World, service: str, connection: AsyncConnection, http: httpx.AsyncClient) -> None:
        self.world, self.service, self.connection, self.http = world, service, connection, http
        self.tokens: dict[str, str] = {}
        self.says = ""

    async def wrong(self, row: Row, case: Case) -> list[str]:
        """Every cell of the row that is not as the table says; refusals are looked at together."""
        nested = await self.connection.begin_nested()
        for who, method, path, given in case.before:
            version = await self.version(case.version_at)
            answer = await self.send(who, method, self.filled(path), given, version=version)
            assert answer.is_success, f"{row.name}: {method} {path}: {answer.status_code} {answer.text}"
        version = await self.version(case.version_at)
        crowds = await self._crowds(row)
        single = [who for who in everyone() if not any(who in crowd for crowd in crowds.values())]
        refused = [who for who in [*single, *crowds] if self._expected(row, who) != "done"]
        before, faults = await self.kept(), []
        for who in refused:
            fault = self._fault(row, case, who, await self.ask(row, case, who, version))
            faults += await self._named(row, case, fault, crowds.get(who, []), version)
        if await self.kept() != before:
            faults.append(f"{row.name}: somebody who was refused changed something")
        for who in {*single, *crowds} - set(refused):
            faults += await self._taken_back(row, case, who, version)
        await nested.rollback()
        return faults

    async def _crowds(self, row: Row) -> dict[str, list[str]]:
        """People who hold at once every office to which the table gives the same: they get what each of them gets.

        With LANTOA_EVERY_CELL=1 there are none, and each office is asked by itself.
        """
        former = [f"{who}{when}" for when in (ENDED, TOMORROW) for who in sorted(row.granted()) if who in EVERYBODY]
        usual = row.expected("guest")
        crowds = {"the rest": [who for who in EVERYBODY if row.expected(who) == usual]}
        if not row.barred:
            crowds["the rest"] += [who for who in PARTIAL if row.expected(who) == usual]
        if usual != "done":
            crowds["the rest"] += former
        if EVERY_CELL or row.singly:
            crowds = {who: [who] for who in former} if usual != "done" else {}
        elif offices := [self._office(who) for who in crowds["the rest"] if "@" in who]:
            await self.connection.execute(insert(Office), offices)
        return {crowd: members for crowd, members in crowds.items() if members}

    def _office(self, who: str) -> dict[str, Any]:
        role, _, place = who.removesuffix(ENDED).removesuffix(TOMORROW).partition("@")
        from_on, to_on = SPANS[who.removeprefix(f"{role}@{place}")]
        return {
            "id": uuid4(),
            "person_id": self._person("the rest"),
            "person_name": "the rest",
            "organisation_id": UUID(body(place)),
            "role": role,
            "from_on": from_on,
            "to_on": to_on,
        }

    def _expected(self, row: Row, who: str) -> str:
        plain = who.endswith((ENDED, TOMORROW)) or who == "the rest"
        return row.expected("guest" if plain else who)

    async def _named(
        self, row: Row, case: Case, fault: list[str], members: list[str], version: str | None
    ) -> list[str]:
        """A fault of a crowd is that of some of its members: which?"""
        if not fault or len(members) < 2:
            return fault
        found = [fault for who in members for fault in await self._taken_back(row, case, who, version)]
        return found or fault

    async def _taken_back(self, row: Row, case: Case, who: str, version: str | None) -> list[str]:
        nested = await self.connection.begin_nested()
        answer = await self.ask(row, case, who, version)
        await nested.rollback()
        return self._fault(row, case, who, answer)

    def _fault(self, row: Row, case: Case, who: str, answer: httpx.Response) -> list[str]:
        expected = self._expected(row, who)
        found = _outcome(answer, case, self.world.ids, let_in=expected == "done")
        if found == expected:
            return []
        return [f"{row.name}: {who}: {expected} was said, {found} was done: {answer.text[:300]}"]

    async def ask(self, row: Row, case: Case, who: str, version: str | None) -> httpx.Response:
        """The row's request, by that person."""
        method, path = row.action.split(" ")
        given = case.body(self.world.ids) if case.body else None
        if method == "GRAPHQL":
            method, path, given = "POST", "/graphql", {"query": self.filled(str(given))}
        path = re.sub(r"\{(\w+)\}", lambda found: self._id(case.path[found[1]], who), path)
        path = path.replace("/p/style.css", self.world.ids["style"])
        given = json.loads(json.dumps(given).replace("=me", str(self._person(who))))
        return await self.send(who, method, path + self.filled(case.query), given, version=version, form=case.form)

    def _id(self, said: str, who: str) -> str:
        if said == "new":
            return str(uuid4())
        if said == "own":
            return body("own")
        if said == "=own office":
            return self.world.ids.get(f"office of {self._person(who)}", self.world.ids["office"])
        return said[1:] if said.startswith("=") else self.world.ids[said]

    def filled(self, said: str) -> str:
        """With the ids of the scene where it names them in braces."""
        known = {**self.world.ids, "own": body("own"), "new": str(uuid4())}
        return re.sub(r"\{(\w+)\}", lambda found: known[found[1]], said)

    def _person(self, who: str) -> UUID:
        return person_id(self.world.issuer.issuer, who)

    async def version(self, at: tuple[str, str] | None) -> str | None:
        """What somebody reads there now, as If-Match takes it."""
        if at is None:
            return None
        who, path = at
        if who.startswith("="):
            return f'"{who[1:]}"'
        answer = await self.send(who, "GET", self.filled(path), None)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return str(answer.headers["etag"])

    async def send(
        self, who: str, method: str, path: str, given: Any, *, version: str | None = None, form: bool = False
    ) -> httpx.Response:
        """One request by that person; what must hold of every answer is looked at."""
        headers = {"sec-fetch-site": "same-origin"}  # as our own pages send it
        headers |= {"if-match": version} if version else {}
        if who != "nobody":
            headers["authorization"] = f"Bearer {self.tokens.get(who) or self._token(who)}"
        sent: dict[str, Any] = {"json": given}
        if form:
            sent = {"data": given} if given else {"files": {"file": ("f", PDF, "application/pdf")}}
        return _closed(await self.http.request(method, path, headers=headers, **sent))

    def _token(self, who: str) -> str:
        if who not in self.tokens:
            self.tokens[who] = self.world.issuer.mint(who, scope=SCOPES.get(who))
        return self.tokens[who]

    async def kept(self) -> Any:
        """What every table holds."""
        if not self.says:
            names = await self.connection.scalars(
                text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            )
            self.says = " UNION ALL ".join(SAYS.format(name) for name in names)
        return (await self.connection.execute(text(self.says))).all()


def _closed(answer: httpx.Response) -> httpx.Response:
    """Whatever is answered, to whomever: nothing for browsers to guess, nothing of the inside, no stranger's Host."""
    told = f"{dict(answer.headers)} {answer.text}"
    assert answer.headers["x-content-type-options"] == "nosniff", told
    assert "referrer-policy" in answer.headers, told
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "base-uri 'none'" in answer.headers["content-security-policy"], told
    for inside in INSIDE:
        assert inside not in told, f"{inside}: {told[:500]}"
    assert answer.status_code < 500, told
    return answer


def _outcome(answer: httpx.Response, case: Case, ids: dict[str, str], *, let_in: bool) -> str:
    status = str(answer.status_code)
    if "/sign-in?" in answer.headers.get("location", ""):
        return "401"  # a page sends whom it does not know to sign in
    if status == "200" and '"errors":[{' in answer.text:
        code = answer.json()["errors"][0]["extensions"]["code"]
        return REFUSALS.get(code, str(code))
    if status in {"401", "403", "404"} and not (let_in and answer.status_code in case.done):
        return status
    if answer.status_code not in case.done:
        return status
    return EMPTY if case.shows is not None and ids[case.shows] not in answer.text else "done"


@asynccontextmanager
async def cells(world: World, service: str) -> AsyncIterator[tuple[FastAPI, Cells]]:
    """The service's own doors on one connection; nothing it does there stays."""
    pool = connect(world.running.database_url(service), application="access")
    try:
        async with pool.engine.connect() as connection:
            outer = await connection.begin()
            app = _app(world, service, pool, connection)
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{STRANGE_HOST}") as http:
                yield app, Cells(world, service, connection, http)
            await outer.rollback()
    finally:
        await pool.close()


def _app(world: World, service: str, pool: Database, connection: AsyncConnection) -> FastAPI:
    settings, inside = world.running.settings, Database(pool.url, pool.engine)
    inside.sessions = async_sessionmaker(
        connection, expire_on_commit=False, sync_session_class=RoadSession, join_transaction_mode="create_savepoint"
    )
    app = create(service, Parts(settings, inside, MemoryBus(), open_store(settings), verifier_for(settings)))
    app.state.ending.set()  # an answer without an end ends at once
    return app
