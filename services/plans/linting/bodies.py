"""Bodies that the plan names and that are no more on its day, with their heirs."""

from __future__ import annotations

from collections.abc import Iterator

from services.plans.linting.finding import Draft, Known, Param
from services.plans.linting.when import dated
from services.plans.reading.reading import ObligationLeaf, Reading, Words


def bodies_named(reading: Reading) -> set[str]:
    """The words of every body that the plan names."""
    return {name for name, _, _ in _named(reading)}


def ended(reading: Reading, known: Known) -> Iterator[Draft]:
    """Each such body once, where it is first named."""
    on, told = dated(reading, known).first, set()
    for name, leaf, words in _named(reading):
        body = known.ended.get(name)
        if body is None or body.ended_on > on or name in told:
            continue
        told.add(name)
        params: dict[str, Param] = {"name": name, "ended_on": body.ended_on, "heir": body.heir or ""}
        yield Draft("body-ended" if body.heir else "body-ended-without-heir", leaf, words, params)


def _named(reading: Reading) -> Iterator[tuple[str, str, Words]]:
    """Every body's words, the leaf that names it, and where."""
    if reading.issuer:
        yield reading.issuer.value, "issuer", reading.issuer
    for place, obligation in enumerate(reading.obligations):
        for name, field in _of(obligation):
            yield name, f"obligations/{place}", obligation.fields.get(field, obligation)
    for place, turn in enumerate(reading.rotation):
        yield turn.value.unit, f"rotation/{place}", turn
    for place, recipient in enumerate(reading.recipients):
        yield recipient.value.name, f"recipients/{place}", recipient


def _of(obligation: ObligationLeaf) -> Iterator[tuple[str, str]]:
    value = obligation.value
    if value.actor:
        yield value.actor, "actor"
    yield from ((name, "to") for name in value.to)
    if value.via:
        yield value.via, "via"
    if value.then and value.then.to:
        yield value.then.to, "then"
