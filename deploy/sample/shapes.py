"""What the sample's plans and stories hold once read, ready to be sent as an outside client sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """`terms` is the body of the plan's PUT, but for the file; `document` is the plan's own text."""

    slug: str
    id: UUID
    officer: str  # whose token puts it in
    terms: Mapping[str, Any]
    document: Path
    sources: tuple[str, ...]

    def obligation_id(self, label: str) -> UUID:
        """Of the obligation with this label. Raises KeyError."""
        ids = {obligation["label"]: obligation["id"] for obligation in self.terms["obligations"]}
        return UUID(ids[label])


@dataclass(frozen=True, slots=True)
class SampleStory:
    """`draft` is the body of a nomination's PUT, but for plan and files; `consents` are those of its POSTs."""

    slug: str
    nominator: str
    organisation_id: UUID
    outside_plan: bool
    alternative: str
    draft: Mapping[str, Any]
    consents: tuple[Mapping[str, Any], ...]
