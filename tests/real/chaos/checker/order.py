"""P1 and P3 on the road: outbox, topic and inbox tell the same facts in the same order, without a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from tests.real.chaos.checker.evidence import SERVICES, Evidence, Fact, Row
from tests.real.chaos.checker.violation import Violation

HEARS = {
    "plans": ("nominations",),
    "nominations": ("plans", "publicity"),
    "publicity": ("plans", "nominations"),
    "notifications": ("plans", "nominations", "publicity"),
}


def judge(evidence: Evidence) -> Iterator[Violation]:
    """All of it."""
    for service in SERVICES:
        yield from _outbox(evidence, service)
        yield from _topic(evidence, service)
        yield from _numbers(evidence, service)
    for hearer, producers in HEARS.items():
        for producer in producers:
            yield from _inbox(evidence, hearer, producer)
        for row in evidence.rows(hearer, "parked"):
            said = f"{hearer} keeps {row['producer']} number {row['sequence']} parked: {row['reason']} {row['error']}"
            yield Violation("P4", str(row["aggregate_id"]), said, row["parked_at"].timestamp())
    yield from _heard_live(evidence)


def _outbox(evidence: Evidence, service: str) -> Iterator[Violation]:
    """Every recorded fact was sent, and nothing was sent that is not recorded."""
    sent = defaultdict(list)
    for fact in evidence.topics[service]:
        sent[fact.id].append(fact)
    recorded: dict[str, Row] = {str(row["id"]): row for row in evidence.rows(service, "outbox")}
    for id_, row in recorded.items():
        about, when = str(row["aggregateid"]), row["time"].timestamp()
        if row["sent_at"] is None:
            yield Violation("P1", about, f"{service}: {row['type']} number {row['sequence']} was never sent", when)
        elif id_ not in sent:
            said = f"{service}: {row['type']} number {row['sequence']} is marked sent and is not on the topic"
            yield Violation("P1", about, said, when)
        elif any((f.aggregate, f.sequence) != (row["aggregateid"], row["sequence"]) for f in sent[id_]):
            yield Violation("P3", about, f"{service}: {id_} has another number on the topic than in the outbox", when)
    for id_ in sent.keys() - recorded.keys():
        fact = sent[id_][0]
        said = f"{service}: {fact.type} number {fact.sequence} is on the topic and was never recorded"
        yield Violation("P1", str(fact.aggregate), said, fact.time.timestamp())


def _topic(evidence: Evidence, service: str) -> Iterator[Violation]:
    """First arrivals of each number go up by one; a repetition is the same fact with the same content, or blanked."""
    highest: dict[UUID, int] = defaultdict(int)
    known: dict[tuple[UUID, int], Fact] = {}
    places: dict[UUID, int] = {}
    for fact in evidence.topics[service]:
        about, when = str(fact.aggregate), fact.time.timestamp()
        if places.setdefault(fact.aggregate, fact.partition) != fact.partition:
            yield Violation("P3", about, f"{service}: two partitions hold facts of one aggregate", when)
        before = known.setdefault((fact.aggregate, fact.sequence), fact)
        if before is not fact:
            if before.id != fact.id or (fact.content is not None and before.content != fact.content):
                said = f"{service}: number {fact.sequence} is two different facts on the topic"
                yield Violation("P3", about, said, when)
        elif fact.sequence != highest[fact.aggregate] + 1:
            said = f"{service}: number {fact.sequence} follows number {highest[fact.aggregate]} on the topic"
            yield Violation("P3", about, said, when)
        highest[fact.aggregate] = max(highest[fact.aggregate], fact.sequence)


def _numbers(evidence: Evidence, service: str) -> Iterator[Violation]:
    """The outbox counts each aggregate from 1 without a gap, and `sent_position` is unique."""
    found: dict[UUID, list[int]] = defaultdict(list)
    positions: dict[int, str] = {}
    for row in evidence.rows(service, "outbox"):
        found[row["aggregateid"]].append(row["sequence"])
        position = row["sent_position"]
        if position is not None and positions.setdefault(position, str(row["id"])) != str(row["id"]):
            yield Violation("P3", str(row["aggregateid"]), f"{service}: sent_position {position} was given twice")
    lasts = {row["aggregate_id"]: row["last"] for row in evidence.rows(service, "sequences")}
    for aggregate, numbers in found.items():
        if numbers != list(range(1, len(numbers) + 1)) or lasts.get(aggregate) != len(numbers):
            said = f"{service}: recorded as {numbers}, counted as {lasts.get(aggregate)}"
            yield Violation("P3", str(aggregate), said)


def _inbox(evidence: Evidence, hearer: str, producer: str) -> Iterator[Violation]:
    """Every hearer is exactly as far as the producer."""
    heard = {row["aggregate_id"]: row["last"] for row in evidence.rows(hearer, "inbox") if row["producer"] == producer}
    told = {row["aggregate_id"]: row["last"] for row in evidence.rows(producer, "sequences")}
    for aggregate in told.keys() | heard.keys():
        if told.get(aggregate) != heard.get(aggregate):
            said = f"{hearer} has heard {producer} up to {heard.get(aggregate)}, told were {told.get(aggregate)}"
            yield Violation("P3", str(aggregate), said, _last_time(evidence, producer, aggregate))


def _last_time(evidence: Evidence, producer: str, aggregate: UUID) -> float | None:
    times = [row["time"].timestamp() for row in evidence.rows(producer, "outbox") if row["aggregateid"] == aggregate]
    return max(times, default=None)


def _heard_live(evidence: Evidence) -> Iterator[Violation]:
    """What a stranger read while things broke is still there: an acknowledged record is never taken back."""
    there = {fact.id for facts in evidence.topics.values() for fact in facts}
    for line in evidence.journal["record"]:
        if line["id"] is not None and line["id"] not in there:
            yield Violation("P1", "", f"{line['topic']} {line['id']} was read live and is gone", line["at"])
