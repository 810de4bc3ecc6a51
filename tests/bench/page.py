"""docs/performance.md: the words are people's, what stands between the markers is written by a run of the bench."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.bench.figures import Table
from tests.bench.load import CONNECTIONS, client
from tests.bench.measuring import Pace

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- bench: {} -->", "<!-- bench: end of {} -->"


def write(part: str, text: str, page: Path = PAGE) -> None:
    """Puts `text` in the place of that part. Raises ValueError where the page has no such place."""
    begin, end = BEGIN.format(part), END.format(part)
    found = page.read_text("utf-8")
    place = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
    if not place.search(found):
        raise ValueError(f"{page} has no place for {part}")
    page.write_text(place.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", found), "utf-8")


def told(tables: Sequence[Table], made_of: Mapping[str, Mapping[str, str]], *, items: int, pace: Pace) -> str:
    """What a run measured, and on what."""
    return "\n\n".join([_run(items, pace), *(table.written() for table in tables), "### Versions", _versions(made_of)])


def _run(items: int, pace: Pace) -> str:
    before, now = psutil.getloadavg()[2], datetime.now(UTC)
    return (
        f"{now:%Y-%m-%d %H:%M} UTC, {items:,} items; {os.cpu_count()} cores ({platform.machine()}), "
        f"load average over the last 15 minutes {before:.1f}. "
        f"{pace.rounds} turns of {pace.seconds:g} s a side, {CONNECTIONS} kept connections, client: {client()}."
    )


def told_of_the_road(rows: Sequence[Mapping[str, Any]], *, rounds: int) -> str:
    """The rows about the event road, as its own bench gives them."""
    columns = ("what", "ours", "peer", "ratio", "unit", "note")
    lines = [columns, ["---"] * len(columns), *([_cell(row[name]) for name in columns] for row in rows)]
    return "\n".join([f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {rounds} turns.", "", *map(_line, lines)])


def _cell(value: Any) -> str:
    return "" if value is None else f"{value}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _versions(made_of: Mapping[str, Mapping[str, str]]) -> str:
    return "\n".join(
        f"- {side}: {', '.join(f'{name} {version}' for name, version in parts.items())}"
        for side, parts in made_of.items()
    )
