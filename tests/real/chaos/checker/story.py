"""The shortest story of what went wrong: one nomination's changes, facts and effects, and the faults around them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.real.chaos.checker.evidence import SERVICES, Evidence
from tests.real.chaos.checker.violation import Violation

AROUND_S = (4.0, 12.0)  # which faults can have to do with it: before, after
LINES = 45
Told = tuple[float, str]


def shortest(evidence: Evidence, violations: Sequence[Violation]) -> str:
    """Of all that is wrong, the one that is told in the fewest lines; and how much else there is."""
    counts = Counter(violation.promise for violation in violations)
    stories = [(list(_told(evidence, violation)), violation) for violation in violations[:200]]
    lines, violation = min(stories, key=lambda story: (not story[1].about, len(story[0])))
    begin = evidence.journal["fault"][0]["at"] if evidence.journal["fault"] else 0.0
    shown = [f"{_clock(at, begin)}  {said}" for at, said in _nearest(lines, violation.at)]
    summary = ", ".join(f"{promise}: {count}" for promise, count in sorted(counts.items()))
    return "\n".join([f"BROKEN {violation}", *shown, f"violations by promise: {summary}"])


def _clock(at: float, begin: float) -> str:
    return f"{time.strftime('%H:%M:%S', time.gmtime(at))}.{int(at % 1 * 1000):03d} ({at - begin:+8.2f} s)"


def _nearest(lines: list[Told], at: float | None) -> list[Told]:
    if at is not None and len(lines) > LINES:
        lines = sorted(lines, key=lambda line: abs(line[0] - at))
    return sorted(lines[:LINES])


def _told(evidence: Evidence, violation: Violation) -> Iterator[Told]:
    ids = _family(evidence, violation.about)
    mine = sorted([*_changes(evidence, ids), *_facts(evidence, ids), *_effects(evidence, ids)])
    yield from mine
    moments = [violation.at] if violation.at else [at for at, _ in mine]
    if moments:
        first, last = min(moments) - AROUND_S[0], max(moments) + AROUND_S[1]
        yield from _faults(evidence, first, last)


def _family(evidence: Evidence, about: str) -> set[str]:
    """A nomination with its items, whichever of them is named."""
    found = {about} - {""}
    for row in evidence.rows("publicity", "items"):
        if {str(row["id"]), str(row["nomination_id"])} & found:
            found |= {str(row["id"]), str(row["nomination_id"])}
    return found


def _changes(evidence: Evidence, ids: set[str]) -> Iterator[Told]:
    for kind in ("asked", "answered", "wrong"):
        for line in evidence.journal[kind]:
            if line["about"] in ids:
                rest = " ".join(str(line[name]) for name in ("status", "state", "version", "code") if name in line)
                yield line["at"], f"change  {kind} {line.get('verb', '')} {line.get('key', '')[:8]} {rest}".rstrip()


def _facts(evidence: Evidence, ids: set[str]) -> Iterator[Told]:
    for service in SERVICES:
        for row in evidence.rows(service, "outbox"):
            if str(row["aggregateid"]) in ids:
                name = f"{row['type'].removeprefix('lantoa.')} number {row['sequence']}"
                yield row["time"].timestamp(), f"fact    {service} recorded {name} {(row['correlation_id'] or '')[:8]}"
                if row["sent_at"]:
                    yield row["sent_at"].timestamp(), f"fact    {service} marked sent {name}"


def _effects(evidence: Evidence, ids: set[str]) -> Iterator[Told]:
    for row in evidence.rows("publicity", "audit"):
        if str(row["subject_id"]) in ids:
            said = f"effect  publicity {row['action']} {(row['correlation_id'] or '')[:8]}"
            yield row["at"].timestamp(), said
    for service in SERVICES:
        for row in evidence.rows(service, "parked"):
            if str(row["aggregate_id"]) in ids:
                said = f"effect  {service} parked number {row['sequence']}: {row['reason']} {row['error'] or ''}"
                yield row["parked_at"].timestamp(), said[:200]


def _faults(evidence: Evidence, first: float, last: float) -> Iterable[Told]:
    for line in evidence.journal["fault"]:
        length = line.get("for_s", 0.0)
        if first <= line["at"] <= last or line["at"] <= first <= line["at"] + length:
            span = f" for {length:.1f} s" if length else ""
            yield line["at"], f"FAULT   {line['kind']} {line['target']}{span}"
