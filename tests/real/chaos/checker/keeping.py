"""P12 and the files: the audit chain is whole, and object storage and rows tell the same."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.real.chaos.checker.evidence import SERVICES, Evidence, Row
from tests.real.chaos.checker.violation import Violation

WITH_FILES = ("plans", "nominations")


def judge(evidence: Evidence) -> Iterator[Violation]:
    """All of it."""
    for service in SERVICES:
        yield from _chain(evidence, service)
    yield from _files(evidence)


def line_of(row: Row) -> bytes:
    """A row as the chain's definition writes it: every column but `sealed_in`, as text or null, sorted by name."""
    told = {name: None if value is None else str(value) for name, value in row.items() if name != "sealed_in"}
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _chain(evidence: Evidence, service: str) -> Iterator[Violation]:
    """Each seal is SHA-256 over the hash before, its number in eight bytes, and its rows in their order."""
    sealed: dict[Any, list[Row]] = defaultdict(list)
    for row in evidence.rows(service, "audit"):
        if row["sealed_in"] is None:
            yield Violation("P12", str(row["subject_id"]), f"{service}: an audit line is not sealed")
        sealed[row["sealed_in"]].append(row)
    previous, hashes = bytes(32), {}
    for number, seal in enumerate(evidence.rows(service, "seals"), start=1):
        rows = sealed.pop(number, [])
        digest = hashlib.sha256(previous + number.to_bytes(8, "big") + b"".join(map(line_of, rows))).digest()
        if (seal["number"], seal["count"], seal["previous"], seal["hash"]) != (number, len(rows), previous, digest):
            yield Violation("P12", "", f"{service}: seal {number} of {len(rows)} lines does not hold")
        previous, hashes[number] = seal["hash"], seal["hash"].hex()
    for number in sealed.keys() - {None}:
        yield Violation("P12", "", f"{service}: lines belong to seal {number}, which is not there")
    for told, number, head in evidence.heads:
        if told == service and hashes.get(number) != head:
            yield Violation("P12", "", f"{service}: the log names another head for seal {number}")


def _files(evidence: Evidence) -> Iterator[Violation]:
    """After the sweep: every object has its row, every row its object, and nothing is left that nobody uses."""
    rows: dict[str, Row] = {row["key"]: row for service in WITH_FILES for row in evidence.rows(service, "files")}
    for key, row in rows.items():
        about, found = str(row["attached_to"] or ""), evidence.objects.get(key)
        if row["attached_to"] is None:
            yield Violation("P1", about, f"file {key} belongs to nothing and was not swept")
        elif found != (row["size_bytes"], row["sha256"]):
            yield Violation("P1", about, f"file {key} is attached, storage has {found}")
    for key in evidence.objects.keys() - rows.keys():
        yield Violation("P1", "", f"object {key} has no row")
