"""Posting nominations: the product's whole write beside the insert of the same rows alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
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
from tests.bench.figures import Figure, Run
from tests.bench.ground import Ground
from tests.bench.load import NotMeasured, Shot
from tests.bench.measuring import Pace, Say, in_turns, run, warm
from tests.bench.questions import Asked
from tests.bench.sides import portals
from tests.bench.sides.side import python_process, versions
from tests.bench.stories import DEEDS, FAMILIES, GIVEN, SENTENCES
from tests.walks.world import body_id

SUBJECT, UNIT, ABOVE = "mai", body_id("khu-dan-cu"), body_id("phong")
AT_ONCE = 8  # as many as the other sides have connections; a draft of ours has four
PREPARED_PER_S = 3_000  # drafts made ready for a turn: more than any side presents
OWN = {"id", "created_at", "submitted_at", "opened_at"}  # what differs in every answer
COPIES = """
INSERT INTO nominations SELECT r.* FROM nominations n, generate_series(1, $2) AS number,
  LATERAL jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'number', number)) AS r
WHERE n.id = $1 RETURNING id"""


@dataclass(frozen=True)
class Poster:
    """A side that takes nominations, and where it keeps them."""

    name: str
    server: Server
    path: str
    database: str
    headers: dict[str, str]
    made_of: dict[str, str]

    async def ask(self, statement: str, *values: Any) -> list[Any]:
        """What the bench asks for itself."""
        connection = await asyncpg.connect(self.database)
        try:
            rows: list[Any] = await connection.fetch(statement, *values)
            return rows
        finally:
            await connection.close()


@dataclass(frozen=True)
class Write:
    """A kind of post: the rows that one of them adds, and how so many are prepared under these keys."""

    title: str
    adds: Mapping[str, int]
    prepared: Callable[[Poster, str, int], Awaitable[Shot]]


async def drafting(poster: Poster, keys: str, count: int) -> Shot:
    """Different texts in turn, a new key each."""
    return Shot(poster.server.url, Asked.of(poster.path, drafts()), poster.headers, keys, connections=AT_ONCE)


async def submitting(poster: Poster, keys: str, count: int) -> Shot:
    """So many drafts, each presented once."""
    (model,) = await poster.ask("SELECT id FROM nominations WHERE state = 'draft' ORDER BY created_at LIMIT 1")
    made = [str(row["id"]) for row in await poster.ask(COPIES, model["id"], count)]
    asked = Asked(f"{poster.path}/{{}}/submission", [b""])
    return Shot(poster.server.url, asked, {**poster.headers, "if-match": '"1"'}, keys, made, AT_ONCE)


DRAFT = Write("Posting a draft", {"nominations": 1, "audit": 1, "stored_answers": 1, "outbox": 0}, drafting)
SUBMISSION = Write(
    "Presenting a nomination, with its fact in the outbox",
    {"nominations": 0, "stations": 1, "story_versions": 1, "audit": 1, "stored_answers": 1, "outbox": 1},
    submitting,
)


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
            f"raw-{way}", "tests.bench.sides.raw_posting", settings.home, database, str(person), str(ABOVE), way
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


async def posting(ground: Ground, posters: Sequence[Poster], write: Write, pace: Pace, say: Say) -> list[Figure]:
    """All sides in turn, and every answered post looked for in its database. Raises NotMeasured."""

    async def turn(poster: Poster) -> Run:
        keys = f"{uuid4()}-"
        shot = await write.prepared(poster, keys, round(PREPARED_PER_S * pace.seconds))
        done = await run(poster.server, shot, pace.seconds, ground.postgres)
        await _all_there(poster, keys, done.requests)
        return done

    await _alike(posters, write)
    for poster in posters:
        await warm(partial(_shot, write, poster))
    turns = {poster.name: partial(turn, poster) for poster in posters}
    return await in_turns(turns, pace, say)


async def _shot(write: Write, poster: Poster) -> Shot:
    """Under keys of its own each time."""
    return await write.prepared(poster, f"{uuid4()}-", PREPARED_PER_S * 2)


async def _alike(posters: Sequence[Poster], write: Write) -> None:
    """One post to each: the same answered, and as many rows written in the same tables."""
    seen = [await _one(poster, write) for poster in posters]
    for answered in seen:
        if answered != seen[0] or answered[1] != write.adds:
            raise NotMeasured(f"not alike: {orjson.dumps([answered, seen[0]]).decode()}")


async def _one(poster: Poster, write: Write) -> tuple[Any, dict[str, int]]:
    shot = await write.prepared(poster, "", 1)
    before = await _rows(poster, write)
    headers = {**shot.headers, "idempotency-key": f'"{uuid4()}"', "content-type": "application/json"}
    url = shot.url + shot.asked.path.replace("{}", shot.parts[0] if shot.parts else "")
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        answer = await http.post(url, content=shot.asked.bodies[0], headers=headers)
    if not answer.is_success:
        raise NotMeasured(f"{poster.name}: {answer.status_code} {answer.text}")
    after = await _rows(poster, write)
    return _without_own(answer.json()), {table: after[table] - before[table] for table in after}


def _without_own(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _without_own(value) for name, value in told.items() if name not in OWN}
    return [_without_own(each) for each in told] if isinstance(told, list) else told


async def _rows(poster: Poster, write: Write) -> dict[str, int]:
    return {table: (await poster.ask(f"SELECT count(*) FROM {table}"))[0][0] for table in write.adds}


async def _all_there(poster: Poster, keys: str, answered: int) -> None:
    """Every key that was answered is kept; those under way at the end may be there too."""
    kept = (await poster.ask("SELECT count(*) FROM stored_answers WHERE key LIKE $1", f"{keys}%"))[0][0]
    if not answered <= kept <= answered + AT_ONCE:
        raise NotMeasured(f"{poster.name}: {answered} posts answered, {kept} kept")
