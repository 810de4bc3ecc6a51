"""One translator from errors to `application/problem+json` (RFC 9457), in the reader's language."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import context
from shared.errors import (
    AppError,
    BadRequest,
    Conflict,
    Invalid,
    MediaTypeNotSupported,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    RequestTooSlow,
    TooLarge,
    Unavailable,
)
from shared.idempotency import Replay
from shared.messages import SENTENCES, Language, language, say, say_field
from shared.pages import PageRoute
from shared.transient import is_transient

MEDIA_TYPE = "application/problem+json"
BODY_LIMIT_BYTES = 1024 * 1024
UNIQUE_VIOLATION = "23505"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
BY_STATUS: dict[int, type[AppError]] = {
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    405: MethodNotAllowed,
    408: RequestTooSlow,
    413: TooLarge,
    415: MediaTypeNotSupported,
    503: Unavailable,
}

log = structlog.get_logger()


class FieldProblem(BaseModel):
    """What is wrong with one field: `#/field` of the body, or `#/query/…`, `#/path/…`, `#/headers/…`."""

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. `type` is `urn:lantoa:problem:<code>` and never changes; the sentences may."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:lantoa:problem:precondition-failed",
                    "title": "Bản bạn đang xem đã cũ",
                    "status": 412,
                    "detail": "Đã có người thay đổi sau khi bạn mở. Hãy tải lại, đọc bản mới rồi làm lại.",
                    "instance": "/nominations/v1/nominations/0198c0de-0000-7000-8000-000000000001/approval",
                    "errors": [],
                    "correlation_id": "5f0c3d1e8a7b4c6d9e0f1a2b3c4d5e6f",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem] = []
    correlation_id: str


def problem_of(error: AppError, *, instance: str, lang: Language, fields: Sequence[FieldProblem] = ()) -> Problem:
    """The problem that tells `error`; its own pointer becomes an entry of `errors`."""
    parts = [error, *error.errors] if error.pointer else error.errors
    told = [FieldProblem(pointer=p.pointer or "#", code=p.code, detail=say(p, lang).detail) for p in parts]
    title, detail = say(error, lang)
    return Problem(
        type=f"urn:lantoa:problem:{error.code}",
        title=title,
        status=error.status,
        detail=detail,
        instance=instance,
        errors=[*told, *fields],
        correlation_id=context.current().correlation_id,
    )


def answer(request: Request, error: AppError, fields: Sequence[FieldProblem] = ()) -> Response:
    """The problem as a response, with the headers its status asks for; on a page for people, as a page."""
    return _as_page(request, error) or _as_problem(request, error, fields)


def _as_page(request: Request, error: AppError) -> Response | None:
    route = request.scope.get("route")
    return route.told(request, error) if isinstance(route, PageRoute) else None


def _as_problem(request: Request, error: AppError, fields: Sequence[FieldProblem]) -> Response:
    lang = language(request.headers.get("accept-language"))
    problem = problem_of(error, instance=request.url.path, lang=lang, fields=fields)
    headers = {"content-language": lang, "vary": "accept-language", "cache-control": "no-store"}
    if error.retry_after_s is not None:
        headers["retry-after"] = str(error.retry_after_s)
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(orjson.dumps(problem.model_dump()), error.status, headers, MEDIA_TYPE)


def as_app_error(error: Exception) -> AppError:
    """What a person is told about any exception. Unexpected ones become `internal`."""
    if isinstance(error, AppError):
        return error
    refused = error.orig if isinstance(error, IntegrityError) else error
    if getattr(refused, "sqlstate", None) == UNIQUE_VIOLATION:
        return Conflict()  # two did the same at once, and the other was quicker
    return Unavailable(part="database") if is_transient(error) else AppError()


def _fields(error: RequestValidationError, lang: Language) -> list[FieldProblem]:
    return [
        FieldProblem(
            pointer=_pointer(found, error.body),
            code=found["type"].replace("_", "-"),
            detail=_detail(found, lang),
        )
        for found in error.errors()
    ]


def _detail(found: dict[str, Any], lang: Language) -> str:
    params = found.get("ctx", {})
    return say_field(found["type"], params, lang, otherwise=str(params.get("error", found["msg"])))


def _pointer(found: dict[str, Any], body: Any) -> str:
    place, *steps = found["loc"]
    if found["type"] == "json_invalid":
        return "#"
    if place != "body":
        return "#/" + "/".join([{"header": "headers"}.get(place, place), *map(_step, steps)])
    kept: list[str] = []
    here = body
    for number, step in enumerate(steps, 1):
        inside = (isinstance(here, dict) and step in here) or (isinstance(here, list) and isinstance(step, int))
        # a union's tag stands in `loc` too, but not in the body
        if inside or (number == len(steps) and found["type"] == "missing"):
            kept.append(_step(step))
            here = here[step] if inside else None
    return "/".join(["#", *kept])


def _step(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


async def _tell(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return answer(request, error)


async def _tell_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # an address that names nothing of ours is not there, whatever is wrong with it
    if (page := _as_page(request, NotFound())) is not None:
        return page
    lang = language(request.headers.get("accept-language"))
    return answer(request, Invalid(), _fields(error, lang))


async def _tell_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    kind = BY_STATUS.get(error.status_code, BadRequest if error.status_code < 500 else AppError)
    response = answer(request, kind(limit_bytes=BODY_LIMIT_BYTES) if kind is TooLarge else kind())
    told = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 405:
        told["allow"] = _methods_at(request)
    response.headers.update({name: told[name] for name in ("allow", "retry-after") if name in told})
    return response


def _methods_at(request: Request) -> str:
    """Every method that something answers here; a route by itself knows only of its own."""
    routes = request.app.router.routes
    scopes = ({**request.scope, "method": method} for method in METHODS)
    return ", ".join(s["method"] for s in scopes if any(route.matches(s)[0] is Match.FULL for route in routes))


async def _replay(request: Request, error: Exception) -> Response:
    assert isinstance(error, Replay)
    return error.answer


class LastResort:
    """What no handler knew: the database away, or our own end, is 503; else it is logged and answered with 500."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers only while nothing has been sent; a broken stream is broken off."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except asyncio.CancelledError:
            # this process ends and could not wait any longer; a client that has gone is told nothing
            if started or not scope["app"].state.ending.is_set():
                raise
            log.warning("request cut off by our own end", path=scope["path"])
            await answer(Request(scope), Unavailable(part="service"))(scope, receive, send)
        except Exception as error:
            told = as_app_error(error)
            if told.status == 500:
                log.exception("request failed", method=scope["method"], path=scope["path"])
            else:
                # neither the database's word nor the network's: perhaps a mistake of ours after all, so say where
                where = not isinstance(error, SQLAlchemyError | ConnectionError | TimeoutError)
                log.warning("request refused", path=scope["path"], error=repr(error), exc_info=where)
            if started:
                raise
            await answer(Request(scope), told)(scope, receive, send)


def install_problems(app: Starlette) -> None:
    """Every error of `app` leaves as a problem, and its OpenAPI says so."""
    app.add_exception_handler(AppError, _tell)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_exception_handler(Replay, _replay)
    app.add_middleware(LastResort)


def responses(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for a route: `@router.post(…, responses=responses(NotFound, StepNotPossible))`."""
    entries: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        sentence = SENTENCES[error.code]["vi"]
        line = f"`{error.code}`: {sentence.title}. {sentence.detail}"
        entry = entries.setdefault(error.status, {"content": {MEDIA_TYPE: {"schema": REFERENCE}}})
        entry["description"] = "\n\n".join([*filter(None, [entry.get("description")]), line])
    return entries


def made(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entry of a PUT to an id that nothing had: `responses=responses(…) | made(PlanOut)`."""
    return {201: {"model": model, "description": "Trước đó chưa có, nay đã ghi"}}


REFERENCE = {"$ref": "#/components/schemas/Problem"}
