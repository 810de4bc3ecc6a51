"""Small things with dull defaults; whatever is further along is made by walking the service's own actions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions
from services.publicity.channels import Site
from services.publicity.models import Item
from shared.auth import Actor, HeldOffice, Role
from shared.db import Database, new_id
from shared.directory.copies import keep_office, keep_organisation
from shared.events.nominations import Picture, Result, Story, StoryRecalled, StoryReleased
from shared.events.plans import ChannelChanged, DatedName, Edge, OfficeChanged, OrganisationChanged

SITE = Site("http://testserver/publicity")
NAME = "Trần Thị Hạt Sen"  # the subject's name: nowhere to be found once the item is gone
KINDS = ["portal", "newspaper", "loudspeaker"]
TITLE = "Tổ tự quản môi trường của khu dân cư số 5"


async def organisation(session: AsyncSession, name: str = "Văn phòng A", **given: Any) -> UUID:
    """A body with one name for all time unless `names` are given; `host` makes it the standing office of another."""
    id, host = given.pop("id", None) or new_id(), given.pop("host", None)
    names = given.pop("names", None) or [DatedName(name=name)]
    edges = [Edge(type="standing_office_of", to_id=host)] if host else []
    fact = OrganisationChanged(
        organisation_id=id,
        slug=given.pop("slug", f"co-quan-{id}"),
        hierarchy="state",
        names=names,
        edges=edges,
        **given,
    )
    await keep_organisation(session, fact)
    return id


async def channel(session: AsyncSession, organisation_id: UUID, kind: str = "portal", **given: Any) -> UUID:
    """A channel; automatic unless said otherwise."""
    fact = ChannelChanged(
        channel_id=given.pop("id", None) or new_id(),
        organisation_id=organisation_id,
        kind=kind,
        name=given.pop("name", f"Kênh {kind}"),
        url=given.pop("url", "https://portal.example"),
        **given,
    )
    await actions.keep_channel(session, fact)
    return fact.channel_id


async def office(session: AsyncSession, person_id: UUID, role: Role, organisation_id: UUID) -> None:
    """A post held since long ago."""
    await keep_office(
        session,
        OfficeChanged(
            office_id=new_id(),
            person_id=person_id,
            person_name="Biên tập viên",
            organisation_id=organisation_id,
            role=role.value,
            from_on=date(2020, 1, 1),
        ),
    )


def editor(organisation_id: UUID, role: Role = Role.EDITOR) -> Actor:
    """A person with one office."""
    return Actor("person", uuid4(), "Mai", (HeldOffice(organisation_id, role),))


def story(**given: Any) -> Story:
    """A story that names its subject in every text there is."""
    values: dict[str, Any] = {
        "title": TITLE,
        "summary": f"{NAME} cùng 24 hộ giữ sạch bờ biển suốt ba năm.",
        "body": f"Mỗi sáng thứ Bảy, {NAME} cùng bà con dọn vệ sinh. Theo Kế hoạch 141/KH-LĐLĐ.",
        "results": [Result(label=f"Hộ do {NAME} vận động", value="24/24")],
        "pictures": [picture()],
        "credit": f"Ảnh: {NAME}",
    }
    return Story(**{**values, **given})


def picture(file_id: UUID | None = None, **given: Any) -> Picture:
    """A picture that nominations keeps."""
    file_id = file_id or new_id()
    values: dict[str, Any] = {
        "key": f"nominations/{file_id}",
        "media_type": "image/jpeg",
        "size_bytes": 3,
        "sha256": "0" * 64,
        "alternative": f"{NAME} bên bờ biển",
    }
    return Picture(file_id=file_id, **{**values, **given})


def released(station_organisation_id: UUID, **given: Any) -> StoryReleased:
    """A first station's release of version 1."""
    values: dict[str, Any] = {
        "nomination_id": new_id(),
        "organisation_id": new_id(),
        "station_id": new_id(),
        "station_number": 1,
        "approved_at": datetime(2026, 11, 20, 2, tzinfo=UTC),
        "story_version": 1,
        "channel_kinds": KINDS,
        "subject_type": "individual",
        "subject_name": NAME,
        "kind": "exemplar",
        "field": "môi trường",
        "nominator_id": uuid4(),
        "approver_id": uuid4(),
        "next_organisation_id": new_id(),
    }
    return StoryReleased(station_organisation_id=station_organisation_id, **{"story": story(), **values, **given})


def again(fact: StoryReleased, **changed: Any) -> StoryReleased:
    """The same release with something else in it."""
    return fact.model_copy(update=changed)


def recalled(fact: StoryReleased, *lost: str) -> StoryRecalled:
    """The release taken back: for some kinds, or for all if none is named."""
    gone = list(lost) or fact.channel_kinds
    return StoryRecalled(
        nomination_id=fact.nomination_id,
        station_id=fact.station_id,
        station_organisation_id=fact.station_organisation_id,
        lost_kinds=gone,
        channel_kinds=[kind for kind in fact.channel_kinds if kind not in gone],
    )


async def item(session: AsyncSession, owner_id: UUID, **given: Any) -> Item:
    """An item of this owner: published if it has an automatic portal, or no channel at all."""
    return await actions.release_story(session, released(owner_id, **given), site=SITE)


async def published(session: AsyncSession, **given: Any) -> tuple[UUID, Item]:
    """An owner with an automatic portal, and an item published on it."""
    owner_id = await organisation(session)
    await channel(session, owner_id)
    return owner_id, await item(session, owner_id, **given)


async def standing(database: Database, **given: Any) -> tuple[UUID, UUID]:
    """The same for a client: an owner called «Văn phòng A» with its «Cổng A», and the id of its published item."""
    async with database.transaction() as session:
        owner_id = await organisation(session)
        await channel(session, owner_id, name="Cổng A")
        return owner_id, (await item(session, owner_id, **given)).id
