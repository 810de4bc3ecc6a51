"""The story: its files, and its versions as they were submitted."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import queries
from services.nominations.models import Nomination, StoryVersion
from shared.auth import Actor
from shared.clock import now
from shared.errors import Conflict
from shared.files.actions import attach, let_go
from shared.files.kinds import PICTURES


class NotAPicture(Conflict):
    """A picture of the story must be JPEG, PNG or WebP. Params: `name`."""

    code = "not-a-picture"


async def attach_all(session: AsyncSession, actor: Actor, nomination: Nomination) -> None:
    """Pictures and evidence belong to this nomination from now on.

    Raises NotAPicture and what `attach` raises.
    """
    pictures = [UUID(picture["file_id"]) for picture in nomination.pictures]
    wanted = list(dict.fromkeys([*pictures, *map(UUID, nomination.evidence)]))
    if not wanted:
        return
    files = {file.id: file for file in await attach(session, wanted, to=nomination.id, by=actor.id)}
    for number, picture in enumerate(pictures):
        if files[picture].media_type not in PICTURES:
            raise NotAPicture(name=files[picture].name, pointer=f"#/pictures/{number}")


async def let_go_dropped(session: AsyncSession, nomination: Nomination) -> None:
    """Only for what was never submitted: a story version may show the others."""
    kept = {picture["file_id"] for picture in nomination.pictures} | set(nomination.evidence)
    proofs = {consent.proof_file_id for consent in nomination.consents if consent.proof_file_id}
    await let_go(session, of=nomination.id, keep={*map(UUID, kept), *proofs})


async def keep_version(session: AsyncSession, nomination: Nomination) -> None:
    """A new version if the story differs from the latest; `nomination.story_version` is then its number."""
    content = await queries.present_content(session, nomination)
    number = nomination.story_version
    latest = await session.get(StoryVersion, (nomination.id, number)) if number else None
    if latest is None or latest.content != content:
        nomination.story_version += 1
        session.add(
            StoryVersion(nomination_id=nomination.id, number=nomination.story_version, content=content, at=now())
        )
