"""Posting nominations: the product's whole write beside the insert of the same rows alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson
from sqlalchemy.engine import make_url

from deploy.native.process import Server
from shared.auth import Role
from shared.auth.actor import person_id
from shared.auth.issuer import DevelopmentIssuer
from shared.db import connect, new_id
from shared.directory.copies import keep_office, keep_organisation
from shared.events.plans import DatedName, Edge, OfficeChanged, OrganisationChanged
from shared.migrations import upgrade
from tests.bench.figures import Run, Table
from tests.bench.ground import Ground
from tests.bench.load import CONNECTIONS, NotMeasured, Shot
from tests.bench.measuring import Pace, Say, in_turns, run, warm
from tests.bench.questions import Asked
from tests.bench.sides import portals
from tests.bench.sides.side import python_process, versions
from tests.bench.stories import DEEDS, FAMILIES, GIVEN, SENTENCES
from tests.walks.world import body_id

SUBJECT, UNIT, ABOVE = "mai", body_id("khu-dan-cu"), body_id("phong")
TITLE = "Posting a draft"
WRITTEN = ("nominations", "audit", "stored_answers")  # the rows of one post, one in each


@dataclass(frozen=True)
class Poster:
    """A side that takes nominations, and where it keeps them."""

    name: str
    server: Server
    path: str
    database: str
    headers: dict[str, str]
    made_of: dict[str, str]

    def shot(self, keys: str) -> Shot:
        """Different texts in turn, a new key each."""
        return Shot(self.server.url, Asked.of(self.path, drafts()), self.headers, keys)


def drafts() -> list[dict[str, Any]]:
    """As an application sends them."""
    return [
        {
            "organisation_id": str(UNIT),
            "subject_type": "individual",
            "subject_name": f"{family} Thị {GIVEN[number]}",
            "title": f"{DEEDS[number % len(DEEDS)]} ở khu dân cư số {number}",
            "summary": f"{SENTENCES[0]} {SENTENCES[1]}",
            "body": " ".join(SENTENCES * 3),
            "results": [{"label": "Hộ tham gia", "value": "24/24"}],
        }
        for number, family in enumerate(FAMILIES)
    ]


@asynccontextmanager
async def posters(ground: Ground) -> AsyncIterator[list[Poster]]:
    """Each on a database of its own, for the product seals what is noted in its own."""
    issuer, settings = DevelopmentIssuer(ground.settings), ground.settings
    token, person = issuer.mint(SUBJECT, lifetime_s=24 * 3600), person_id(settings.auth_issuer, SUBJECT)
    await _directory(ground)
    ours = python_process(
        "posting", "tests.bench.sides.product", settings.home, "nominations", **portals.environment(settings)
    )
    found = [
        Poster(
            portals.OURSELVES,
            ours,
            "/nominations/v1/nominations",
            ground.database("nominations"),
            {"authorization": f"Bearer {token}"},
            versions("lantoa", "sqlalchemy", *portals.PYTHON),
        )
    ]
    for way, name in (("steps", "raw, a statement a table"), ("whole", "raw, one statement")):
        database = make_url(ground.postgres.url).set(database=f"raw_{way}").render_as_string(hide_password=False)
        await upgrade("nominations", database)
        server = python_process(
            f"raw-{way}", "tests.bench.sides.raw_posting", settings.home, database, str(person), way
        )
        found.append(Poster(name, server, "/v1/nominations", database, {}, versions(*portals.PYTHON)))
    async with AsyncExitStack() as stack:
        for poster in found:
            stack.callback(poster.server.kill)
            await poster.server.start()
        yield found


async def _directory(ground: Ground) -> None:
    """A unit with a nominator, and the body above it."""
    database = connect(ground.database("nominations"), application="bench")
    try:
        async with database.transaction() as session:
            await keep_organisation(session, _body(ABOVE, "phong", "Phòng mẫu"))
            await keep_organisation(session, _body(UNIT, "khu-dan-cu", "Khu dân cư mẫu", ABOVE))
            office = OfficeChanged(
                office_id=new_id(),
                person_id=person_id(ground.settings.auth_issuer, SUBJECT),
                person_name="Mai",
                organisation_id=UNIT,
                role=Role.NOMINATOR.value,
                from_on=date(2020, 1, 1),
            )
            await keep_office(session, office)
    finally:
        await database.close()


def _body(id: Any, slug: str, name: str, above: Any = None) -> OrganisationChanged:
    edges = [Edge(type="line_of_command", to_id=above)] if above else []
    return OrganisationChanged(
        organisation_id=id, slug=slug, hierarchy="state", names=[DatedName(name=name)], edges=edges
    )


async def posting(ground: Ground, posters: Sequence[Poster], pace: Pace, say: Say) -> Table:
    """All sides in turn, and every answered post looked for in its database. Raises NotMeasured."""

    async def turn(poster: Poster) -> Run:
        keys = f"{uuid4()}-"
        done = await run(poster.server, poster.shot(keys), pace.seconds, ground.postgres)
        await _all_there(poster, keys, done.requests)
        return done

    await _alike(posters)
    for poster in posters:
        await warm(poster.shot(f"{uuid4()}-"))
    table = Table(TITLE, await in_turns({poster.name: partial(turn, poster) for poster in posters}, pace, say))
    say(table.printed())
    return table


async def _alike(posters: Sequence[Poster]) -> None:
    """One post to each: the same fields answered, and the same rows written."""
    seen = []
    for poster in posters:
        before = await _rows(poster)
        headers = {**poster.headers, "idempotency-key": f'"{uuid4()}"', "content-type": "application/json"}
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            answer = await http.post(f"{poster.server.url}{poster.path}", json=drafts()[0], headers=headers)
        if answer.status_code != 201:
            raise NotMeasured(f"{poster.name}: {answer.status_code} {answer.text}")
        after = await _rows(poster)
        seen.append((answer.json(), [now - then for now, then in zip(after, before, strict=True)]))
    (ours, written), others = seen[0], seen[1:]
    for answered, rows in others:
        told = {**answered, "id": ours["id"], "created_at": ours["created_at"]}
        if (told, rows) != (ours, written) or rows != [1] * len(WRITTEN):
            raise NotMeasured(f"not alike: {orjson.dumps([ours, written, told, rows]).decode()}")


async def _rows(poster: Poster) -> list[int]:
    connection = await asyncpg.connect(poster.database)
    try:
        return [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in WRITTEN]
    finally:
        await connection.close()


async def _all_there(poster: Poster, keys: str, answered: int) -> None:
    """Every key that was answered is kept with its nomination; those under way at the end may be there too."""
    connection = await asyncpg.connect(poster.database)
    try:
        kept: int = await connection.fetchval("SELECT count(*) FROM stored_answers WHERE key LIKE $1", f"{keys}%")
    finally:
        await connection.close()
    if not answered <= kept <= answered + CONNECTIONS:
        raise NotMeasured(f"{poster.name}: {answered} posts answered, {kept} kept")
