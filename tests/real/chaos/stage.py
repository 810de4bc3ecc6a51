"""The whole product on one machine: three servers, every service in two processes, a proxy on each way between two."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from deploy.native.process import Server
from deploy.native.servers import free_ports, kafka_in, made, minio_in, postgres_in
from shared.settings import Settings
from tests.real.chaos.disk import Disk, small_disk
from tests.real.chaos.issuer import Issuer, issuer
from tests.real.chaos.operating import operator, told
from tests.real.chaos.proxy import Link

SERVICES = ("plans", "nominations", "publicity", "notifications")
REPLICAS = 2
PUBLIC_URL = "http://lantoa.invalid"  # in links only; nobody goes there
# What is killed many times must be back soon, or most of a run would be waiting: a JVM that compiles little, fewer
# internal partitions to recover, one sync of the file system instead of one a file.
QUICK_JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
SMALL_KAFKA = {"offsets.topic.num.partitions": "4", "transaction.state.log.num.partitions": "1"}
QUICK_RECOVERY = ["-c", "recovery_init_sync_method=syncfs"]
NO_MAIL = "smtp://127.0.0.1:9"  # nobody here has an address
START_LIMIT_S = 240.0  # all start at once, on a machine that may have other work


@dataclass
class Replica:
    """One process of a service; its door and its three servers are reached through links of its own."""

    name: str
    service: str
    process: Server
    links: dict[str, Link]

    @property
    def url(self) -> str:
        """Where clients reach it, through the door's link."""
        return f"http://127.0.0.1:{self.links['door'].port}/{self.service}"


@dataclass
class Stage:
    """All that runs, by name; `settings` are those of an operator who needs no proxy."""

    settings: Settings
    servers: dict[str, Server]
    disk: Disk
    issuer: Issuer
    replicas: dict[str, Replica] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)  # taken away on purpose, and not to be missed

    def of(self, service: str) -> list[Replica]:
        """Its processes."""
        return [replica for replica in self.replicas.values() if replica.service == service]

    @property
    def processes(self) -> dict[str, Server]:
        """Everything that can be killed or paused."""
        return {**self.servers, **{name: replica.process for name, replica in self.replicas.items()}}

    @property
    def links(self) -> dict[str, Link]:
        """Every proxy, by name: `nominations-1/kafka`."""
        return {link.name: link for replica in self.replicas.values() for link in replica.links.values()}

    def database_url(self, service: str) -> str:
        """Straight to the server, for those who judge."""
        assert self.settings.database_url is not None
        return self.settings.database_url.rsplit("/", 1)[0] + f"/lantoa_{service}"


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """Everything started and answering; all of it ended on the way out, however that is."""
    names = [f"{service}-{number}" for service in SERVICES for number in range(1, REPLICAS + 1)]
    kafka_proxies = dict(zip(names, free_ports(len(names)), strict=True))
    async with AsyncExitStack() as stack:
        disk = await stack.enter_async_context(small_disk(made(folder)))
        servers, brokers = await asyncio.to_thread(_servers, folder, disk, kafka_proxies)
        await asyncio.gather(*(stack.enter_async_context(_running(server)) for server in servers.values()))
        identity = await stack.enter_async_context(issuer())
        found = Stage(_settings(folder, servers, identity), servers, disk, identity)
        await operator(found.settings, "migrate")
        for name in names:
            found.replicas[name] = await _replica(
                stack, found, name, broker_port=brokers[name], kafka_port=kafka_proxies[name]
            )
        started = [stack.enter_async_context(_running(replica.process)) for replica in found.replicas.values()]
        await asyncio.gather(*started)
        yield found


@asynccontextmanager
async def _running(server: Server) -> AsyncIterator[None]:
    try:
        await server.start(START_LIMIT_S)
        yield
    finally:
        await server.stop()


def _settings(folder: Path, servers: dict[str, Server], identity: Issuer) -> Settings:
    """Those of production."""
    return Settings(
        _env_file=None,
        env="production",
        home=folder / "home",
        database_url=servers["postgres"].url,
        bus_url=servers["kafka"].url,
        files_url=servers["minio"].url,
        auth_issuer=identity.url,
        public_url=PUBLIC_URL,
        smtp_url=NO_MAIL,
        secret_key=secrets.token_urlsafe(32),
        allow_private_webhooks=True,
    )


def _servers(folder: Path, disk: Disk, kafka_proxies: dict[str, int]) -> tuple[dict[str, Server], dict[str, int]]:
    """PostgreSQL, Kafka with a listener for each proxy, MinIO on the small disk; and Kafka's ports by process."""
    kafka = kafka_in(folder)
    brokers = dict(zip(kafka_proxies, free_ports(len(kafka_proxies)), strict=True))
    _open_listeners(folder / "kafka" / "server.properties", brokers, kafka_proxies)
    minio = minio_in(folder, "lantoa")
    data = str(folder / "minio" / "data")
    minio.command = disk.inside([str(disk.folder) if part == data else part for part in minio.command])
    postgres = postgres_in(folder)
    kafka.command[1:1] = QUICK_JAVA
    postgres.command += QUICK_RECOVERY
    return {"postgres": postgres, "kafka": kafka, "minio": minio}, brokers


def _open_listeners(properties: Path, brokers: dict[str, int], proxies: dict[str, int]) -> None:
    """A client goes where the broker says it is: each process is told the address of its own proxy."""
    found = dict(line.split("=", 1) for line in properties.read_text().splitlines())
    for name, port in brokers.items():
        listener = name.upper().replace("-", "_")
        found["listeners"] = f"{listener}://127.0.0.1:{port},{found['listeners']}"
        found["advertised.listeners"] += f",{listener}://127.0.0.1:{proxies[name]}"
        found["listener.security.protocol.map"] += f",{listener}:PLAINTEXT"
    found |= {"inter.broker.listener.name": "PLAINTEXT", "num.network.threads": "1", **SMALL_KAFKA}
    properties.write_text("".join(f"{key}={value}\n" for key, value in found.items()))


async def _replica(stack: AsyncExitStack, found: Stage, name: str, *, broker_port: int, kafka_port: int) -> Replica:
    postgres_proxy, minio_proxy, door_proxy, port = free_ports(4)
    ways = {
        "postgres": (postgres_proxy, _port(found.servers["postgres"].url)),
        "kafka": (kafka_port, broker_port),
        "minio": (minio_proxy, _port(found.servers["minio"].url)),
        "door": (door_proxy, port),
    }
    links = {kind: Link(f"{name}/{kind}", *way) for kind, way in ways.items()}
    for link in links.values():
        await stack.enter_async_context(link)
    service = name.partition("-")[0]
    return Replica(name, service, _process(found, name, service, port=port, links=links), links)


def _process(found: Stage, name: str, service: str, *, port: int, links: dict[str, Link]) -> Server:
    settings = found.settings
    own = {
        "LANTOA_DATABASE_URL": _through(settings.database_url, links["postgres"].port),
        "LANTOA_BUS_URL": f"kafka://127.0.0.1:{links['kafka'].port}",
        "LANTOA_FILES_URL": _through(settings.files_url, links["minio"].port),
        "LANTOA_FILES_PUBLIC_URL": settings.files_url or "",
        "LANTOA_PORT": str(port),
    }
    return Server(
        name=name,
        url=f"http://127.0.0.1:{port}/{service}",
        command=[sys.executable, "-m", "services", "serve", service],
        log=made(settings.home.parent / "services") / f"{name}.log",
        is_ready=lambda _: _alive(f"http://127.0.0.1:{port}/healthz"),
        environment={**told(settings), **own},
    )


def _alive(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def _through(url: str | None, port: int) -> str:
    """The same address by another port."""
    parts = urlsplit(url or "")
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}"))
