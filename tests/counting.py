"""Counting what a door asks of the database: it must be as often for many rows as for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import event
from sqlalchemy.engine.interfaces import ExecuteStyle, ExecutionContext

from shared.db import Database, Wire

BOUNDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")  # of transactions: a test makes others than a door
PLAIN = ("execute", "executemany", "fetch", "fetchrow", "fetchval")


@dataclass(frozen=True, slots=True)
class Counted:
    """What one answer held, and what it took."""

    rows: int
    statements: int


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that the database is asked inside, by the ORM and by the plain way (`shared.db.plain`)."""
    asked: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(BOUNDS):
            asked.append(statement)

    def by_orm(_: object, __: object, statement: str, ___: object, context: ExecutionContext, ____: object) -> None:
        if context.execute_style is not ExecuteStyle.EXECUTEMANY:  # which the driver hears as such
            note(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", by_orm)
    try:
        with ExitStack() as stack:
            for name in PLAIN:
                stack.enter_context(_noted(name, note))
            yield asked
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", by_orm)


@contextmanager
def _noted(name: str, note: Callable[[str], None]) -> Iterator[None]:
    own, method = name in vars(Wire), getattr(Wire, name)

    async def noted(wire: Wire, query: str, *args: Any, **more: Any) -> Any:
        note(query)
        return await method(wire, query, *args, **more)

    setattr(Wire, name, noted)
    try:
        yield
    finally:
        if own:
            setattr(Wire, name, method)
        else:
            delattr(Wire, name)


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
