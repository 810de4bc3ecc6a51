"""What a plan officer says of each leaf that was read: the sample's people know their plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from deploy.demo.doors import Answer, Caller
from deploy.sample import SamplePlan

Row = dict[str, Any]
READ = ("kind", "minimum", "maximum", "cadence", "deadline")


async def issued_from(officer: Caller, plan: SamplePlan, file_id: UUID) -> tuple[Row, Answer, list[Row]]:
    """The reading of the document, decided on, the plan it became, and whose bodies were chosen anew.

    May be repeated; then nothing is chosen any more. Raises StepFailed.
    """
    asked = {"id": str(plan.id), "issuer_id": plan.terms["issuer_id"], "file_id": str(file_id)}
    reading = await officer.post("plans", "/v1/readings", asked)
    if reading.body["state"] == "issued":
        return reading.body, await officer.get("plans", f"/v1/plans/{plan.id}"), []
    anew = chosen_anew(plan, reading.body)
    path = f"/v1/readings/{plan.id}"
    if said := list(decisions(plan, reading.body)):  # an earlier run may have come this far
        reading = await officer.post("plans", f"{path}/decisions", {"decisions": said}, version=reading.version)
    issued = await officer.post("plans", f"{path}/issue", version=reading.version)
    return (await officer.get("plans", path)).body, issued, anew


def decisions(plan: SamplePlan, reading: Row) -> Iterator[Row]:
    """Each leaf confirmed as it was read, or corrected where the officer knows better."""
    known = dict(_known(plan, reading))
    turns = {o["quarter"]: o["bearers"]["organisation_ids"] for o in plan.terms["obligations"] if o.get("quarter")}
    for leaf in (each for each in reading["leaves"] if each["standing"] == "proposed"):
        if leaf["key"] in known:
            yield _obligation(leaf, known[leaf["key"]])
        elif leaf["key"].startswith("rotation/"):
            yield _turn(leaf, turns[leaf["value"]["quarter"]], reading)
        else:
            yield {"key": leaf["key"], "standing": "confirmed", "links": leaf["proposed_links"]}


def _known(plan: SamplePlan, reading: Row) -> Iterator[tuple[str, Row]]:
    """Which leaf is which obligation of the officer's: the one whose words are his."""
    leaves = [leaf for leaf in reading["leaves"] if leaf["key"].startswith("obligations/")]
    for obligation in plan.terms["obligations"]:
        start = reading["text"].find(obligation["quote"])
        shared = {leaf["key"]: _shared(leaf["read"], start, start + len(obligation["quote"])) for leaf in leaves}
        best = max(shared, key=lambda key: shared[key], default=None)
        if start >= 0 and best and shared[best] and not obligation.get("quarter"):
            leaves = [leaf for leaf in leaves if leaf["key"] != best]
            yield best, obligation


def _shared(read: Mapping[str, Any], start: int, end: int) -> int:
    return max(0, min(int(read["end"]), end) - max(int(read["start"]), start))


def chosen_anew(plan: SamplePlan, reading: Row) -> list[Row]:
    """Obligations whose bodies the officer chose otherwise than they were proposed."""
    found = dict(_known(plan, reading))
    leaves = {leaf["key"]: leaf for leaf in reading["leaves"]}
    return [own for key, own in found.items() if leaves[key]["proposed_links"] and _links(leaves[key], own)[1]]


def _links(leaf: Row, own: Row) -> tuple[Row, bool]:
    """What was proposed, if the officer knows no better."""
    given = {name: own.get(name) for name in ("bearers", "to_ids", "via_id", "then_to_id") if own.get(name)}
    proposed: Row = leaf["proposed_links"]
    same = all(_same(proposed[name], part) for name, part in given.items())
    return (proposed, False) if same else (given, True)


def _obligation(leaf: Row, own: Row) -> Row:
    said = {"key": leaf["key"], "links": _links(leaf, own)[0]}
    right = {name: own.get(name) for name in READ if own.get(name) is not None}
    if all(_same(leaf["value"].get(name), given) for name, given in right.items()):
        return {**said, "standing": "confirmed"}
    return {**said, "standing": "corrected", "value": {**leaf["value"], **right}}


def _same(read: Any, given: Any) -> bool:
    """A deadline leaves out what is as usual."""
    if isinstance(given, dict) and isinstance(read, dict):
        return all(read.get(name) == part for name, part in given.items())
    return bool(read == given)


def _turn(leaf: Row, bearers: list[str], reading: Row) -> Row:
    """The unit the product proposes; where it leaves it open, the one of this quarter that nobody else is."""
    quarter = leaf["value"]["quarter"]
    same = [each for each in reading["leaves"] if each["key"].startswith("rotation/")]
    proposed = {
        each["key"]: (each["proposed_links"] or each["links"])["bearers"]["organisation_ids"]
        for each in same
        if each["value"]["quarter"] == quarter
    }
    taken = {body for found in proposed.values() for body in found}
    own = [body for body in proposed[leaf["key"]] if body in bearers] or [b for b in bearers if b not in taken]
    return {"key": leaf["key"], "standing": "confirmed", "links": {"bearers": {"organisation_ids": own}}}
