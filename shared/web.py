"""The frame of a service: its parts, its lifespan, and one translator from errors to problems (RFC 9457)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from shared.audit.door import router as audit_door
from shared.audit.seal import seal_audit
from shared.bus import Consumer
from shared.docs import install_docs, operation_id
from shared.keeping import listen
from shared.parts import Parts
from shared.problems import install_problems
from shared.road.inbox import Receiver
from shared.road.parking import retry_parked
from shared.road.relay import Relay
from shared.road.representing import Representation
from shared.road.rest import router as parking_door
from shared.sweep import sweep
from shared.telemetry import RequestContext
from shared.transient import is_transient

log = structlog.get_logger()

__all__ = ["Loop", "Parts", "Service", "create_app"]


Loop = Callable[[Parts], Awaitable[None]]  # runs until cancelled; restarted after an error


@dataclass(frozen=True)
class Service:
    """What a service tells the frame about itself."""

    name: str
    title: str
    routers: Sequence[APIRouter]
    consumer: Consumer
    loops: Sequence[Loop] = field(default=())
    lane: Callable[[ASGIApp], ASGIApp] | None = None  # before the doors, behind what every request gets
    represents: Sequence[Representation] = field(default=())  # what of its state others keep copies of


def create_app(service: Service, parts: Parts) -> FastAPI:
    """The ASGI application of one service. Its loops and its part of the road live as long as its lifespan."""

    receiver = Receiver(parts.database, service.consumer)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _running(service, parts, receiver):
            yield

    app = FastAPI(
        title=service.title,
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would send people to whatever host they were told to name
        generate_unique_id_function=operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours: shared.tracing, shared.telemetry
    )
    app.state.service, app.state.parts, app.state.receiver = service.name, parts, receiver
    app.state.represents = service.represents
    app.state.database, app.state.verifier = parts.database, parts.verifier
    app.state.settings, app.state.store, app.state.bus = parts.settings, parts.store, parts.bus
    app.state.ending = asyncio.Event()  # set when the process is asked to stop: answers without an end, end
    install_problems(app)
    if service.lane is not None:
        app.add_middleware(service.lane)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=parts.settings.cors_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=[
            "etag",
            "link",
            "location",
            "retry-after",
            "idempotency-replayed",
            "content-language",
            "x-correlation-id",
        ],
    )
    app.add_middleware(RequestContext, service=service.name)
    for router in service.routers:
        app.include_router(router)
    app.include_router(audit_door)
    app.include_router(parking_door)
    install_docs(app)
    return app


@asynccontextmanager
async def _running(service: Service, parts: Parts, receiver: Receiver) -> AsyncIterator[None]:
    await parts.bus.subscribe(service.consumer, receiver.receive)
    relay = Relay(parts.database, parts.bus, service.name)
    loops: list[Callable[[], Awaitable[None]]] = [
        relay.run,
        lambda: retry_parked(receiver),
        lambda: sweep(parts),
        lambda: listen(parts.database.kept, parts.database.url),
        lambda: seal_audit(parts),
    ]
    loops += [lambda loop=loop: loop(parts) for loop in service.loops]  # type: ignore[misc]
    tasks = [asyncio.create_task(_again(service.name, loop)) for loop in loops]
    try:
        yield
    finally:
        await parts.bus.unsubscribe(service.consumer)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _again(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """Runs a loop for ever; what it throws is logged and it starts again a second later."""
    while True:
        try:
            await loop()
        except Exception as error:
            if is_transient(error):
                log.warning("loop waits", service=name, error=repr(error))
            else:
                log.exception("loop failed", service=name)
        await asyncio.sleep(1)
