"""What of a nomination is shown where, and who was told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations.models import Item, Notice, Release, StoryVersion
from shared.question import Question


async def releases_of(session: AsyncSession, nomination_id: UUID) -> dict[UUID, Release]:
    """What each station's approval lets be shown now."""
    rows = await session.scalars(select(Release).where(Release.nomination_id == nomination_id))
    return {release.station_id: release for release in rows}


CONTENTS = Question(
    select(StoryVersion.number, StoryVersion.content).where(
        StoryVersion.nomination_id == bindparam("id", type_=Uuid()),
        StoryVersion.number == any_(bindparam("numbers", type_=ARRAY(BigInteger()))),
    )
)


async def contents_of(session: AsyncSession, nomination_id: UUID, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The content of these story versions."""
    return dict(map(tuple, await CONTENTS.rows(session, id=nomination_id, numbers=list(numbers))))


async def contents_shown(session: AsyncSession, nomination_id: UUID) -> Sequence[dict[str, Any]]:
    """The story versions that may be shown now, newest first: a lower body shows the one it approved."""
    released = select(Release.story_version).where(
        Release.nomination_id == nomination_id, func.jsonb_array_length(Release.kinds) > 0
    )
    rows = await session.scalars(
        select(StoryVersion.content)
        .where(StoryVersion.nomination_id == nomination_id, StoryVersion.number.in_(released))
        .order_by(StoryVersion.number.desc())
    )
    return rows.all()


async def items_of(session: AsyncSession, nomination_id: UUID) -> Sequence[Item]:
    """Where publicity shows or showed it."""
    rows = await session.scalars(select(Item).where(Item.nomination_id == nomination_id).order_by(Item.id))
    return rows.all()


async def notices_of(session: AsyncSession, nomination_id: UUID) -> Sequence[Notice]:
    """One for each person concerned."""
    rows = await session.scalars(
        select(Notice).where(Notice.nomination_id == nomination_id).order_by(Notice.prepared_at, Notice.id)
    )
    return rows.all()
