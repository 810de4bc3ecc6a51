"""GraphQL over HTTP: the media types and statuses of its specification, our limits, and our errors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

import orjson
import strawberry
import structlog
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from fastapi import Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    parse,
    specified_rules,
    validate,
)
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, ValidationCache
from strawberry.fastapi import BaseContext, GraphQLRouter
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult

from shared import context as work
from shared.auth.actor import Actor
from shared.auth.door import Credentials, actor_of
from shared.auth.tokens import Verifier
from shared.db import Database
from shared.errors import AppError, NotSignedIn
from shared.graphql.limits import MAX_TOKENS, Limits
from shared.messages import Language, language, say
from shared.problems import as_app_error

MEDIA_TYPE = "application/graphql-response+json"
CACHED_DOCUMENTS = 512
log = structlog.get_logger()


class Context(BaseContext):
    """What a resolver finds in `info.context`: who asks, and the database for a session of its own."""

    def __init__(self, database: Database, actor: Actor | None, public_url: str) -> None:
        super().__init__()
        self.database = database
        self.actor = actor
        self.public_url = public_url

    def signed_in(self) -> Actor:
        """Raises NotSignedIn."""
        if self.actor is None:
            raise NotSignedIn
        return self.actor


Info = strawberry.Info[Context, None]


async def _context(request: Request, credentials: Credentials) -> Context:
    """No connection is kept while resolvers run: each opens its own session."""
    state = request.app.state
    return Context(state.database, await _actor(request, credentials), state.settings.base_url)


async def _actor(request: Request, credentials: Credentials) -> Actor | None:
    if credentials is None:
        if request.headers.get("authorization"):
            raise NotSignedIn
        return None
    verifier: Verifier = request.app.state.verifier
    claims = await verifier.verify(credentials.credentials)
    database: Database = request.app.state.database
    async with database.transaction() as session:
        return await actor_of(session, claims)


class Schema(strawberry.Schema):
    """Strawberry's schema; refusals are not logged as failures, failures are."""

    rules: Sequence[type[ASTValidationRule]] = ()

    @property
    def types(self) -> GraphQLSchema:
        """As graphql-core knows it."""
        return self._schema

    def checked(self, text: str) -> DocumentNode:
        """The document, within every limit. Raises GraphQLError."""
        document = parse(text, max_tokens=MAX_TOKENS)
        errors = validate(self.types, document, [*specified_rules, *self.rules])
        if errors:
            raise errors[0]
        return document

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Logs what nobody expected."""
        for error in errors:
            if not isinstance(_cause(error), AppError | None):
                log.error("resolver failed", path=error.path, exc_info=error.original_error)


def create_schema(query: type, mutation: type | None = None, *, introspection: bool = True) -> Schema:
    """A schema with bounded caches and limits on tokens, depth, aliases and cost."""
    rules: list[Any] = [Limits] if introspection else [Limits, NoSchemaIntrospectionCustomRule]
    schema = Schema(
        query,
        mutation,
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
            # the same rule classes each time: the validation cache compares them
            lambda: AddValidationRules(rules),
            lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
            lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
        ],
    )
    schema.rules = rules
    return schema


class Router(GraphQLRouter[Context, None]):
    """Media type by `Accept`; 400 for a request that cannot be executed, 405 for a mutation by GET."""

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Never: its assets would come from a foreign host."""
        return False

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData | list[GraphQLRequestData]:
        """Also refuses a body that is no object and an operation name that is no text."""
        try:
            data = await super().parse_http_body(request)
        except (AttributeError, UnicodeDecodeError) as error:
            raise HTTPException(400, "The request body must be a JSON object in UTF-8.") from error
        if isinstance(data, GraphQLRequestData) and not isinstance(data.operation_name, str | None):
            raise HTTPException(400, "`operationName` must be a string or null, if provided.")
        return data

    def encode_json(self, data: object) -> bytes:
        """Vietnamese letters as they are."""
        return orjson.dumps(data)

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Errors with our codes; a request that was never executed has no `data`."""
        answer: dict[str, Any] = {} if _never_executed(result) else {"data": result.data}
        if result.errors:
            said = language(request.headers.get("accept-language"))
            answer["errors"] = [_formatted(error, said) for error in result.errors]
        request.state.graphql_refused = "data" not in answer
        return cast(GraphQLHTTPResponse, answer)

    async def run(self, request: Any, context: Any = None, root_value: Any = None) -> Any:
        """The answer in the media type asked for, with the status that belongs to it."""
        modern = media_type(request.headers.get("accept", "")) == MEDIA_TYPE
        try:
            response: Response = await super().run(request, context, root_value)
        except HTTPException as refused:
            response = _refusal(refused)
        else:
            if modern and getattr(request.state, "graphql_refused", False):
                response.status_code = 400
        response.headers["content-type"] = MEDIA_TYPE if modern else "application/json"
        response.headers["vary"] = "Accept"
        return response


def create_router(schema: Schema, path: str = "/graphql", *, described: bool = True) -> Router:
    """POST, and GET for queries; `described`: its SDL at `<path>/schema`. WebSockets are not offered."""
    router = Router(
        schema,
        path=path,
        graphql_ide=None,
        context_getter=_context,
        subscription_protocols=(),
        include_in_schema=False,  # its contract is the SDL
    )
    router.routes[:] = [route for route in router.routes if isinstance(route, APIRoute)]
    if described:
        _describe(router, schema, path)
    return router


def _describe(router: Router, schema: Schema, path: str) -> None:
    text = schema.as_str()
    router.include_in_schema = True  # for this one: the doors above stay out, their contract is the SDL

    @router.get(
        f"{path}/schema",
        response_class=PlainTextResponse,
        summary="Lược đồ GraphQL (SDL)",
        description=f"Hỏi bằng GET hoặc POST `{path}`: GraphQL over HTTP, `application/graphql-response+json`.",
        operation_id="graphql_schema",
        tags=["GraphQL"],
    )
    async def sdl() -> str:
        return text


@lru_cache(256)
def media_type(accept: str) -> str:
    """GraphQL's own where `Accept` names it and does not prefer plain JSON by a higher `q`."""
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, _, rest = part.strip().partition(";")
        quality = rest.replace(" ", "").removeprefix("q=") if "q=" in rest else "1"
        weights[name.strip()] = float(quality) if quality.replace(".", "", 1).isdecimal() else 1.0
    modern = weights.get(MEDIA_TYPE, 0.0)
    return MEDIA_TYPE if modern > 0 and modern >= weights.get("application/json", 0.0) else "application/json"


def _never_executed(result: ExecutionResult) -> bool:
    """Parse, validation and variable errors have no path; those of resolvers always have one."""
    return result.data is None and all(error.path is None for error in result.errors or [])


def _cause(error: GraphQLError) -> Exception | None:
    """What a resolver threw; None when the request itself was at fault (its value, its text)."""
    original = error.original_error
    return None if isinstance(original, GraphQLError) else original


def _formatted(error: GraphQLError, said: Language) -> dict[str, Any]:
    found: dict[str, Any] = dict(error.formatted)
    original = _cause(error)
    extensions: dict[str, Any] = {"code": "invalid", "correlation_id": work.current().correlation_id}
    if original is not None:
        known = as_app_error(original)
        sentence = say(known, said)
        found["message"] = sentence.detail
        extensions |= {"code": known.code, "title": sentence.title}
        if known.pointer is not None:
            extensions["pointer"] = known.pointer
    return {**found, "extensions": extensions}


def _refusal(refused: HTTPException) -> Response:
    cause = refused.__cause__
    by_get = isinstance(cause, InvalidOperationTypeError)
    status = 405 if by_get else 415 if refused.reason == "Unsupported content type" else refused.status_code
    reason = "`query` is missing." if isinstance(cause, MissingQueryError) else refused.reason
    body = {"errors": [{"message": reason, "extensions": {"code": "invalid"}}]}
    return Response(orjson.dumps(body), status, {"allow": "POST"} if by_get else None)
