"""What portals and newsrooms were told: complete, in order, and in the end exactly what is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.real.chaos.checker.effects import released
from tests.real.chaos.checker.evidence import Evidence, Row
from tests.real.chaos.checker.violation import Violation

PUBLIC = "lantoa.item."
Line = dict[str, Any]


def judge(evidence: Evidence) -> Iterator[Violation]:
    """All of it."""
    yield from _shown(evidence)
    yield from _manifest(evidence)
    yield from _never_after(evidence)
    sent = sorted(
        (r for r in evidence.rows("publicity", "outbox") if r["type"].startswith(PUBLIC) and r["sent_position"]),
        key=lambda row: row["sent_position"],
    )
    yield from _stream(evidence, sent)
    caught_up = [line["id"] for line in evidence.journal["caught_up"]]
    yield from _same_order("catch-up", caught_up, sent)
    yield from _webhooks(evidence)


def published(evidence: Evidence) -> dict[UUID, str]:
    """Title by item, as nominations' facts say: shown while a release of it stands."""
    item_of = {row["station_id"]: row["item_id"] for row in evidence.rows("publicity", "releases")}
    found: dict[UUID, str] = {}
    for station, (fact, kinds) in released(evidence).items():
        if kinds and station in item_of:
            found[item_of[station]] = fact.data["story"]["title"]
    return found


def _shown(evidence: Evidence) -> Iterator[Violation]:
    """The graph shows what the releases leave standing, and what publicity's own facts say."""
    by_releases = {str(item): title for item, title in published(evidence).items()}
    by_facts: set[str] = set()
    for fact in evidence.facts("publicity"):
        if fact.type in {"item.published", "item.corrected"}:
            by_facts.add(str(fact.aggregate))
        elif fact.type == "item.withdrawn":
            by_facts.discard(str(fact.aggregate))
    nominations = {str(row["id"]): str(row["nomination_id"]) for row in evidence.rows("publicity", "items")}
    for item in evidence.portal.keys() | by_releases.keys() | by_facts:
        told = (evidence.portal.get(item), by_releases.get(item), item in by_facts)
        if told[0] != told[1] or (told[0] is not None) != told[2]:
            said = f"the portal shows {told[0]!r} for item {item}; released is {told[1]!r}, announced is {told[2]}"
            yield Violation("P2", nominations.get(item, item), said)


def _manifest(evidence: Evidence) -> Iterator[Violation]:
    """An item's own address answers 200 while it is shown, else 410."""
    for item, status in evidence.manifest.items():
        if status != (200 if item in evidence.portal else 410):
            shown = "shown" if item in evidence.portal else "not shown"
            yield Violation("P11", item, f"item {item} is {shown} and its address answers {status}")


def _never_after(evidence: Evidence) -> Iterator[Violation]:
    """A portal read that began after an item's withdrawal was sent no longer has the item."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in evidence.rows("publicity", "outbox"):
        item = str(row["aggregateid"])
        if row["type"] == "lantoa.item.withdrawn.v1" and row["sent_at"]:
            spans[item].append((row["sent_at"].timestamp(), float("inf")))
        elif row["type"] == "lantoa.item.published.v1" and spans[item]:
            spans[item][-1] = (spans[item][-1][0], row["time"].timestamp())
    for line in evidence.journal["portal"]:
        for item in line["shown"]:
            if any(gone < line["began"] and line["at"] < back for gone, back in spans.get(item, [])):
                yield Violation("P11", item, f"a portal was shown item {item} after its withdrawal", line["began"])


def _stream(evidence: Evidence, sent: list[Row]) -> Iterator[Violation]:
    """From the first event heard on, every one, once, in the order they were sent, through all reconnections."""
    lines = evidence.journal["sse"]
    for line in lines:
        if line["event"] == "reset":
            yield Violation("P3", "", "the stream was reset though nothing was swept", line["at"])
    heard = [line["id"] for line in lines if line["event"] != "reset"]
    ids = [str(row["id"]) for row in sent]
    begin = ids.index(heard[0]) if heard and heard[0] in ids else 0
    yield from _same_order("the stream", heard, sent[begin:])


def _same_order(name: str, heard: list[str], sent: list[Row]) -> Iterator[Violation]:
    """The first difference tells enough."""
    wanted = [str(row["id"]) for row in sent]
    if heard == wanted:
        return
    place = next((n for n, (a, b) in enumerate(zip(heard, wanted, strict=False)) if a != b), None)
    if place is None:
        place = min(len(heard), len(wanted))
    row = sent[place] if place < len(sent) else None
    got = heard[place] if place < len(heard) else "nothing"
    said = f"{name} has {len(heard)} of {len(wanted)} facts; at place {place} it has {got}"
    if row is not None:
        said += f" instead of {row['type']} number {row['sequence']} (sent_position {row['sent_position']})"
    yield Violation("P3", str(row["aggregateid"]) if row else "", said, row["sent_at"].timestamp() if row else None)


def _webhooks(evidence: Evidence) -> Iterator[Violation]:
    """Genuine, the same under the same id, at least once, and of one item in order."""
    taken: dict[str, Line] = {}
    highest: dict[str, int] = defaultdict(int)
    contents: dict[str, set[str | None]] = defaultdict(set)
    for line in evidence.journal["webhook"]:
        contents[line["id"]].add(line["content"])
        if not line["genuine"]:
            yield Violation("P10", line["aggregate"], f"webhook {line['id']} is not signed by us", line["at"])
        if line["status"] < 300 and line["id"] not in taken:
            taken[line["id"]] = line
            if line["sequence"] < highest[line["aggregate"]]:
                said = f"webhook number {line['sequence']} came after number {highest[line['aggregate']]}"
                yield Violation("P3", line["aggregate"], said, line["at"])
            highest[line["aggregate"]] = max(highest[line["aggregate"]], line["sequence"])
    for name, different in contents.items():
        if len(different - {None}) > 1:
            yield Violation("P3", "", f"webhook {name} came with {len(different)} different contents")
    for row in evidence.rows("notifications", "deliveries"):
        if row["endpoint_id"] is not None and row["state"] == "confirmed" and str(row["fact_id"]) not in taken:
            said = f"the webhook of number {row['sequence']} is confirmed and never arrived"
            yield Violation("P1", str(row["aggregate_id"]), said, row["created_at"].timestamp())
