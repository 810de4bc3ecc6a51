"""What must hold of an organisation and of the tree it stands in, whatever door it came through; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple, Protocol, Self, TypeVar
from uuid import UUID

from shared.directory.queries import HOSTS, LINE_OF_COMMAND
from shared.errors import Conflict, Invalid
from shared.events.plans import ChannelChanged, Edge, Identifier, OfficeChanged, OrganisationChanged

TREE = (LINE_OF_COMMAND, *HOSTS)  # the edges by which one answers to another


class EndsBeforeStart(Invalid):
    """A stretch of days that ends before it begins."""

    code = "ends-before-start"


class OverlappingDates(Invalid):
    """Two names, two superiors, or one edge twice, on the same day."""

    code = "overlapping-dates"


class HeirOfItself(Invalid):
    """A body is named as its own heir, or one heir twice, or two principal ones."""

    code = "heir-not-clear"


class StatedTwice(Invalid):
    """The same identifier twice."""

    code = "stated-twice"


class EdgeToItself(Invalid):
    """An edge from a body to itself."""

    code = "edge-to-itself"


class CycleInTree(Conflict):
    """By these edges a body would answer to itself on some day. Params: `slug`."""

    code = "cycle-in-tree"


class Dated(Protocol):
    """From a day to a day, both included; null is open."""

    @property
    def from_on(self) -> date | None:
        """The first day."""

    @property
    def to_on(self) -> date | None:
        """The last day."""


T = TypeVar("T", bound=Dated)


def overlap(one: Dated, other: Dated) -> bool:
    """Whether both hold on some day."""
    return _before(one.from_on, other.to_on) and _before(other.from_on, one.to_on)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start <= end


def canonical(fact: OrganisationChanged) -> OrganisationChanged:
    """The same organisation with its parts in one order, so that equal content compares equal."""
    return fact.model_copy(
        update={
            "names": sorted(fact.names, key=lambda n: (n.from_on or date.min, n.name)),
            "edges": sorted(fact.edges, key=lambda e: (e.from_on or date.min, e.type, str(e.to_id))),
            "heirs": sorted(fact.heirs, key=lambda h: str(h.organisation_id)),
            "identifiers": sorted(fact.identifiers, key=lambda i: (i.scheme, i.value)),
        }
    )


def answers_to(fact: OrganisationChanged, today: date) -> set[UUID]:
    """The bodies it directly answers to, today or later."""
    return {e.to_id for e in fact.edges if e.type in TREE and (e.to_on is None or e.to_on >= today)}


def touched(before: OrganisationChanged | None, after: OrganisationChanged) -> set[UUID]:
    """The bodies it comes to share channels with, and those it stops answering to, or on other days."""
    was = before.edges if before is not None else []
    hosts = {edge.to_id for edge in after.edges if edge not in was and edge.type in HOSTS}
    return hosts | {edge.to_id for edge in was if edge not in after.edges and edge.type in TREE}


def check_organisation(fact: OrganisationChanged) -> None:
    """What an organisation must be in itself.

    Raises EndsBeforeStart, OverlappingDates, HeirOfItself, StatedTwice, EdgeToItself.
    """
    if not _before(fact.valid_from, fact.valid_to):
        raise EndsBeforeStart(pointer="#/valid_to")
    _check_dates(fact.names, "names", lambda a, b: True)
    _check_dates(fact.edges, "edges", _exclusive)
    if any(edge.to_id == fact.organisation_id for edge in fact.edges):
        raise EdgeToItself(pointer="#/edges")
    _check_heirs(fact)
    _check_identifiers(fact.identifiers)


def _exclusive(one: Edge, other: Edge) -> bool:
    """At most one superior at a time; of any other type only one to the same body."""
    return one.type == other.type and (one.type == LINE_OF_COMMAND or one.to_id == other.to_id)


def _check_dates(rows: Sequence[T], field: str, exclusive: Callable[[T, T], bool]) -> None:
    for place, row in enumerate(rows):
        if not _before(row.from_on, row.to_on):
            raise EndsBeforeStart(pointer=f"#/{field}/{place}/to_on")
    for (_, one), (place, other) in combinations(enumerate(rows), 2):
        if exclusive(one, other) and overlap(one, other):
            raise OverlappingDates(pointer=f"#/{field}/{place}")


def _check_heirs(fact: OrganisationChanged) -> None:
    ids = [heir.organisation_id for heir in fact.heirs]
    principals = sum(heir.principal for heir in fact.heirs)
    if fact.organisation_id in ids or len(set(ids)) != len(ids) or (ids and principals != 1):
        raise HeirOfItself(pointer="#/heirs")


def _check_identifiers(identifiers: Sequence[Identifier]) -> None:
    if len({(i.scheme, i.value) for i in identifiers}) != len(identifiers):
        raise StatedTwice(pointer="#/identifiers")


def check_dates(fact: OfficeChanged | ChannelChanged) -> None:
    """Raises EndsBeforeStart."""
    if not _before(fact.from_on, fact.to_on):
        raise EndsBeforeStart(pointer="#/to_on")


def check_no_cycle(facts: Iterable[OrganisationChanged], edges_of: dict[UUID, list[Edge]]) -> None:
    """None of these bodies answers to itself on any day. `edges_of` is the whole tree, with `facts` in it.

    Raises CycleInTree.
    """
    for fact in facts:
        if _returns(fact.organisation_id, edges_of):
            raise CycleInTree(pointer="#/edges", slug=fact.slug)


class _Way(NamedTuple):
    """Where a way up has come to, and the days on which all its steps hold."""

    at: UUID
    from_on: date | None
    to_on: date | None

    def by(self, edge: Edge) -> Self:
        """One step further, on the days that this edge holds too."""
        starts = [day for day in (self.from_on, edge.from_on) if day]
        ends = [day for day in (self.to_on, edge.to_on) if day]
        return type(self)(edge.to_id, max(starts, default=None), min(ends, default=None))


def _returns(start: UUID, edges_of: dict[UUID, list[Edge]]) -> bool:
    """Whether some way up leads back to `start` with one day on which every step of it holds."""
    waiting = [_Way(start, None, None)]
    seen = set(waiting)
    while waiting:
        here = waiting.pop()
        for edge in edges_of.get(here.at, []):
            if edge.type not in TREE or not overlap(edge, here):
                continue
            if edge.to_id == start:
                return True
            step = here.by(edge)
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return False
