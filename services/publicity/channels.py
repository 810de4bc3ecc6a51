"""Whose channels a story appears on, which of them may show it, and the addresses under which we show it ourselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import queries
from services.publicity.models import Channel, Item, Placement
from services.publicity.workflow import PlacementState
from shared.directory.queries import host

PORTAL = "portal"
# Where everyone can read, as in the portal graph, our pages and our facts; the others are heard or seen on the spot.
ONLINE_KINDS = frozenset({PORTAL, "newspaper", "magazine", "radio_tv"})
AUTOMATIC = "automatic"
KIND_NAMES = {
    PORTAL: "cổng, trang thông tin điện tử",
    "newspaper": "báo",
    "radio_tv": "phát thanh, truyền hình",
    "loudspeaker": "đài truyền thanh",
    "magazine": "tạp chí",
    "event": "sự kiện",
    "visual": "cổ động trực quan",
    "word_of_mouth": "tuyên truyền miệng",
}


@dataclass(frozen=True, slots=True)
class Site:
    """The public address of this service, e.g. `https://lantoa.example/publicity`."""

    base: str

    def item(self, item_id: UUID) -> str:
        """The page of an item."""
        return f"{self.base}/p/items/{item_id}"

    def organisation(self, name: str | UUID) -> str:
        """The page of an organisation, by slug or id."""
        return f"{self.base}/p/organisations/{name}"

    def picture(self, picture_id: UUID | str) -> str:
        """The address of a picture."""
        return f"{self.base}/v1/pictures/{picture_id}"


def item_id(nomination_id: UUID, owner_id: UUID) -> UUID:
    """The same story on the channels of the same owner is the same item, wherever and whenever it is worked out."""
    return uuid5(NAMESPACE_URL, f"urn:lantoa:item:{nomination_id}:{owner_id}")


def picture_id(item: UUID, file_id: UUID) -> UUID:
    """The same file has another address in another item: each is taken down with its own."""
    return uuid5(NAMESPACE_URL, f"urn:lantoa:picture:{item}:{file_id}")


async def owner(session: AsyncSession, organisation_id: UUID, day: date) -> UUID:
    """The body whose channels serve this one that day: its own, else the nearest host's; itself if nobody has any."""
    seen: set[UUID] = set()
    here: UUID | None = organisation_id
    while here is not None and here not in seen:
        if await queries.has_channels(session, here, day):
            return here
        seen.add(here)
        here = await host(session, here, day)
    return organisation_id


async def open_to(session: AsyncSession, owner_id: UUID, day: date, *, site: Site) -> Sequence[Channel]:
    """The owner's channels that day; a body without any has our own page as its portal, made at first use."""
    found = await queries.channels_of(session, owner_id, day)
    own = [channel for channel in found if not channel.built_in]
    return own or found or [await _built_in(session, owner_id, site)]


async def _built_in(session: AsyncSession, owner_id: UUID, site: Site) -> Channel:
    channel_id = uuid5(NAMESPACE_URL, f"urn:lantoa:built-in-page:{owner_id}")
    await session.execute(
        upsert(Channel)
        .values(
            id=channel_id,
            organisation_id=owner_id,
            kind=PORTAL,
            name="Trang Lan Tỏa của cơ quan",
            url=site.organisation(owner_id),
            official=True,
            release=AUTOMATIC,
            built_in=True,
        )
        .on_conflict_do_nothing()
    )
    return await session.get_one(Channel, channel_id)


def at_once(channel: Channel) -> bool:
    """Whether an item appears there without anybody's doing."""
    return channel.release == AUTOMATIC and channel.kind in ONLINE_KINDS


def consented(item: Item) -> set[str]:
    """The kinds of channel that the standing releases allow together."""
    return {kind for release in item.releases if release.ended_at is None for kind in release.channel_kinds}


def placed(item: Item) -> list[Placement]:
    """Where the item stands now."""
    return [placement for placement in item.placements if placement.state is PlacementState.PLACED]


def read_by_everyone(placements: Iterable[Placement]) -> bool:
    """Whether one of them is where everyone can read."""
    return any(p.channel.kind in ONLINE_KINDS for p in placements if p.state is PlacementState.PLACED)


def may_show(channel: Channel, kinds: Collection[str], day: date) -> bool:
    """Whether the channel exists that day and its kind was consented to."""
    begun = channel.from_on is None or channel.from_on <= day
    ended = channel.to_on is not None and channel.to_on < day
    return begun and not ended and channel.kind in kinds
