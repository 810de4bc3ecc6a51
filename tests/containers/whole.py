"""The whole product as an operator runs it: `docker compose` with the project's files and settings of ours."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.walks.walker import Walker

ROOT = Path(__file__).resolve().parents[2]
FILES = ("docker-compose.yml", "tests/containers/outside.yml")
LIMIT_S = 600.0  # the first build fetches every library
SERVICES = ("plans", "nominations", "publicity", "notifications")
POOL = 8  # connections of a service to its database
SERVERS = ("postgres", "kafka", "minio")


class ComposeFailed(AssertionError):
    """A command ended badly; the message is the end of what it said."""


def clean_environment() -> dict[str, str]:
    """This process's, without any setting of the product."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LANTOA_")}


def production(port: int, *, issuer: str, smtp_url: str) -> dict[str, str]:
    """What an operator writes into `.env`."""
    return {
        "LANTOA_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LANTOA_EDGE_PORT": str(port),
        "LANTOA_POSTGRES_PASSWORD": secrets.token_hex(24),
        "LANTOA_FILES_PASSWORD": secrets.token_hex(24),
        "LANTOA_SECRET_KEY": secrets.token_hex(24),
        "LANTOA_AUTH_ISSUER": issuer,
        "LANTOA_SMTP_URL": smtp_url,
        "LANTOA_MAIL_FROM": "lantoa@lantoa.test",
    }


async def all_know(walker: Walker) -> None:
    """Every service has the issuer's keys and the directory, and no connection to a server that is gone.

    A machine that vanished says no goodbye: each pooled connection is found dead by the request that uses it.
    """
    for name in SERVICES:

        async def knows(name: str = name) -> bool:
            answers = await asyncio.gather(*(walker.ask("mai", "GET", name, "/v1/me") for _ in range(POOL)))
            return all(answer.status_code == 200 and answer.json()["offices"] for answer in answers)

        await walker.until(knows)


async def run(*command: str, environment: Mapping[str, str], given: bytes = b"") -> tuple[int, str]:
    """Exit code and everything it said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(given), LIMIT_S)
    return process.returncode or 0, said.decode()


@dataclass(frozen=True)
class Whole:
    """One running product; its containers, networks and volumes bear the project's name."""

    project: str
    settings: Mapping[str, str]

    @property
    def addresses(self) -> dict[str, str]:
        """Each service's, all behind the edge."""
        return {name: f"{self.settings['LANTOA_PUBLIC_URL']}/{name}" for name in SERVICES}

    async def compose(self, *arguments: str, given: bytes = b"") -> str:
        """What `docker compose …` says. Raises ComposeFailed."""
        files = [part for file in FILES for part in ("--file", file)]
        command = ("docker", "compose", "--project-name", self.project, *files, *arguments)
        code, said = await run(*command, environment={**clean_environment(), **self.settings}, given=given)
        if code:
            raise ComposeFailed(f"docker compose {' '.join(arguments)}: {code}\n{said[-4000:]}")
        return said

    async def up(self, *more: str) -> None:
        """Migrated, started and healthy; with what the containers said when that fails."""
        try:
            await self.compose("up", "--wait", *more)
        except ComposeFailed as failed:
            raise ComposeFailed(f"{failed}\n{await self.compose('logs', '--tail', '30', '--no-color')}") from None

    async def container(self, service: str) -> dict[str, Any]:
        """What the engine knows about a service's container, which may have ended."""
        number = (await self.compose("ps", "--all", "--quiet", service)).strip()
        _, said = await run("docker", "inspect", number, environment=clean_environment())
        (found,) = json.loads(said)
        return dict(found)

    async def left(self) -> dict[str, str]:
        """Containers, networks and volumes that still bear the project's name."""
        label = f"label=com.docker.compose.project={self.project}"
        asked = {
            "containers": ("docker", "ps", "--all", "--quiet", "--filter", label),
            "networks": ("docker", "network", "ls", "--quiet", "--filter", label),
            "volumes": ("docker", "volume", "ls", "--quiet", "--filter", label),
        }
        found = {what: await run(*command, environment=clean_environment()) for what, command in asked.items()}
        return {what: said for what, (_, said) in found.items() if said}
