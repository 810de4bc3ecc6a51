"""Counting what a door asks of the database: it must be as often for many rows as for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from sqlalchemy import event

from shared.db import Database

SAVEPOINTS = ("SAVEPOINT", "RELEASE", "ROLLBACK TO")  # the test's own: it makes one of each commit


@dataclass(frozen=True, slots=True)
class Counted:
    """What one answer held, and what it took."""

    rows: int
    statements: int


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that the database is asked inside."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith(SAVEPOINTS):
            asked.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def counted(
    client: httpx.AsyncClient, database: Database, doors: Mapping[str, Mapping[str, str]]
) -> dict[str, Counted]:
    """Each path asked once, by whom its headers say."""
    found = {}
    for path, headers in doors.items():
        with statements(database) as asked:
            answer = await client.get(path, headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        body = answer.json()
        found[path] = Counted(len(body.get("items", body.get("events", []))), len(asked))
    return found


def grown(
    one: Mapping[str, Counted], many: Mapping[str, Counted], *, by: int = 19
) -> dict[str, tuple[Counted, Counted]]:
    """The doors that asked oftener for more rows, or did not show them: there must be none."""
    return {
        path: (one[path], many[path])
        for path in one
        if many[path].statements != one[path].statements or many[path].rows - one[path].rows < by
    }
