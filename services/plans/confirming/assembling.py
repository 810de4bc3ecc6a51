"""A plan's terms from what persons confirmed: nothing else gets in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from services.plans.confirming.holding import Held
from services.plans.confirming.leaves import KEPT
from services.plans.confirming.values import Links
from services.plans.terms import Bearers, Cadence, Cited, Kind, Obligation, Parent, PlanPeriod, PlanTerms, Wave
from shared.errors import Conflict

QUARTERS = ("I", "II", "III", "IV")
IDENTITY = ("document_type", "number", "symbol", "date", "place", "title")
PLAN = "Kế hoạch"
MOST_CITED = 100
OPEN_ENDED = PlanPeriod(kind="open_ended")  # what a plan that states no years is


class LeafMissing(Conflict):
    """A plan cannot do without this. Params: `label`."""

    code = "leaf-missing"


class StatedTwice(Conflict):
    """Two leaves say which wave is number so and so. Params: `label`."""

    code = "leaf-stated-twice"


class Source(NamedTuple):
    """What a plan has beside what its text says: where it comes from, and what of an amended plan goes on."""

    reading_id: UUID
    issuer_id: UUID
    file_id: UUID | None
    parents: Mapping[str, UUID] = {}  # plans known here by the code they are cited by
    before: PlanTerms | None = None
    same: Mapping[str, UUID] = {}  # leaves that state an obligation of the amended plan, and its id


def assembled(leaves: Mapping[str, Held], source: Source) -> PlanTerms:
    """Raises LeafMissing, StatedTwice."""
    standing = {key: leaf for key, leaf in leaves.items() if leaf.holds}
    one = {leaf.key: leaf.value for leaf in standing.values()}
    obligations = [*_stated(standing, source), *_turns(standing, source)]
    return PlanTerms(
        issuer_id=source.issuer_id,
        **_identity(one, source.before),
        period=one.get("period", OPEN_ENDED),
        **{name: one[name] for name in ("subjects",) if name in one},
        file_id=source.file_id,
        cited=_cited(standing, source.before),
        parents=list(_parents(standing, source)),
        movement_ids=_movements(standing, source),
        obligations=[*obligations, *_kept(standing, source, taken={o.label for o in obligations})],
        waves=_waves(standing) or (source.before.waves if source.before else []),
    )


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


def _waves(leaves: Mapping[str, Held]) -> list[Wave]:
    waves: dict[int, Wave] = {}
    for leaf in _of("waves", leaves):
        if leaf.value.number in waves:
            raise StatedTwice(pointer=f"#/leaves/{leaf.key}", label=str(leaf.value.number))
        waves[leaf.value.number] = Wave(number=leaf.value.number, start_on=leaf.value.start, end_on=leaf.value.end)
    return [waves[number] for number in sorted(waves)]


def _stated(leaves: Mapping[str, Held], source: Source) -> Iterator[Obligation]:
    for number, leaf in enumerate(_of("obligations", leaves), 1):
        yield obligation(leaf, source, label=f"O{number}")


def obligation(leaf: Held, source: Source, *, label: str) -> Obligation:
    """One obligation as the plan would state it; the sentence that deals out turns opens no duties itself."""
    given, links = leaf.value, leaf.links
    dealt_out = given.kind is Kind.ROTATION
    return Obligation(
        id=source.same.get(leaf.key) or uuid5(source.reading_id, leaf.key),
        label=label,
        what=leaf.read.quote if leaf.read else None,
        cadence=None if dealt_out else given.cadence,
        **{name: getattr(given, name) for name in ("kind", "actor", "minimum", "maximum")},
        deadline=None if dealt_out else given.deadline,
        bearers=links.bearers,
        to_ids=links.to_ids,
        via_id=links.via_id,
        then_to_id=links.then_to_id,
        quote=leaf.read.quote if leaf.read else None,
    )


def _turns(leaves: Mapping[str, Held], source: Source) -> Iterator[Obligation]:
    """One obligation a quarter, whose bearers are those whose turn it is."""
    quarters: dict[int, list[Held]] = defaultdict(list)
    for leaf in _of("rotation", leaves):
        quarters[leaf.value.quarter].append(leaf)
    before = {o.quarter: o.id for o in source.before.obligations if o.quarter} if source.before else {}
    for quarter, turns in sorted(quarters.items()):
        yield Obligation(
            id=before.get(quarter) or uuid5(source.reading_id, f"rotation/{quarter}"),
            label=f"Quý {QUARTERS[quarter - 1]}",
            kind=Kind.ROTATION,
            actor="; ".join(turn.value.unit for turn in turns)[:1000],
            bearers=_together([turn.links for turn in turns]),
            cadence=Cadence.QUARTERLY,
            quarter=quarter,
            what="\n".join(turn.read.quote for turn in turns if turn.read) or None,
            quote="\n".join(turn.read.quote for turn in turns if turn.read) or None,
        )


def _together(links: Sequence[Links]) -> Bearers:
    named = [body for link in links for body in link.bearers.organisation_ids]
    return Bearers(organisation_ids=list(dict.fromkeys(named)))


def _kept(leaves: Mapping[str, Held], source: Source, *, taken: set[str]) -> Iterator[Obligation]:
    """What goes on as it was; its label gives way where the new text uses it."""
    before = {o.id: o for o in source.before.obligations} if source.before else {}
    for leaf in _of(KEPT, leaves):
        goes_on = before[UUID(leaf.key.removeprefix(f"{KEPT}/"))]
        label = goes_on.label if goes_on.label not in taken else f"{goes_on.label} (giữ nguyên)"
        yield goes_on.model_copy(update={"label": label})
