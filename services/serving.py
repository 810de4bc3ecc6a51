"""Running services in this process: their parts from the settings, one port, one dispatcher by the first segment."""

from __future__ import annotations

import asyncio
import fcntl
import signal
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import URL, make_url
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from services.listening import CarefulProtocol
from shared import tracing
from shared.auth.issuer import DevelopmentIssuer
from shared.auth.issuer_doors import issuer_router
from shared.auth.tokens import verifier_for
from shared.bus import Bus
from shared.bus.kafka import KafkaBus
from shared.bus.memory import MemoryBus
from shared.db import connect
from shared.embedded import embedded_postgres
from shared.events import PRODUCERS
from shared.files.store import open_store
from shared.health import health_routes
from shared.loading import loading
from shared.migrations import TableInUse, upgrade
from shared.problems import install_problems
from shared.settings import DEVELOPMENT_ISSUER, Settings, UnsafeSettings
from shared.telemetry import Protection
from shared.web import Parts

log = structlog.get_logger()

SERVICES = PRODUCERS


def create(service: str, parts: Parts) -> FastAPI:
    """The application of a service; a process loads the code of those that it runs, and of no other."""
    app: FastAPI = import_module(f"services.{service}.app").create(parts)
    return app


class CannotStart(Exception):
    """This process must not start as asked; the message is one line for the person who typed the command."""


@dataclass(frozen=True, slots=True)
class Servers:
    """The PostgreSQL server in use; each service has its own database on it unless a setting says otherwise."""

    settings: Settings
    postgres: URL

    def database_url(self, service: str) -> str:
        """Where the service's database is."""
        own = getattr(self.settings, f"{service}_database_url")
        url = make_url(own) if own else self.postgres.set(database=f"lantoa_{service}")
        return url.render_as_string(hide_password=False)


@contextmanager
def servers(settings: Settings) -> Iterator[Servers]:
    """The server named in the settings, or the embedded one for as long as the block lasts."""
    if settings.database_url:
        yield Servers(settings, make_url(settings.database_url))
        return
    # a polite end must unwind as Ctrl-C does: killed outright, this process would leave its server behind
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with embedded_postgres(settings.home / "postgres") as url:
        yield Servers(settings, make_url(url))


@contextmanager
def only_one(settings: Settings, names: Sequence[str]) -> Iterator[None]:
    """With the memory bus all four services run in one process, and only one such process on a `.lantoa`.

    Raises CannotStart.
    """
    if not settings.bus_url.startswith("memory:"):
        yield
        return
    if set(names) != set(SERVICES):
        raise CannotStart(
            "Chạy riêng một dịch vụ cần Kafka: đặt LANTOA_BUS_URL=kafka://máy:cổng, "
            "hoặc chạy cả bốn bằng «lantoa serve»."
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(
                f"Đã có một tiến trình lantoa đang chạy trên {settings.home}. "
                "Hãy dừng nó trước, hoặc đặt LANTOA_HOME khác."
            ) from error
        yield


def open_bus(settings: Settings) -> Bus:
    """The bus that `LANTOA_BUS_URL` names. Raises UnsafeSettings."""
    scheme, _, rest = settings.bus_url.partition("://")
    if scheme == "memory":
        return MemoryBus(expects=frozenset(SERVICES))
    if scheme == "kafka" and rest:
        return KafkaBus(rest.rstrip("/"), replication=settings.kafka_replication)
    raise UnsafeSettings("LANTOA_BUS_URL phải là memory:// hoặc kafka://máy:cổng[,máy:cổng].")


async def migrate(running: Servers, names: Sequence[str]) -> None:
    """Brings each service's database to the newest schema, creating it if need be. Raises CannotStart."""
    for name in names:
        try:
            await upgrade(name, running.database_url(name))
        except TableInUse as error:
            raise CannotStart(
                f"Cơ sở dữ liệu của {name}: một giao dịch dài đang giữ bảng cần đổi. Chưa có gì hỏng; "
                "hãy chờ giao dịch ấy xong (hoặc kết thúc nó), rồi chạy lại «lantoa migrate»."
            ) from error


@asynccontextmanager
async def application(running: Servers, names: Sequence[str]) -> AsyncIterator[Starlette]:
    """The named services behind one dispatcher. Their lifespans are entered by its own."""
    settings, bus, store = running.settings, open_bus(running.settings), open_store(running.settings)
    verifier = verifier_for(settings)
    parts = {
        name: Parts(settings, connect(running.database_url(name), application=name), bus, store, verifier)
        for name in names
    }
    try:
        with loading():
            apps = {name: create(name, parts[name]) for name in names}
        with tracing.exporting(settings):
            yield dispatcher(apps, settings)
    finally:
        await bus.close()
        await asyncio.gather(*(part.database.close() for part in parts.values()))


def dispatcher(apps: Mapping[str, FastAPI], settings: Settings) -> Starlette:
    """Forwards by the first segment of the path; mounted applications' lifespans are entered here, all or none."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    routes: list[BaseRoute] = [*health_routes(apps), *(Mount(f"/{name}", app) for name, app in apps.items())]
    if settings.env == "development" and settings.auth_issuer == DEVELOPMENT_ISSUER:
        identity = FastAPI(openapi_url=None, redirect_slashes=False)
        install_problems(identity)
        identity.include_router(issuer_router(DevelopmentIssuer(settings), settings.base_url))
        routes.append(Mount("/", identity))
    if "publicity" in apps:
        routes.insert(0, Route("/", _to_the_start))
    root = Starlette(routes=routes, lifespan=lifespan)
    install_problems(root)  # also at an address that leads to no service
    root.router.redirect_slashes = False  # as in the services: no address of ours is made from a stranger's Host
    root.add_middleware(Protection)
    root.state.endings = [app.state.ending for app in apps.values()]
    return root


async def _to_the_start(_: Request) -> Response:
    return RedirectResponse("/publicity/p")


class HttpServer(uvicorn.Server):
    """Asks answers without an end (server-sent events) to end before it waits for them."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The process was asked to stop."""
        self.end_streams()
        super().handle_exit(sig, frame)

    def end_streams(self) -> None:
        """Each reader finds the end of his answer and comes again elsewhere."""
        for ending in self.config.app.state.endings:  # type: ignore[union-attr]
            ending.set()


def server(app: Starlette, settings: Settings) -> HttpServer:
    """One HTTP server; it ends what is under way within five seconds."""
    configuration = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=5,
        # longer than clients and edges keep a connection: one that we close as it is used again loses a request
        timeout_keep_alive=150,
        server_header=False,
        http=CarefulProtocol,
        ws="none",  # no door speaks it
        proxy_headers=settings.env == "production",
    )
    return HttpServer(configuration)


@asynccontextmanager
async def serving(running: Servers, names: Sequence[str]) -> AsyncIterator[Mapping[str, str]]:
    """The named services at work in this process; gives each one's address, e.g. `http://127.0.0.1:8000/plans`."""
    async with application(running, names) as app:
        http = server(app, running.settings)
        task = asyncio.create_task(http.serve())
        try:
            while not http.started and not task.done():
                await asyncio.sleep(0.02)
            if task.done():
                raise CannotStart(f"Không mở được cổng {running.settings.port}. Hãy đặt LANTOA_PORT khác rồi chạy lại.")
            yield {name: f"{running.settings.base_url}/{name}" for name in names}
        finally:
            http.end_streams()
            http.should_exit = True
            await asyncio.gather(task, return_exceptions=True)
