"""The posting lane: a draft that needs nothing of others is one short transaction, before FastAPI sees the request.

It writes only what the ordinary way would write, and answers the same bytes; whatever is not simple goes the ordinary
way untouched, refusals and repetitions with their words included. A campaign's last evening is mostly simple posts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import asyncpg
import orjson
import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.nominations import permissions, queries
from services.nominations.actions.draft import drafted
from services.nominations.actions.plan import check_asked
from services.nominations.schemas.asked import Draft
from services.nominations.schemas.given import NominationView
from shared import at_once, lanes
from shared.auth import Actor, HeldOffice, Role
from shared.auth.actor import person_id
from shared.auth.door import is_system
from shared.auth.tokens import Claims, Verifier
from shared.clock import today
from shared.conditional import etag
from shared.db import Database
from shared.errors import AppError
from shared.idempotency import Claim, claim_of
from shared.lines import WRITE_S
from shared.telemetry import DRAFTS_POSTED
from shared.transient import is_transient

PATH = "/v1/nominations"
LONGEST = 65_536  # bytes of a body; a longer story may take its time
JSON, BEARER, CREATED = b"application/json", "Bearer ", 201
FILES = ("pictures", "evidence")
ANSWERED = ("plan_id", "obligation_id", "period_key")  # named together or not at all
NAMES = queries.Named._fields
SHORT, ORDINARY = DRAFTS_POSTED.labels("short"), DRAFTS_POSTED.labels("ordinary")
log = structlog.get_logger()


class NotSimple(Exception):
    """For the ordinary way."""


class Answer(NamedTuple):
    """What is stored and sent."""

    headers: dict[str, str]
    body: bytes


class Post(NamedTuple):
    """A request that may be simple."""

    claims: Claims
    claim: Claim
    content: dict[str, Any]


class Lane:
    """Around an application whose `POST /v1/nominations` drafts a nomination."""

    def __init__(self, app: ASGIApp, database: Database, verifier: Verifier) -> None:
        self._app, self._database, self._verifier = app, database, verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body, and gives it on as it came if the post is not answered here."""
        if not _is_here(scope):
            await self._app(scope, receive, send)
            return
        body, receive = await lanes.taken(receive, most=LONGEST)
        try:
            answer = await self._answer(Request(scope), body)
        except NotSimple:
            ORDINARY.inc()
            await self._app(scope, receive, send)
            return
        SHORT.inc()
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await lanes.answer(scope, send, path=PATH, status=CREATED, headers=headers, body=answer.body)

    async def _answer(self, request: Request, body: bytes | None) -> Answer:
        post = await self._read(request, body)
        try:
            async with self._database.lines.transaction() as line:
                return await self._write(line, post, request.scope.get("root_path", ""))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            if not is_transient(error):
                log.exception("a simple post failed")
            raise NotSimple from error  # the key tells the ordinary way whether it was done after all

    async def _read(self, request: Request, body: bytes | None) -> Post:
        key, credentials = request.headers.get("idempotency-key"), request.headers.get("authorization", "")
        if key is None or not credentials.startswith(BEARER) or request.url.query or body is None:
            raise NotSimple
        try:
            claims = await self._verifier.verify(credentials.removeprefix(BEARER))
            content = Draft.model_validate(orjson.loads(body)).content()
        except (AppError, ValueError) as error:
            raise NotSimple from error
        claim = claim_of(request, person_id(claims.iss, claims.sub), key, body=body)
        answered = [content[name] is not None for name in ANSWERED]
        if claim is None or is_system(claims) or any(answered) != all(answered) or any(content[n] for n in FILES):
            raise NotSimple
        return Post(claims, claim, content)

    async def _write(self, line: asyncpg.Connection, post: Post, base: str) -> Answer:
        unit, names = post.content["organisation_id"], queries.Named(**{n: post.content[n] for n in NAMES})
        found = await queries.judge_post(line, post.claim, unit=unit, on=today(), names=names)
        offices = tuple(HeldOffice(unit, role) for role in Role if role.value in found.roles)
        actor = Actor("person", post.claim.person_id, post.claims.name or post.claims.sub, offices)
        if not (found.fresh and found.stands and found.named and permissions.nominates_for(actor, unit)):
            raise NotSimple
        if found.asked is not None:
            _check(found.asked, post.content)
        nomination, noted = drafted(actor, post.content)
        headers = {
            "content-type": "application/json",
            "location": f"{base}{PATH}/{nomination.id}",
            "etag": etag(nomination.version),
        }
        body = NominationView.of(nomination).model_dump_json().encode()
        rows = [nomination, noted, post.claim.keep(CREATED, headers, body)]
        sql, values = at_once.statement(rows, self._database.engine.dialect)
        await line.execute(sql, *values, timeout=WRITE_S)
        return Answer(headers, body)


def _check(asked: queries.Asked, content: dict[str, Any]) -> None:
    """Raises NotSimple: a refusal has its words on the ordinary way."""
    try:
        check_asked(asked, subject_type=content["subject_type"], period=content["period_key"])
    except AppError as error:
        raise NotSimple from error


def lane(database: Database, verifier: Verifier) -> Callable[[ASGIApp], ASGIApp]:
    """The layer, to be put around an application."""
    return lambda app: Lane(app, database, verifier)


def _is_here(scope: Scope) -> bool:
    return lanes.is_at(scope, PATH) and scope["method"] == "POST" and (b"content-type", JSON) in scope["headers"]
