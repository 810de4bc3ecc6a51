"""The lane: an ASGI layer before the application, that answers what is compiled and passes on the rest untouched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import asyncpg
import orjson
import structlog
from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from services.publicity.channels import Site
from services.publicity.graphql.compiled.answering import Unanswered
from services.publicity.graphql.compiled.documents import Compiled, Documents
from services.publicity.graphql.compiled.responding import PATH, header, respond
from shared.clock import today
from shared.db import Database
from shared.errors import AppError
from shared.graphql import Schema
from shared.lanes import is_at, taken
from shared.telemetry import GRAPH_ANSWERS
from shared.transient import is_transient

LONGEST = 16_384  # bytes of a request: what programs send, not what somebody fills a memory with
JSON = (b"application/json", b"application/json; charset=utf-8")
KEPT, COMPILED, EXECUTED = map(GRAPH_ANSWERS.labels, ("kept", "compiled", "executed"))
log = structlog.get_logger()


class Request(NamedTuple):
    """What GraphQL over HTTP says of a request."""

    query: Any
    variables: Any
    name: Any


class Lane:
    """Around an application that has this schema under `/graphql`; what it answers is open to everyone."""

    def __init__(self, app: ASGIApp, schema: Schema, *, database: Database, site: Site, keep: bool) -> None:
        self._app, self._database, self._site, self._keep = app, database, site, keep
        self._documents = Documents(schema)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body, and gives it on as it came if it is not answered here."""
        if not _is_question(scope):
            await self._app(scope, receive, send)
            return
        body: bytes | None = b""
        if scope["method"] == "POST":
            body, receive = await taken(receive, most=LONGEST)
        told = await self._answer(scope, body) if body is not None else None
        if told is None:
            EXECUTED.inc()
            await self._app(scope, receive, send)
            return
        await respond(scope, send, told)

    async def _answer(self, scope: Scope, body: bytes) -> bytes | None:
        kept, key = self._database.kept, (body or scope["query_string"], scope["method"], today())
        found: bytes | None = kept.get(key)
        if found is not None:
            KEPT.inc()
            return found
        request = _read(scope, body)
        document = self._documents.find(request.query) if request is not None else None
        if request is None or document is None:
            return None
        moment = kept.moment()
        try:
            answer, tags = await self._asked(document, request)
        except (AppError, Unanswered):
            return None
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            if not is_transient(error):
                log.exception("a compiled question failed", query=request.query)
            return None
        COMPILED.inc()
        if self._keep:
            kept.put(key, answer, tags=tags, since=moment, size=len(answer))
        return answer

    async def _asked(self, document: Compiled, request: Request) -> tuple[bytes, set[str]]:
        parts, tags = [], set[str]()
        for field, arguments in document.asked(request.name, request.variables or {}):
            statement, values = field.question.ask(arguments)
            values |= {"site": self._site.base, "today": today()}
            rows = await self._database.lines.rows(statement.sql, statement.arguments(values))
            parts.append(f'"{field.chosen.key}":{field.question.answer(rows, arguments)}')
            tags.update(field.question.tags(arguments))
        return f'{{"data":{{{",".join(parts)}}}}}'.encode(), tags


def lane(schema: Schema, database: Database, site: Site, *, keep: bool) -> Callable[[ASGIApp], ASGIApp]:
    """The layer, to be put around an application; `keep`: answers are kept as long as they are true."""
    return lambda app: Lane(app, schema, database=database, site=site, keep=keep)


def _is_question(scope: Scope) -> bool:
    """Whoever signs in has his token judged where tokens are judged."""
    if not is_at(scope, PATH):
        return False
    if scope["method"] == "POST":
        return header(scope, b"authorization") is None and header(scope, b"content-type") in JSON
    return scope["method"] == "GET" and header(scope, b"authorization") is None


def _read(scope: Scope, body: bytes) -> Request | None:
    """None: not as most ask, and not ours to judge."""
    try:
        if scope["method"] == "GET":
            asked: Mapping[str, Any] = dict(QueryParams(scope["query_string"]))
            variables = orjson.loads(asked["variables"]) if "variables" in asked else None
        else:
            asked = orjson.loads(body)
            variables = asked.get("variables")
        query, name = asked["query"], asked.get("operationName")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(query, str) or not isinstance(variables, dict | None) or asked.get("extensions") is not None:
        return None
    return Request(query, variables, name) if len(query) <= LONGEST else None
