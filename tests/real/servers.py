"""Real PostgreSQL, Kafka and MinIO for tests, whichever way they come: native processes, containers, given.

`LANTOA_TEST_SERVERS=native|containers|external` chooses; unset, whatever is there is taken. External ones are
named by LANTOA_TEST_DATABASE_URL, LANTOA_TEST_KAFKA_URL and LANTOA_TEST_FILES_URL.
"""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

import pytest

from deploy.native import servers as native
from tests.real.engine import engine_answers
from tests.real.ready import wait_until_ready

GIVEN = ("LANTOA_TEST_DATABASE_URL", "LANTOA_TEST_KAFKA_URL", "LANTOA_TEST_FILES_URL")
HOW_TO_GET_THEM = (
    "run `make servers` (needs Java 17, Maven, Go), or start a container engine, "
    f"or set LANTOA_TEST_SERVERS=external and {', '.join(GIVEN)}"
)


class RealServer(Protocol):
    """A server a test may take away: `start()` brings back a killed one, `resume()` a paused one."""

    @property
    def url(self) -> str: ...

    def kill(self) -> None: ...

    async def start(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


@dataclass(frozen=True)
class Servers:
    """The three, ready. Their URLs are what LANTOA_DATABASE_URL, LANTOA_BUS_URL and LANTOA_FILES_URL take."""

    postgres: RealServer
    kafka: RealServer
    files: RealServer


@dataclass(frozen=True)
class Given:
    """A server somebody else runs."""

    url: str

    def kill(self) -> None:
        raise RuntimeError("this server is not ours to kill: begin the test with ours_to_kill(servers)")

    async def start(self) -> None:
        await wait_until_ready(self.url)

    def pause(self) -> None:
        self.kill()

    def resume(self) -> None:
        self.kill()


def real_servers(folder: Path) -> AbstractAsyncContextManager[Servers]:
    """Started on the way in, stopped on the way out; logs and data in `folder`. Skips when there are none."""
    ways: dict[str, Callable[[Path], AbstractAsyncContextManager[Servers]]] = {
        "native": native_servers,
        "containers": lambda _: from_containers(),
        "external": lambda _: given_servers(),
    }
    chosen = os.environ.get("LANTOA_TEST_SERVERS") or whatever_is_there()
    if chosen not in ways:
        pytest.fail(f"LANTOA_TEST_SERVERS={chosen}: must be one of {', '.join(ways)}")
    return ways[chosen](folder)


def ours_to_kill(servers: Servers) -> Servers:
    """The servers, for a test that takes one away; skips when somebody else runs them."""
    if isinstance(servers.kafka, Given):
        pytest.skip("external servers are not ours to kill")
    return servers


def whatever_is_there() -> str:
    if all(os.environ.get(name) for name in GIVEN):
        return "external"
    if not native.missing() and shutil.which("java"):
        return "native"
    if not engine_answers():
        not_possible(f"no Kafka and MinIO here: {HOW_TO_GET_THEM}")
    return "containers"


def not_possible(reason: str) -> NoReturn:
    """Skip on a developer's machine; fail where the servers were asked for by name, and in CI."""
    if os.environ.get("CI", "").lower() in {"1", "true"} or os.environ.get("LANTOA_TEST_SERVERS"):
        pytest.fail(reason)
    pytest.skip(reason)


@asynccontextmanager
async def native_servers(folder: Path) -> AsyncIterator[Servers]:
    if missing := [*native.missing(), *([] if shutil.which("java") else ["Java 17"])]:
        not_possible(f"missing: {', '.join(missing)}: {HOW_TO_GET_THEM}")
    async with native.all_three(folder) as there:
        yield Servers(*there)


@asynccontextmanager
async def from_containers() -> AsyncIterator[Servers]:
    if not engine_answers():
        not_possible(f"no container engine answers: {HOW_TO_GET_THEM}")
    # importing testcontainers already asks for the engine
    from tests.real.containers import container_servers  # noqa: PLC0415

    async with container_servers() as (postgres, kafka, files):
        yield Servers(postgres, kafka, files)


@asynccontextmanager
async def given_servers() -> AsyncIterator[Servers]:
    if missing := [name for name in GIVEN if not os.environ.get(name)]:
        not_possible(f"not set: {', '.join(missing)}")
    servers = Servers(*(Given(os.environ[name]) for name in GIVEN))
    for server in (servers.postgres, servers.kafka, servers.files):
        await server.start()
    yield servers
