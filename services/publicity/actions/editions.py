"""The texts of an item: as released, as an editor words them, and what becomes of them when another follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import channels
from services.publicity.models import Edition, Item, Picture
from services.publicity.queries import names_beside, search_text
from services.publicity.workflow import EditionState
from shared.db import new_id
from shared.events.nominations import Story


@dataclass(frozen=True, slots=True)
class Words:
    """What an editor wants changed; None keeps what stands. `alternatives` are by picture id."""

    title: str | None = None
    summary: str | None = None
    body: str | None = None
    credit: str | None = None
    alternatives: dict[UUID, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return self == Words()


def in_state(item: Item, state: EditionState) -> Edition | None:
    """The draft, or the live edition."""
    return next((edition for edition in item.editions if edition.state is state), None)


def current(item: Item) -> Edition | None:
    """The text that stands: the live edition, or before publication the draft."""
    return in_state(item, EditionState.LIVE) or in_state(item, EditionState.DRAFT)


def released(item: Item, story: Story, moment: datetime, *, station_id: UUID) -> Edition:
    """The story as its subject agreed to it, as an edition that is not shown yet; its pictures get their addresses."""
    kept = {picture.id: picture for picture in item.pictures}
    shown: list[dict[str, Any]] = []
    for picture in story.pictures:
        picture_id = channels.picture_id(item.id, picture.file_id)
        if picture_id not in kept:
            kept[picture_id] = Picture(id=picture_id, item_id=item.id)
            item.pictures.append(kept[picture_id])
        kept[picture_id].key, kept[picture_id].media_type = picture.key, picture.media_type
        alternative = picture.alternative
        shown.append({"id": str(picture_id), "media_type": picture.media_type, "alternative": alternative})
    edition = Edition(
        id=new_id(),
        item_id=item.id,
        state=EditionState.PAST,
        station_id=station_id,
        title=story.title,
        summary=story.summary,
        body=story.body,
        results=[result.model_dump() for result in story.results],
        pictures=shown,
        credit=story.credit,
        created_at=moment,
    )
    item.editions.append(edition)
    return edition


def copied(item: Item, before: Edition, moment: datetime, *, station_id: UUID | None = None) -> Edition:
    """A further edition with the same text, not shown yet."""
    edition = Edition(
        id=new_id(),
        item_id=item.id,
        state=EditionState.PAST,
        station_id=station_id or before.station_id,
        title=before.title,
        summary=before.summary,
        body=before.body,
        results=before.results,
        pictures=before.pictures,
        credit=before.credit,
        created_at=moment,
    )
    item.editions.append(edition)
    return edition


def reword(edition: Edition, words: Words) -> list[str]:
    """Puts the editor's words in; the names of the fields that are now different."""
    pictures = [
        {**picture, "alternative": words.alternatives.get(UUID(picture["id"]), picture["alternative"])}
        for picture in edition.pictures
    ]
    wanted = {
        "title": words.title or edition.title,
        "summary": words.summary or edition.summary,
        "body": words.body or edition.body,
        "credit": words.credit or edition.credit,
        "pictures": pictures,
    }
    changed = [name for name, value in wanted.items() if getattr(edition, name) != value]
    for name in changed:
        setattr(edition, name, wanted[name])
    return changed


async def to_draft(session: AsyncSession, item: Item, edition: Edition) -> None:
    """This is the draft now; one before it is put away. Flushed between: there is at most one."""
    before = in_state(item, EditionState.DRAFT)
    if before is not None:
        before.state = EditionState.PAST
        await session.flush()
    edition.state = EditionState.DRAFT


async def to_live(session: AsyncSession, item: Item, edition: Edition, moment: datetime) -> None:
    """This is what everyone reads now, under the next number. Flushed between: there is at most one."""
    before = in_state(item, EditionState.LIVE)
    if before is not None:
        before.state = EditionState.PAST
        await session.flush()
    item.editions_made += 1
    edition.state, edition.number, edition.live_at = EditionState.LIVE, item.editions_made, moment
    item.search = search_text(
        [
            edition.title,
            edition.summary,
            item.subject_name,
            edition.body,
            edition.credit,
            *(f"{result['label']} {result['value']}" for result in edition.results),
            item.field,
            *await names_beside(session, item),
        ]
    )


def blank(item: Item, editions: list[Edition]) -> None:
    """Nothing is left of these texts, nor of pictures that no other text of the item has."""
    for edition in editions:
        edition.state = EditionState.PAST
        edition.title = edition.summary = edition.body = edition.credit = edition.note = None
        edition.results, edition.pictures = [], []
    still = {picture["id"] for edition in item.editions for picture in edition.pictures}
    for picture in item.pictures:
        if str(picture.id) not in still:
            picture.key = None
