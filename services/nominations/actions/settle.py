"""Bringing what was announced into line with what may be shown now.

Every action that changes either calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import queries
from services.nominations.actions.needed import agreed
from services.nominations.actions.notice import prepare_notices
from services.nominations.actions.release import Grant, Recall, Shown, due
from services.nominations.models import Nomination, Release, Station
from shared import road
from shared.clock import now
from shared.events.nominations import StoryRecalled, StoryReleased


async def settle(session: AsyncSession, nomination: Nomination) -> None:
    """Records StoryReleased and StoryRecalled where due.

    And then readies the notice for the persons concerned.
    """
    if nomination.story_version == 0:
        return
    with session.no_autoflush:  # nothing that is asked here depends on what this request changes
        await _settle(session, nomination)


async def _settle(session: AsyncSession, nomination: Nomination) -> None:
    releases = {release.station_id: release for release in nomination.releases}
    shown = {id_: Shown(r.story_version, frozenset(r.kinds)) for id_, r in releases.items()}
    approved = {station.id: station.story_version or 0 for station in nomination.approved_stations}
    announcements = due(approved, agreed(nomination), held=nomination.held, shown=shown)
    stations = {station.id: station for station in nomination.stations}
    contents = await _contents(session, nomination, announcements)
    for announcement in announcements:
        station = stations[announcement.station_id]
        _remember(nomination, releases, announcement)
        if isinstance(announcement, Grant):
            content = contents[announcement.story_version]
            road.record(session, _released(nomination, station, announcement, content=content))
        else:
            road.record(session, _recalled(nomination, station, announcement))
    if contents:
        await prepare_notices(session, nomination)


Contents = dict[int, dict[str, Any]]


async def shown_now(session: AsyncSession, nomination: Nomination) -> list[StoryReleased | StoryRecalled]:
    """What was last announced of each station, told anew: first what may be shown no more."""
    releases = {release.station_id: release for release in nomination.releases}
    stations = [station for station in nomination.stations if station.id in releases]
    lost = [station for station in stations if not releases[station.id].kinds]
    grants = {
        station.id: Grant(station.id, release.story_version, frozenset(release.kinds))
        for station in stations
        if (release := releases[station.id]).kinds
    }
    contents = await _contents(session, nomination, list(grants.values()))
    return [
        *(_recalled(nomination, station, Recall(station.id, frozenset(), frozenset())) for station in lost),
        *(
            _released(nomination, station, grant, content=contents[grant.story_version])
            for station in stations
            if (grant := grants.get(station.id))
        ),
    ]


async def _contents(session: AsyncSession, nomination: Nomination, announcements: Sequence[Grant | Recall]) -> Contents:
    numbers = {a.story_version for a in announcements if isinstance(a, Grant)}
    if not numbers:
        return {}
    return await queries.contents_of(session, nomination.id, numbers)


def _remember(nomination: Nomination, releases: dict[UUID, Release], due_now: Grant | Recall) -> None:
    kinds = due_now.kinds if isinstance(due_now, Grant) else due_now.remaining
    release = releases.get(due_now.station_id)
    if release is None:
        release = Release(station_id=due_now.station_id, nomination_id=nomination.id, story_version=0)
        releases[due_now.station_id] = release
        nomination.releases.append(release)
    if isinstance(due_now, Grant):
        release.story_version = due_now.story_version
    release.kinds, release.at = sorted(kinds), now()


def _released(nomination: Nomination, station: Station, grant: Grant, *, content: dict[str, Any]) -> StoryReleased:
    assert station.decided_at is not None
    return StoryReleased.model_validate(
        {
            **content,
            "nomination_id": nomination.id,
            "organisation_id": nomination.organisation_id,
            "station_id": station.id,
            "station_number": station.number,
            "station_organisation_id": station.organisation_id,
            "approved_at": station.decided_at,
            "story_version": grant.story_version,
            "channel_kinds": sorted(grant.kinds),
            "nominator_id": nomination.nominator_id,
            "approver_id": station.decided_by,
            "next_organisation_id": station.next_organisation_id,
            "next_via_id": station.next_via_id,
        }
    )


def _recalled(nomination: Nomination, station: Station, recall: Recall) -> StoryRecalled:
    return StoryRecalled(
        nomination_id=nomination.id,
        station_id=station.id,
        station_organisation_id=station.organisation_id,
        lost_kinds=sorted(recall.lost),
        channel_kinds=sorted(recall.remaining),
    )
