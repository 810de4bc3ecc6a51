"""What PostgreSQL does for the statements really sent: which tables are read whole, how much is read and sorted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import event

from shared.db import SERVER_SETTINGS, Database
from shared.lines import Lines

OFTEN = 7  # after the fifth time PostgreSQL may settle on one plan for any value
GROWN = 1_000  # rows of a table that will have many more
# As many as there are bodies and people, however long they are at work.
DIRECTORY = ("organisations", "organisation_names", "organisation_edges", "offices", "recipients")
SETTINGS = {name: value for name, value in SERVER_SETTINGS.items() if name == "timezone"}


class Asked(NamedTuple):
    """A statement with its values, as it was sent."""

    statement: str
    values: Sequence[Any]


class NotedLines(Lines):
    """Lines that note what they are asked."""

    def __init__(self, database: Database, noted: list[Asked]) -> None:
        super().__init__(database.url, SERVER_SETTINGS)
        self._noted = noted

    async def rows(self, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """As ever."""
        self._noted.append(Asked(sql, list(arguments)))
        return await super().rows(sql, arguments)


@contextmanager
def noted(database: Database) -> Iterator[list[Asked]]:
    """Every statement the database is asked inside."""
    found: list[Asked] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        sets = values if isinstance(values, list) else [values]
        found.extend(Asked(statement, one) for one in sets[:1])

    lines, database.lines = database.lines, NotedLines(database, found)
    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
        database.lines.close()
        database.lines = lines


@dataclass(frozen=True, slots=True)
class Step:
    """One node of a plan, as it ran."""

    kind: str
    table: str | None
    rows: float  # given on, all loops together
    dropped: float  # read, and not wanted
    fed: float  # rows of the steps below

    @property
    def read(self) -> float:
        """Rows looked at in a table."""
        return self.rows + self.dropped if self.table is not None else 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a statement ran when it had been run often."""

    asked: Asked
    steps: list[Step]
    blocks: int  # of 8 kB, looked at

    def complaints(self, grown: frozenset[str], *, rows: int) -> list[str]:
        """What would cost more as the tables grow: a table read whole, much read for little, much sorted."""
        whole = [
            f"{step.table} is read whole" for step in self.steps if step.kind == "Seq Scan" and step.table in grown
        ]
        read = [step for step in self.steps if step.table in grown and step.read > rows]
        much = [f"{step.read:.0f} rows of {step.table} are read" for step in read]
        sorts = [f"{s.fed:.0f} rows are sorted" for s in self.steps if "Sort" in s.kind and s.fed > rows]
        said = " ".join(self.asked.statement.split()).partition(" FROM ")[2]
        return [f"{found}: {said}" for found in (*whole, *much, *sorts)]


async def explained(connection: asyncpg.Connection, asked: Asked) -> Plan:
    """The plan of its last run of several, and nothing changed by them. A prepared statement, as the product's are."""
    values = f"({', '.join(literal(value) for value in asked.values)})" if asked.values else ""
    run = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE asked{values}"
    await connection.execute(f"PREPARE asked AS {asked.statement}")
    try:
        for _ in range(OFTEN):
            whole = connection.transaction()
            await whole.start()
            told = orjson.loads(await connection.fetchval(run))[0]["Plan"]
            await whole.rollback()
    finally:
        await connection.execute("DEALLOCATE asked")
    return Plan(asked, list(_steps(told)), told["Shared Hit Blocks"] + told["Shared Read Blocks"])


def _steps(node: dict[str, Any]) -> Iterator[Step]:
    loops, below = node["Actual Loops"], node.get("Plans", [])
    dropped = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    fed = sum(each["Actual Rows"] * each["Actual Loops"] for each in below)
    table = node.get("Relation Name") if "Scan" in node["Node Type"] else None
    yield Step(node["Node Type"], table, node["Actual Rows"] * loops, dropped * loops, fed)
    for each in below:
        yield from _steps(each)


def literal(value: Any) -> str:
    """As SQL; its type follows from where it stands."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, Sequence) and not isinstance(value, str):
        inner = ",".join("NULL" if one is None else f'"{_text(one)}"' for one in value)
        return "'{" + inner.replace("'", "''") + "}'"
    return "'" + _text(value).replace("'", "''") + "'"


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    if isinstance(value, UUID | date | datetime | int):
        return str(value)
    assert isinstance(value, str), value
    return value


async def grown_tables(connection: asyncpg.Connection) -> frozenset[str]:
    """Those with many rows already."""
    rows = await connection.fetch(
        """SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > $1 AND relname <> ALL($2)""",
        *(GROWN, DIRECTORY),
    )
    return frozenset(row["relname"] for row in rows)
