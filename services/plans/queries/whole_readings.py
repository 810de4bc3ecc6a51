"""A reading with everything that was decided on it, beside the plan it amends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.confirming import Decision, Held, absent, held, same_obligations, sentences
from services.plans.confirming.leaves import KEPT
from services.plans.models import LeafDecision, Plan, PlanReading, PlanVersion
from services.plans.queries import readings as queries
from services.plans.reading.reading import Leaf, Reading
from services.plans.terms import Obligation

UNSURE = 0.5  # whether what an amendment does not mention goes on: it may name only what changes, or all that holds


class Whole(NamedTuple):
    """`leaves` by key, `same` which of them state an obligation of the amended plan again.

    `stated` are those obligations: as the plan states them now, once issued as it did until then.
    """

    row: PlanReading
    decisions: dict[str, LeafDecision]
    before: Plan | None
    stated: Sequence[Obligation]
    same: dict[str, UUID]
    leaves: dict[str, Held]

    @property
    def proposed(self) -> list[str]:
        """The keys nobody has decided on."""
        return [key for key, leaf in self.leaves.items() if leaf.standing is None]

    def cited(self) -> dict[str, str]:
        """The days of the documents it names, by their codes; those without a day are left out."""
        named = (leaf.value for leaf in self.leaves.values() if leaf.family == "cited" and leaf.holds)
        return {given.code: given.date for given in named if given.date}

    def code(self) -> tuple[str, str, str] | None:
        """Year, number and symbol, where all three stand."""
        day, number, symbol = (self._value(name) for name in ("date", "number", "symbol"))
        return (day[:4], number, symbol) if day and number and symbol else None

    def _value(self, name: str) -> Any:
        leaf = self.leaves.get(name)
        return leaf.value if leaf and leaf.holds else None


async def whole(session: AsyncSession, row: PlanReading) -> Whole:
    """Two statements; three of an issued amendment. A text may state hundreds: compared apart from the loop."""
    decisions = await queries.decision_rows(session, row.id)
    before = await session.get(Plan, row.amends_id) if row.amends_id else None
    stated = await _stated(session, row, before)
    decided = {key: queries.decided(decision) for key, decision in decisions.items()}
    same, leaves = await asyncio.to_thread(_compared, row.reading, decided, stated)
    return Whole(row, decisions, before, stated, same, leaves)


async def _stated(session: AsyncSession, row: PlanReading, before: Plan | None) -> Sequence[Obligation]:
    if before is None or row.issued_at is None:
        return before.terms.obligations if before else []
    amended = await session.get(PlanVersion, (before.id, row.amends_version))
    return amended.terms.obligations if amended else []


def _compared(
    reading: Reading, decided: Mapping[str, Decision], before: Sequence[Obligation]
) -> tuple[dict[str, UUID], dict[str, Held]]:
    """Which leaves state something again, and all leaves, with what is not stated any more."""
    own = {key: decision for key, decision in decided.items() if not key.startswith(f"{KEPT}/")}
    leaves = held(reading, own)
    if not before:
        return {}, leaves
    same = same_obligations(before, sentences(leaves))
    still = {f"{KEPT}/{o.id}": _goes_on(o) for o in absent(before, leaves, same)}
    return same, held(reading, {key: d for key, d in decided.items() if key in own or key in still}, still=still)


def _goes_on(obligation: Obligation) -> Leaf[dict[str, str]]:
    """Not a word of the new text states it: what a person confirms is that it goes on."""
    return Leaf(value={"label": obligation.label}, quote="", start=0, end=0, confidence=UNSURE, rule="not_in_amendment")
