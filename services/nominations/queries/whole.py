"""A nomination with all that hangs on it: to read, to change, and as the portal would show it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations.models import Nomination
from shared.errors import NotFound
from shared.events.nominations import Picture, Result, Story
from shared.files.tables import File
from shared.whole import Whole

_PARTS = (Nomination.stations, Nomination.remarks, Nomination.recusals, Nomination.consents, Nomination.holds)
TO_READ = Whole(Nomination, *_PARTS)
TO_CHANGE = Whole(Nomination, *_PARTS, Nomination.releases, Nomination.notices)


async def nomination_whole(session: AsyncSession, nomination_id: UUID) -> Nomination:
    """With all its parts. Raises NotFound."""
    found = await TO_READ.read(session, nomination_id)
    if found is None:
        raise NotFound
    return found


async def find_to_change(session: AsyncSession, nomination_id: UUID) -> Nomination | None:
    """With all its parts, and what was announced of it, its row locked: whoever changes a part holds the whole."""
    return await TO_CHANGE.locked(session, nomination_id)


async def nomination_to_change(session: AsyncSession, nomination_id: UUID) -> Nomination:
    """Locked, with all its parts. Raises NotFound."""
    found = await find_to_change(session, nomination_id)
    if found is None:
        raise NotFound
    return found


async def present_content(session: AsyncSession, nomination: Nomination) -> dict[str, Any]:
    """What the portal would show of the nomination as it stands: the content of a story version."""
    ids = [UUID(picture["file_id"]) for picture in nomination.pictures]
    files = {file.id: file for file in await session.scalars(select(File).where(File.id.in_(ids)))} if ids else {}
    story = Story(
        title=nomination.title,
        summary=nomination.summary,
        body=nomination.body,
        results=[Result(**result) for result in nomination.results],
        pictures=[_picture(files[UUID(p["file_id"])], p["alternative"]) for p in nomination.pictures],
        credit=nomination.credit,
    )
    return {
        "story": story.model_dump(mode="json"),
        "subject_type": nomination.subject_type,
        "subject_name": nomination.subject_name,
        "kind": nomination.kind,
        "field": nomination.field,
        "movement_id": nomination.movement_id and str(nomination.movement_id),
    }


def _picture(file: File, alternative: str) -> Picture:
    return Picture(
        file_id=file.id,
        key=file.key,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        alternative=alternative,
    )
