"""A side: a process, and the way it is asked."""

from __future__ import annotations

import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from deploy.native.process import Server
from deploy.native.servers import free_ports
from tests.bench.questions import Asked, Question, Samples

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Side:
    """`asked` gives the requests of a question, or None where this side cannot answer it."""

    name: str
    server: Server
    asked: Callable[[Question, Samples], Awaitable[Asked | None]]
    made_of: Mapping[str, str]  # versions
    headers: Mapping[str, str] = field(default_factory=dict)


def python_process(name: str, module: str, folder: Path, *arguments: str, **environment: str) -> Server:
    """`python -m <module> <port> …` of this checkout; ready when it takes connections."""
    (port,) = free_ports(1)
    return Server(
        name=name,
        url=f"http://127.0.0.1:{port}",
        command=[sys.executable, "-m", module, str(port), *arguments],
        log=folder / f"{name.replace(' ', '-')}.log",
        is_ready=lambda _: takes_connections(port),
        environment={**environment, "PYTHONPATH": str(ROOT)},
    )


def takes_connections(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def versions(*packages: str) -> dict[str, str]:
    """Of installed Python packages."""
    return {package: version(package) for package in packages}
