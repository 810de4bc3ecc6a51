"""Prometheus metrics, and what every request gets: correlation id and trace, limits, headers that protect."""

from __future__ import annotations

import asyncio
import re
import time

import structlog
from prometheus_client import Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import context, tracing
from shared.problems import BODY_LIMIT_BYTES

REQUEST_SECONDS = Histogram(
    "lantoa_request_seconds", "Time to answer a request", ["service", "method", "route", "status"]
)
HANDLER_SECONDS = Histogram("lantoa_handler_seconds", "Time to handle a fact", ["service", "type", "outcome"])
OUTBOX_ROWS = Gauge("lantoa_outbox_rows", "Facts recorded but not sent", ["service"])
OUTBOX_AGE_SECONDS = Gauge("lantoa_outbox_age_seconds", "Age of the oldest fact not sent", ["service"])
PARKED_KEYS = Gauge(
    "lantoa_parked_keys", "Aggregates whose facts wait for a retry or a person", ["service", "producer"]
)
FACTS_GIVEN_UP = Counter(
    "lantoa_facts_given_up", "Facts that never came and were passed over for a represented one", ["service", "producer"]
)
RELAY_SENT = Counter("lantoa_relay_sent", "Facts sent", ["service"])
GRAPH_ANSWERS = Counter("lantoa_graph_answers", "Questions to the portal graph, by how they were answered", ["way"])
DRAFTS_POSTED = Counter("lantoa_drafts_posted", "Posts of drafts, by how they were taken", ["way"])
DELIVERIES = Counter("lantoa_deliveries", "Messages delivered or not", ["channel", "outcome"])

CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,64}")
UPLOAD_TIME_LIMIT_S = 900.0  # as long as the form of an upload is good
UPLOADS = "/files/"  # the directory store limits an upload by what was announced
# Styles, scripts and fonts come with the page; pictures may lie in object storage, which has its own address.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: https: http:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "strict-origin-when-cross-origin"}
PAGE_HEADERS = {"content-security-policy": PAGE_POLICY, "x-frame-options": "DENY"}


class Protection:
    """The headers that close browsers' loopholes, on every answer of what it is put around."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Other protocols than HTTP pass unseen."""

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                _protect(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, dress if scope["type"] == "http" else send)


def _valid(pattern: re.Pattern[str], value: str | None) -> str | None:
    return value if value and pattern.fullmatch(value) else None


class RequestContext:
    """Opens the piece of work a request is, measures it, limits its body and closes browsers' loopholes."""

    def __init__(
        self,
        app: ASGIApp,
        service: str,
        *,
        body_time_limit_s: float = 30,
        upload_time_limit_s: float = UPLOAD_TIME_LIMIT_S,
    ) -> None:
        self.app, self.service = app, service
        self.body_time_limit_s, self.upload_time_limit_s = body_time_limit_s, upload_time_limit_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Other protocols than HTTP pass unseen."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        correlation_id = _valid(CORRELATION, headers.get("x-correlation-id"))
        with (
            context.work(correlation_id, headers.get("traceparent")) as work,
            structlog.contextvars.bound_contextvars(service=self.service),
            tracing.span(self.service, tracing.Kind.SERVER, _method(scope)) as span,
        ):
            limited = (
                _in_time(receive, self.upload_time_limit_s)
                if _is_upload(scope)
                else _limited(scope, receive, self.body_time_limit_s)
            )
            await self._measured(scope, limited, send, correlation_id=work.correlation_id, span=span)

    async def _measured(
        self, scope: Scope, receive: Receive, send: Send, *, correlation_id: str, span: tracing.Span
    ) -> None:
        started, status = time.perf_counter(), 500

        async def dress(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-correlation-id"] = correlation_id
                _protect(headers)
            await send(message)

        try:
            await self.app(scope, receive, dress)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            labels = (self.service, _method(scope), route, f"{status // 100}xx")
            REQUEST_SECONDS.labels(*labels).observe(time.perf_counter() - started)
            _describe(span, scope, status)


def _describe(span: tracing.Span, scope: Scope, status: int) -> None:
    """The template of the path, never the path: ids, and what people search for, stay inside."""
    span.attributes |= {"http.request.method": _method(scope), "http.response.status_code": status}
    span.attributes["url.scheme"] = scope.get("scheme", "http")
    template = getattr(scope.get("route"), "path", None)
    if template is not None:
        span.attributes["http.route"] = scope.get("root_path", "") + template
        span.name = f"{span.name} {span.attributes['http.route']}"
    if status >= 500:
        span.error = str(status)


def _method(scope: Scope) -> str:
    """A stranger may send any word as a method; a metric takes only those that exist."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return scope["method"] if scope["method"] in known else "OTHER"


def _protect(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if headers.get("content-type", "").startswith("text/html"):
        for name, value in PAGE_HEADERS.items():
            headers.setdefault(name, value)


def _is_upload(scope: Scope) -> bool:
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.startswith(UPLOADS)


def _in_time(receive: Receive, time_limit_s: float) -> Receive:
    """A file takes as long as its form is good, and no longer: 408."""
    deadline, complete = asyncio.get_running_loop().time() + time_limit_s, False

    async def timed() -> Message:
        nonlocal complete
        if complete:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        complete = not message.get("more_body", False)
        return message

    return timed


def _limited(scope: Scope, receive: Receive, time_limit_s: float) -> Receive:
    """A body over the limit, or one that dribbles in, is refused while it is read: 413, 408."""
    announced = Headers(scope=scope).get("content-length", "0")
    deadline = asyncio.get_running_loop().time() + time_limit_s
    left, complete = BODY_LIMIT_BYTES, False

    async def limited() -> Message:
        nonlocal left, complete
        if complete:
            return await receive()  # what comes now is only that the client has gone
        if announced.isdecimal() and int(announced) > BODY_LIMIT_BYTES:
            raise HTTPException(413)
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        left -= len(message.get("body", b""))
        complete = not message.get("more_body", False)
        if left < 0:
            raise HTTPException(413)
        return message

    return limited
