"""P2: every fact had its effect in every hearer's database, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.real.chaos.checker.evidence import Evidence, Fact
from tests.real.chaos.checker.violation import Violation

JUDGES, REVIEWERS = {"reviewer", "approver"}, {"reviewer"}
STATION = (("station_organisation_id", JUDGES), ("station_via_id", REVIEWERS))
# who is told of what: people named in the fact, and holders of offices at bodies named in it
TOLD: dict[str, tuple[tuple[str, ...], tuple[tuple[str, set[str]], ...]]] = {
    "nomination.submitted": ((), STATION),
    "nomination.resubmitted": ((), STATION),
    "nomination.recommended": ((), STATION),
    "nomination.taken_up": (("nominator_id",), ()),
    "nomination.returned": (("nominator_id",), ()),
    "nomination.approved": (("nominator_id",), ()),
    "nomination.declined": (("nominator_id",), ()),
    "nomination.withdrawn": ((), (("station_organisation_id", JUDGES),)),
    "nomination.approval_revoked": (("nominator_id",), (("station_organisation_id", JUDGES),)),
    "nomination.notice_prepared": (("nominator_id",), ()),
    "item.published": (
        ("nominator_id", "approver_id"),
        (("next_organisation_id", JUDGES), ("next_via_id", REVIEWERS)),
    ),
    "item.corrected": (("nominator_id", "approver_id"), ()),
    "item.withdrawn": (("nominator_id", "approver_id"), ()),
}
STANDING = {"submitted": True, "resubmitted": True, "returned": False, "withdrawn": False, "approved": None}
STANDING["declined"] = None  # what still counts, counts on


def judge(evidence: Evidence) -> Iterator[Violation]:
    """All of it."""
    yield from _messages(evidence)
    yield from _deliveries(evidence)
    yield from _releases(evidence)
    yield from _deeds(evidence)
    yield from _presentations(evidence)
    yield from _copies_of_items(evidence)


def _messages(evidence: Evidence) -> Iterator[Violation]:
    """One message a person and fact, to exactly the people who are to be told."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for row in evidence.rows("notifications", "messages"):
        told[str(row["fact_id"])][str(row["person_id"])] += 1
    offices = evidence.rows("notifications", "offices")
    blanked = _blanked(evidence)
    for service in ("nominations", "publicity"):
        for fact in evidence.facts(service):
            if fact.type not in TOLD or fact.id in blanked:
                continue
            people, places = TOLD[fact.type]
            wanted = {fact.data[name] for name in people if fact.data.get(name)}
            for name, roles in places:
                wanted |= {
                    str(o["person_id"])
                    for o in offices
                    if str(o["organisation_id"]) == fact.data.get(name) and o["role"] in roles
                }
            if told[fact.id] != Counter(wanted):
                said = (
                    f"{fact.type} number {fact.sequence} should tell {len(wanted)} people, told {dict(told[fact.id])}"
                )
                yield Violation("P2", str(fact.aggregate), said, fact.time.timestamp())


def _blanked(evidence: Evidence) -> set[str]:
    """Facts of which some copy travelled without content: their effects may or may not have come."""
    return {fact.id for facts in evidence.topics.values() for fact in facts if fact.data is None}


def _deliveries(evidence: Evidence) -> Iterator[Violation]:
    """One a fact and endpoint; each arrived, or was cancelled because the item is gone."""
    (endpoint,) = evidence.rows("notifications", "endpoints")
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in evidence.rows("notifications", "deliveries"):
        if row["endpoint_id"] is not None:
            rows[str(row["fact_id"])].append(row)
    gone = {fact.aggregate for fact in evidence.facts("publicity") if fact.type == "item.withdrawn"}
    blanked = _blanked(evidence)
    for fact in evidence.facts("publicity"):
        about, when = str(fact.aggregate), fact.time.timestamp()
        if fact.time <= endpoint["created_at"] or fact.type not in {e[7:-3] for e in endpoint["events"]}:
            continue
        states = [row["state"] for row in rows[fact.id]]
        if len(states) > 1 or (not states and fact.id not in blanked):
            yield Violation("P2", about, f"{fact.type} number {fact.sequence} has {len(states)} deliveries", when)
        if any(state != "confirmed" and not (state == "cancelled" and fact.aggregate in gone) for state in states):
            yield Violation("P1", about, f"the webhook of {fact.type} number {fact.sequence} is {states}", when)


def released(evidence: Evidence) -> dict[UUID, tuple[Fact, list[str]]]:
    """By station: its latest release, and the kinds of channel that may show it at the end."""
    found: dict[UUID, tuple[Fact, list[str]]] = {}
    for fact in evidence.facts("nominations"):
        if fact.type == "nomination.story_released":
            found[UUID(fact.data["station_id"])] = (fact, sorted(fact.data["channel_kinds"]))
        elif fact.type == "nomination.story_recalled":
            station = UUID(fact.data["station_id"])
            before = found.get(station, (fact, []))[0]
            found[station] = (before, sorted(fact.data["channel_kinds"]))
    return found


def _releases(evidence: Evidence) -> Iterator[Violation]:
    """Publicity keeps one release a station, with the kinds that the facts leave it."""
    rows: dict[UUID, list[Any]] = defaultdict(list)
    for row in evidence.rows("publicity", "releases"):
        rows[row["station_id"]].append(row)
    for station, (fact, kinds) in released(evidence).items():
        found = [(sorted(row["channel_kinds"]), row["ended_at"] is None) for row in rows.pop(station, [])]
        if found != [(kinds, bool(kinds))]:
            said = f"station {station} may be shown on {kinds}, publicity has {found}"
            yield Violation("P2", str(fact.aggregate), said, fact.time.timestamp())
    for station in rows:
        yield Violation("P2", "", f"publicity has a release of station {station} that nobody released")
    owners = Counter((row["nomination_id"], row["owner_id"]) for row in evidence.rows("publicity", "items"))
    for (nomination, owner), count in owners.items():
        if count > 1:
            yield Violation("P2", str(nomination), f"{count} items on the channels of {owner}")


def _deeds(evidence: Evidence) -> Iterator[Violation]:
    """Each release and recall left one line in publicity's audit, and each line one version of its item."""
    wanted: Counter[tuple[str | None, str]] = Counter()
    facts: dict[str | None, Fact] = {}  # by correlation
    for fact in evidence.facts("nominations"):
        if fact.type in {"nomination.story_released", "nomination.story_recalled"}:
            wanted[fact.correlation, "release" if fact.type.endswith("released") else "recall"] += 1
            facts[fact.correlation] = fact
    lines = evidence.rows("publicity", "audit")
    found = Counter((r["correlation_id"], r["action"]) for r in lines if r["action"] in {"release", "recall"})
    for key in wanted.keys() | found.keys():
        if wanted[key] != found[key]:
            asking = facts.get(key[0])
            said = f"{wanted[key]} facts ask for {key[1]}, publicity did it {found[key]} times"
            yield Violation(
                "P2", str(asking.aggregate) if asking else "", said, asking.time.timestamp() if asking else None
            )
    deeds = Counter(row["subject_id"] for row in lines)
    for item in evidence.rows("publicity", "items"):
        if item["version"] != deeds[item["id"]]:
            said = f"item {item['id']} is at version {item['version']} after {deeds[item['id']]} deeds"
            yield Violation("P2", str(item["nomination_id"]), said)


def _presentations(evidence: Evidence) -> Iterator[Violation]:
    """Plans counts each nomination under a plan once, as it last stood."""
    wanted: dict[UUID, tuple[str, bool]] = {}
    times: dict[UUID, float] = {}
    for fact in evidence.facts("nominations"):
        past = fact.type.removeprefix("nomination.")
        if past in STANDING and fact.data["plan_id"]:
            told = STANDING[past]
            counts = wanted.get(fact.aggregate, ("", False))[1] if told is None else told
            wanted[fact.aggregate] = ("submitted" if past == "resubmitted" else past, counts)
            times[fact.aggregate] = fact.time.timestamp()
    rows = {row["nomination_id"]: (row["standing"], row["counts"]) for row in evidence.rows("plans", "presentations")}
    for nomination in wanted.keys() | rows.keys():
        if wanted.get(nomination) != rows.get(nomination):
            said = f"plans should count it as {wanted.get(nomination)}, counts it as {rows.get(nomination)}"
            yield Violation("P2", str(nomination), said, times.get(nomination))


def _copies_of_items(evidence: Evidence) -> Iterator[Violation]:
    """Nominations knows where each item stands."""
    wanted: dict[UUID, str] = {}
    for fact in evidence.facts("publicity"):
        if fact.type in {"item.published", "item.withdrawn"} and fact.data is not None:
            wanted[fact.aggregate] = "published" if fact.type == "item.published" else fact.data["withdrawal"]
    rows = {row["id"]: row["state"] for row in evidence.rows("nominations", "items")}
    for item, state in wanted.items():
        if rows.get(item) != state:
            yield Violation("P2", str(item), f"nominations has item {item} as {rows.get(item)}, it is {state}")
