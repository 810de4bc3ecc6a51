"""What may be shown now, against what was last announced.

Pure, the one place where consent, approval and holds meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Shown:
    """What was last announced for a station."""

    story_version: int
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grant:
    """Announce that this version may be shown on these kinds: the complete set."""

    station_id: UUID
    story_version: int
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recall:
    """Announce that `lost` kinds must go; `remaining` stay."""

    station_id: UUID
    lost: frozenset[str]
    remaining: frozenset[str]


def due(
    approved: Mapping[UUID, int], agreed: frozenset[str], *, held: bool, shown: Mapping[UUID, Shown]
) -> list[Grant | Recall]:
    """The announcements due, in the order of `approved` (station to approved version), lost approvals first.

    Nothing is due when the announcements made already say the same.
    """
    announcements: list[Grant | Recall] = []
    for station_id in [*(shown.keys() - approved.keys()), *approved]:
        wanted = frozenset() if held or station_id not in approved else agreed
        before = shown.get(station_id, Shown(0, frozenset()))
        lost = before.kinds - wanted
        if lost:
            announcements.append(Recall(station_id, lost, before.kinds & wanted))
        version = approved.get(station_id, before.story_version)
        if wanted - before.kinds or (wanted and version != before.story_version):
            announcements.append(Grant(station_id, version, wanted))
    return announcements
