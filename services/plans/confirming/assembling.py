"""A plan's terms from what persons confirmed: nothing else gets in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from pydantic import ValidationError

from services.plans.confirming.holding import Held
from services.plans.confirming.leaves import KEPT
from services.plans.terms import (
    Bearers,
    Cadence,
    Cited,
    Kind,
    Obligation,
    Parent,
    PlanPeriod,
    PlanTerms,
    Subjects,
    Wave,
)
from shared.errors import Conflict
from shared.text import visible

QUARTERS = ("I", "II", "III", "IV")
IDENTITY = ("document_type", "number", "symbol", "date", "place", "title")
PLAN = "Kế hoạch"
MOST_CITED, LONGEST = 100, 50_000
OPEN_ENDED = PlanPeriod(kind="open_ended")  # what a plan that states no years is


class LeafMissing(Conflict):
    """A plan cannot do without this. Params: `label`."""

    code = "leaf-missing"


class StatedTwice(Conflict):
    """Two leaves say which wave is number so and so, or by which rule a quarter's turn goes. Params: `label`."""

    code = "leaf-stated-twice"


class DoesNotFit(Conflict):
    """More than a plan can hold. Params: `label`, what there is too much of."""

    code = "reading-does-not-fit"


class Source(NamedTuple):
    """What a plan has beside what its text says: where it comes from, and what of an amended plan goes on."""

    reading_id: UUID
    issuer_id: UUID
    file_id: UUID | None
    parents: Mapping[str, UUID] = {}  # plans known here by the code they are cited by
    before: PlanTerms | None = None
    same: Mapping[str, UUID] = {}  # leaves that state an obligation of the amended plan, and its id


def assembled(leaves: Mapping[str, Held], source: Source) -> PlanTerms:
    """What an amendment does not mention stays as it was. Raises LeafMissing, StatedTwice, DoesNotFit."""
    standing = {key: leaf for key, leaf in leaves.items() if leaf.holds}
    one = {leaf.key: leaf.value for leaf in standing.values()}
    before = source.before
    said = {
        **_identity(one, before),
        "issuer_id": source.issuer_id,
        "period": one.get("period", before.period if before else OPEN_ENDED),
        "subjects": one.get("subjects", before.subjects if before else Subjects()),
        "file_id": source.file_id or (before.file_id if before else None),
        "cited": _cited(standing, before),
        "parents": list(_parents(standing, source)),
        "movement_ids": _movements(standing, source),
        "obligations": [*_stated(standing, source), *_turns(standing, source), *_kept(standing, source)],
        "waves": _waves(standing, before),
    }
    try:
        return PlanTerms(**said)
    except ValidationError as error:  # each leaf is as it should be: there are too many of them
        raise DoesNotFit(label=str(error.errors()[0]["loc"][0])) from error


def _identity(one: Mapping[str, Any], before: PlanTerms | None) -> dict[str, Any]:
    """What a plan is known by. An amending document has a number and a title of its own: the plan keeps its own."""
    if before is not None:
        return {name: getattr(before, name) for name in IDENTITY}
    if "title" not in one:
        raise LeafMissing(pointer="#/leaves/title", label="trích yếu")
    return {name: one[name] for name in IDENTITY if name in one}


def _of(family: str, leaves: Mapping[str, Held]) -> Iterator[Held]:
    return (leaf for leaf in leaves.values() if leaf.family == family)


def _cited(leaves: Mapping[str, Held], before: PlanTerms | None) -> list[Cited]:
    """Each document once; what an amended plan cites, it still does."""
    names = ("type", "code", "date", "issuer", "relation")
    new = [Cited(**{name: getattr(leaf.value, name) for name in names}) for leaf in _of("cited", leaves)]
    known = {each.code for each in new}
    return [*new, *(each for each in (before.cited if before else []) if each.code not in known)][:MOST_CITED]


def _parents(leaves: Mapping[str, Held], source: Source) -> Iterator[Parent]:
    """The plans it carries out, in whichever hierarchy; an amended plan keeps its own, and is not one of them."""
    before = source.before
    yield from before.parents if before else []
    known = {parent.code for parent in before.parents} | {before.code} if before else set()
    for leaf in _of("cited", leaves):
        given = leaf.value
        if given.relation == "basis" and given.type == PLAN and given.code not in known:
            yield Parent(plan_id=source.parents.get(given.code), code=given.code)


def _movements(leaves: Mapping[str, Held], source: Source) -> list[UUID]:
    linked = [leaf.links.movement_id for leaf in _of("movements", leaves) if leaf.links.movement_id]
    return list(dict.fromkeys([*linked, *(source.before.movement_ids if source.before else [])]))


def _waves(leaves: Mapping[str, Held], before: PlanTerms | None) -> list[Wave]:
    waves: dict[int, Wave] = {}
    for leaf in _of("waves", leaves):
        if leaf.value.number in waves:
            raise StatedTwice(pointer=f"#/leaves/{leaf.key}", label=str(leaf.value.number))
        waves[leaf.value.number] = Wave(number=leaf.value.number, start_on=leaf.value.start, end_on=leaf.value.end)
    known = {wave.number: wave for wave in before.waves} if before else {}
    return [wave for _, wave in sorted({**known, **waves}.items())]


def _stated(leaves: Mapping[str, Held], source: Source) -> Iterator[Obligation]:
    """What is stated again keeps the label people know it by; what is new takes the next that is free."""
    known = {o.id: o.label for o in source.before.obligations} if source.before else {}
    free = (label for number in count(1) if (label := f"O{number}") not in known.values())
    for leaf in _of("obligations", leaves):
        again = known.get(source.same[leaf.key]) if leaf.key in source.same else None
        yield obligation(leaf, source, label=again or next(free))


def obligation(leaf: Held, source: Source, *, label: str) -> Obligation:
    """One obligation as the plan would state it; the sentence that deals out turns opens no duties itself."""
    given, links = leaf.value, leaf.links
    dealt_out = given.kind is Kind.ROTATION
    return Obligation(
        id=source.same.get(leaf.key) or uuid5(source.reading_id, leaf.key),
        label=label,
        what=_words(leaf),
        cadence=None if dealt_out else given.cadence,
        **{name: getattr(given, name) for name in ("kind", "actor", "minimum", "maximum")},
        deadline=None if dealt_out else given.deadline,
        bearers=links.bearers,
        to_ids=list(dict.fromkeys(links.to_ids)),
        via_id=links.via_id,
        then_to_id=links.then_to_id,
        quote=_words(leaf),
    )


def _words(*leaves: Held) -> str | None:
    """Their sentences without what cannot be seen, no longer than a plan keeps."""
    return visible("\n".join(leaf.read.quote for leaf in leaves if leaf.read))[:LONGEST] or None


def _turns(leaves: Mapping[str, Held], source: Source) -> Iterator[Obligation]:
    """One obligation a quarter, whose bearers are those whose turn it is."""
    quarters: dict[int, list[Held]] = defaultdict(list)
    for leaf in _of("rotation", leaves):
        quarters[leaf.value.quarter].append(leaf)
    before = {o.quarter: o for o in source.before.obligations if o.quarter} if source.before else {}
    for quarter, turns in sorted(quarters.items()):
        yield Obligation(
            id=before[quarter].id if quarter in before else uuid5(source.reading_id, f"rotation/{quarter}"),
            label=before[quarter].label if quarter in before else f"Quý {QUARTERS[quarter - 1]}",
            kind=Kind.ROTATION,
            actor="; ".join(turn.value.unit for turn in turns)[:1000],
            bearers=_together(turns),
            cadence=Cadence.QUARTERLY,
            quarter=quarter,
            what=_words(*turns),
            quote=_words(*turns),
        )


def _together(turns: Sequence[Held]) -> Bearers:
    """Who is named, and whom a rule gives; a quarter has one rule. Raises StatedTwice."""
    linked = [turn.links.bearers for turn in turns]
    named = [body for bearers in linked for body in bearers.organisation_ids]
    rules = {(bearers.edge_type, bearers.of_id) for bearers in linked if bearers.edge_type}
    if len(rules) > 1:
        raise StatedTwice(pointer=f"#/leaves/{turns[-1].key}", label=turns[-1].value.unit)
    edge_type, of_id = next(iter(rules), (None, None))
    return Bearers(organisation_ids=list(dict.fromkeys(named)), edge_type=edge_type, of_id=of_id)


def _kept(leaves: Mapping[str, Held], source: Source) -> Iterator[Obligation]:
    """What goes on as it was."""
    before = {o.id: o for o in source.before.obligations} if source.before else {}
    return (before[UUID(leaf.key.removeprefix(f"{KEPT}/"))] for leaf in _of(KEPT, leaves))
