"""The files of a dossier: evidence, proofs and pictures, for the people of the nomination only."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import permissions, queries
from shared.auth import Actor
from shared.errors import NotFound
from shared.files.kinds import DOCUMENTS, PICTURES
from shared.files.rest import files_router
from shared.files.tables import File

LIMIT_BYTES = 25 * 1024 * 1024


async def may_read(session: AsyncSession, actor: Actor, file: File) -> None:
    """Until it is attached, only who announced it. Raises NotFound."""
    if file.attached_to is None:
        if file.created_by != actor.person_id:
            raise NotFound
        return
    reader = await queries.with_lineage(session, actor)
    permissions.check_may_read(reader, await queries.nomination_whole(session, file.attached_to))


files = files_router(
    "nominations",
    may_announce=permissions.check_may_announce_file,
    may_read=may_read,
    media_types=PICTURES | DOCUMENTS,
    limit_bytes=LIMIT_BYTES,
)
