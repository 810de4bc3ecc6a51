"""Everything a person needs beside a reading to decide on it: whom its words may mean, and what it repeats."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.confirming import Candidate, Links, Neighbour, Neighbourhood, as_decided, named, proposed_links
from services.plans.linting import EndedBody, Finding, Known, bodies_named, findings
from services.plans.models import Plan
from services.plans.queries import lineages
from services.plans.queries import readings as queries
from services.plans.queries.neighbours import neighbours
from services.plans.queries.readings import Twin
from services.plans.queries.whole_readings import Whole
from services.plans.terms import Bearers, EdgeType, Obligation
from shared.clock import today
from shared.directory.queries import names_on
from shared.text import fold

Rule = tuple[EdgeType, UUID]
DAY = timedelta(days=1)


class Shown(NamedTuple):
    """`proposed` links of leaves nobody has decided on, `candidates` by the words that name a body.

    `bearing` are the bodies a rule gives today, `names` those of every organisation named here, `people` who decided.
    """

    whole: Whole
    proposed: dict[str, Links]
    candidates: dict[str, list[Candidate]]
    bearing: dict[Rule, list[UUID]]
    names: dict[UUID, str]
    people: dict[UUID, str]
    twins: Sequence[Twin]
    findings: Sequence[Finding]


async def shown(session: AsyncSession, whole: Whole) -> Shown:
    """As many statements for many leaves as for few, but for the distinct rules of bearers among them.

    Each rule costs two, and two more for each heir on the way to who stands in the place of a body that has ended. All
    ended bodies that the words name cost two a generation of heirs together.
    """
    row, on = whole.row, _day(whole) or today()
    names = await neighbours(session, row.issuer_id)
    movements = await queries.movements_named(session, _movement_names(whole))
    leaves = whole.leaves
    around = await asyncio.to_thread(Neighbourhood, row.issuer_id, names, on=on)
    proposed, candidates = await asyncio.to_thread(_meant, whole, around, movements)
    linked = [leaf.links for leaf in leaves.values()] + list(proposed.values())
    bearing = await _bearing(session, [links.bearers for links in linked])
    ids = {row.issuer_id, *_linked([*linked, *whole.stated]), *(body for bodies in bearing.values() for body in bodies)}
    twins = await queries.twins(session, row, code=whole.code())
    return Shown(
        whole=whole,
        proposed=proposed,
        candidates=candidates,
        bearing=bearing,
        names=await names_on(session, ids, today()),
        people=await queries.names_of_people(session, {d.decided_by for d in whole.decisions.values()}),
        twins=twins,
        findings=await _findings(session, whole, around, twins=twins),
    )


def _meant(
    whole: Whole, around: Neighbourhood, movements: Mapping[str, UUID]
) -> tuple[dict[str, Links], dict[str, list[Candidate]]]:
    """Proposals and candidates. Apart from the loop: an issuer may have thousands around it."""
    leaves = whole.leaves
    words = {word for leaf in leaves.values() for said in named(leaf).values() for word in said}
    proposed = {key: proposed_links(leaf, around, movements) for key, leaf in leaves.items() if leaf.standing is None}
    return proposed, {word: around.candidates(word) for word in sorted(words)}


def _day(whole: Whole) -> date | None:
    """The plan's own day; the first of its month or year where it says no more."""
    leaf = whole.leaves.get("date")
    stated = leaf.value if leaf and leaf.holds else None
    return date.fromisoformat(stated + "-01-01"[len(stated) - 4 :]) if stated else None


def _movement_names(whole: Whole) -> set[str]:
    return {fold(leaf.value.name) for leaf in whole.leaves.values() if leaf.family == "movements" and leaf.value}


async def _bearing(session: AsyncSession, stated: Iterable[Bearers]) -> dict[Rule, list[UUID]]:
    """What each distinct rule gives today, one after the other: a plan has one or two."""
    rules = {(b.edge_type, b.of_id) for b in stated if b.edge_type and b.of_id}
    return {
        (edge_type, of_id): sorted(
            await lineages.bearers_on(session, Bearers(edge_type=edge_type, of_id=of_id), today())
        )
        for edge_type, of_id in rules
    }


def _linked(links: Iterable[Links | Obligation]) -> Iterable[UUID]:
    for link in links:
        bodies = [*link.bearers.organisation_ids, link.bearers.of_id, *link.to_ids, link.via_id, link.then_to_id]
        yield from (body for body in bodies if body)


async def _findings(
    session: AsyncSession, whole: Whole, around: Neighbourhood, *, twins: Sequence[Twin]
) -> list[Finding]:
    """Off the loop: the first look at the holidays takes half a second."""
    cited = await queries.plans_cited(session, whole.cited())
    numbered = next((twin for twin in twins if twin.likeness is None), None)
    reading, keys = as_decided(whole.row.reading, whole.leaves)
    called = {words: bodies for words in bodies_named(reading) if (bodies := around.called(words))}
    known = Known(
        number_taken_by=numbered and numbered.title,
        ended=await _ended(session, called, around.on),
        basis_periods={code: _years(plan) for code, plan in cited.items() if plan.id != whole.row.plan_id},
    )
    found = await asyncio.to_thread(findings, reading, known)
    return [each.model_copy(update={"leaf": keys.get(each.leaf or "", each.leaf)}) for each in found]


def _years(plan: Plan) -> tuple[int | None, int | None]:
    return plan.terms.period.start_year, plan.terms.period.end_year


async def _ended(session: AsyncSession, called: Mapping[str, list[Neighbour]], on: date) -> dict[str, EndedBody]:
    """The words that are the very name of a body that no longer stood that day, and of none that did."""
    ids = {body.organisation_id for bodies in called.values() for body in bodies}
    ends = await queries.ends_of(session, ids, before=on)
    heirs = await lineages.standing_bodies(session, ends.keys(), on) if ends else {}
    names = await names_on(session, [heir for heir in heirs.values() if heir], on)
    heir_names = {body: names.get(heir) for body, heir in heirs.items() if heir}
    return {
        words: EndedBody(last.name, ends[last.organisation_id] + DAY, heir_names.get(last.organisation_id))
        for words, bodies in called.items()
        if all(body.organisation_id in ends for body in bodies)
        for last in [max(bodies, key=lambda body: ends[body.organisation_id])]
    }
