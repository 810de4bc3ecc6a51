"""P1 and P6: what was acknowledged is there, once, with exactly its facts; what was refused was refused rightly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tests.real.chaos.checker.evidence import Evidence, Row
from tests.real.chaos.checker.violation import Violation

WITHOUT_A_LINE = {"announce-file", "complete-file"}  # deeds that no audit line tells of
Line = dict[str, Any]


def judge(evidence: Evidence) -> Iterator[Violation]:
    """All of it."""
    asked = {line["key"]: line for line in evidence.journal["asked"]}
    answered = {line["key"]: line for line in evidence.journal["answered"]}
    noted = _by_correlation(evidence, "audit", "correlation_id")
    facts = _by_correlation(evidence, "outbox", "correlation_id")
    for key, line in asked.items():
        done = answered.get(key)
        yield from _once(line, done, noted[line["service"], key])
        if done is not None and line["facts"] is not None:
            yield from _announced(line, done, facts[line["service"], key])
    yield from _states(evidence, asked, answered)
    yield from _files(evidence, asked, answered)
    yield from _wrong(evidence, asked)


def _by_correlation(evidence: Evidence, table: str, column: str) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for service in evidence.tables:
        for row in evidence.rows(service, table):
            if row[column]:
                found[service, row[column]].append(row)
    return found


def _once(line: Line, done: Line | None, rows: list[Row]) -> Iterator[Violation]:
    """One line of the audit for one change, however often it was sent; none or one while it is in doubt."""
    if line["verb"] in WITHOUT_A_LINE:
        return
    deeds = [row for row in rows if row["actor_kind"] == "person"]
    if len(deeds) > 1:
        yield Violation("P6", line["about"], f"{line['verb']} {line['key']} was done {len(deeds)} times", line["at"])
    if done is not None and not deeds:
        yield Violation(
            "P1", line["about"], f"{line['verb']} {line['key']} was acknowledged and is not there", done["at"]
        )


def _announced(line: Line, done: Line, rows: list[Row]) -> Iterator[Violation]:
    found = Counter(row["type"].removeprefix("lantoa.").removesuffix(".v1") for row in rows)
    if found != Counter(line["facts"]):
        wanted = ", ".join(sorted(line["facts"])) or "nothing"
        said = f"{line['verb']} {line['key']} should announce {wanted}, announced {dict(found)}"
        yield Violation("P1", line["about"], said, done["at"])


def _states(evidence: Evidence, asked: dict[str, Line], answered: dict[str, Line]) -> Iterator[Violation]:
    """The nomination stands where its last acknowledged change left it, unless a later one is in doubt."""
    rows = {str(row["id"]): row for row in evidence.rows("nominations", "nominations")}
    last: dict[str, Line] = {}
    doubtful = {line["about"] for key, line in asked.items() if key not in answered}
    for line in answered.values():
        if "version" in line and asked[line["key"]]["service"] == "nominations":
            last[line["about"]] = line
    for about, line in last.items():
        row = rows.get(about)
        if row is None:
            yield Violation("P1", about, "an acknowledged nomination is not there", line["at"])
        elif row["version"] < line["version"]:
            said = f"version {line['version']} was acknowledged, {row['version']} is there"
            yield Violation("P1", about, said, line["at"])
        elif about not in doubtful and (row["version"], row["state"]) != (line["version"], line["state"]):
            said = f"{line['state']} {line['version']} was acknowledged, {row['state']} {row['version']} is there"
            yield Violation("P1", about, said, line["at"])


def _files(evidence: Evidence, asked: dict[str, Line], answered: dict[str, Line]) -> Iterator[Violation]:
    """A completed file lies in storage, unless it was attached to nothing and swept."""
    rows = {str(row["id"]): row for row in evidence.rows("nominations", "files")}
    for key, line in answered.items():
        if line["verb"] == "complete-file":
            row = rows.get(asked[key]["path"].split("/")[3])
            if row is not None and row["completed_at"] is None:
                yield Violation("P1", line["about"], f"file {row['id']} was completed and is not", line["at"])


def _wrong(evidence: Evidence, asked: dict[str, Line]) -> Iterator[Violation]:
    """Refusals of what was in order, answers of 500, processes that ended by themselves."""
    for line in evidence.journal["wrong"]:
        verb = line.get("verb", "")
        if verb == "place" and line["status"] in {404, 409, 410, 412}:
            continue  # the item was recalled while its editor looked at it; what is gone keeps no answers either
        said = f"{verb} {line.get('key', '')} {line['what']}: {line['status']} {line.get('code', '')}"
        yield Violation("P5" if line["what"] == "ended by itself" else "P6", line["about"], said.strip(), line["at"])
