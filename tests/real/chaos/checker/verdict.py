"""All judges, one after the other, on one body of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.real.chaos.checker import changes, effects, keeping, order, portals
from tests.real.chaos.checker.evidence import Evidence
from tests.real.chaos.checker.violation import Violation

JUDGES: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (
    changes.judge,
    order.judge,
    effects.judge,
    portals.judge,
    keeping.judge,
)


def verdict(evidence: Evidence) -> list[Violation]:
    """Every promise that was not kept; empty when all were."""
    return [violation for judge in JUDGES for violation in judge(evidence)]
