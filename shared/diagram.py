"""State diagrams drawn from workflow tables, so that the page cannot say other than the code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

StateT = TypeVar("StateT", bound=StrEnum)
StepT = TypeVar("StepT", bound=StrEnum)
BEGIN, END = "<!-- states:begin -->", "<!-- states:end -->"


def mermaid(transitions: Mapping[tuple[StateT, StepT], StateT]) -> str:
    """A Mermaid state diagram, one line a transition, in the table's order."""
    lines = [f"    {state.value} --> {after.value}: {step.value}" for (state, step), after in transitions.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def inserted(page: str, *drawings: str) -> str:
    """The page with the drawings between its markers. Raises ValueError when the markers are missing."""
    before, rest = page.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n" + "\n\n".join(drawings) + f"\n{END}{after}"
