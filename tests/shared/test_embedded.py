"""The embedded PostgreSQL ends with the last process that uses it, also when an earlier one was killed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy.engine import make_url

from shared.embedded import embedded_postgres, running_postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """Outside pytest's own folder: the server runs as a user of its own."""
    with tempfile.TemporaryDirectory(prefix="lantoa-embedded-") as made:
        yield Path(made) / "postgres"


def running(folder: Path) -> bool:
    """Whether the server of this folder is alive."""
    lock = folder / "postmaster.pid"
    return lock.exists() and psutil.pid_exists(int(lock.read_text().splitlines()[0]))


def nobody() -> int:
    """The number of a process that is no more."""
    with psutil.Popen(["true"]) as ended:
        ended.wait()
    return int(ended.pid)


def test_it_is_found_while_it_runs_and_stops_with_the_last_who_used_it(folder: Path) -> None:
    assert running_postgres(folder) is None  # and to look starts none

    with embedded_postgres(folder) as url:
        found = running_postgres(folder)
        assert running(folder)

    assert not running(folder)
    assert found is not None
    assert make_url(found).query["host"] == make_url(url).query["host"]
    assert running_postgres(folder) is None


def test_one_who_was_killed_does_not_keep_it_running(folder: Path) -> None:
    with embedded_postgres(folder):
        pass
    (folder / ".handle_pids.json").write_text(json.dumps([nobody()]))

    with embedded_postgres(folder):
        assert running(folder)

    assert not running(folder)
