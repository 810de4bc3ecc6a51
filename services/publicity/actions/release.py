"""An approved story arrives: it opens an item, is a further edition of one that stands, or brings back one gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import channels, queries
from services.publicity.actions import editions, facts, placing
from services.publicity.actions.takedown import take_off
from services.publicity.channels import Site
from services.publicity.models import Edition, Item, Release
from services.publicity.workflow import State, Step, Withdrawal, next_state
from shared import audit, road
from shared.auth import SYSTEM
from shared.clock import day, now
from shared.events.nominations import StoryReleased
from shared.many import insert_many

ITEMS = insert(Item).on_conflict_do_nothing()
DESCRIBED = (
    "organisation_id",
    "subject_type",
    "subject_name",
    "kind",
    "field",
    "movement_id",
    "nominator_id",
    "approver_id",
    "next_organisation_id",
    "next_via_id",
)
BLANKED = ("subject_name",)  # of an item that is gone nothing is left to compare


async def release_story(session: AsyncSession, fact: StoryReleased, *, site: Site) -> Item:
    """The story appears on the channels that may show it; an item an editor withdrew stays withdrawn.

    Again with the same content it changes nothing: an item that its editor took down since stays down.
    """
    item, moment = await _item_to_release(session, fact), now()
    if _said_before(item, fact):
        return item
    if item.withdrawal is Withdrawal.GONE:
        item.state, item.withdrawal, item.withdrawn_at = next_state(item.state, Step.REOPEN), None, None
    for name in DESCRIBED:
        setattr(item, name, getattr(fact, name))
    edition = _further_edition(item, fact, moment)
    _keep_release(item, fact)
    with session.no_autoflush:  # nothing that is asked here depends on what this fact changes
        await _show(session, item, edition, moment, site=site)
    item.version += 1
    audit.note(session, SYSTEM, "release", ("item", item.id), organisation_id=item.owner_id)
    return item


async def _item_to_release(session: AsyncSession, fact: StoryReleased) -> Item:
    """A station keeps the item it released to, even if channels have moved since."""
    item_id = await queries.item_of_station(session, fact.station_id)
    if item_id is None:
        owner_id = await channels.owner(session, fact.station_organisation_id, day(now()))
        item_id = channels.item_id(fact.nomination_id, owner_id)
        values = {name: getattr(fact, name) for name in DESCRIBED}
        new = {"id": item_id, "nomination_id": fact.nomination_id, "owner_id": owner_id, "state": State.DRAFT}
        await insert_many(session, ITEMS, [{**new, "version": 0, **values}])
    return await queries.item_to_change(session, item_id)


def _said_before(item: Item, fact: StoryReleased) -> bool:
    release = next((r for r in item.releases if r.station_id == fact.station_id and r.ended_at is None), None)
    if release is None or any(getattr(item, name) != getattr(fact, name) for name in DESCRIBED if name not in BLANKED):
        return False
    told = (fact.story_version, sorted(fact.channel_kinds), fact.approved_at)
    return (release.story_version, sorted(release.channel_kinds), release.approved_at) == told


def _further_edition(item: Item, fact: StoryReleased, moment: datetime) -> Edition | None:
    """The edition this release asks for: none if the station released this very version before.

    A version that stands here already keeps its editor's corrections.
    """
    standing = [release for release in item.releases if release.ended_at is None]
    before = editions.current(item)
    if before is None or all(release.story_version != fact.story_version for release in standing):
        return editions.released(item, fact.story, moment, station_id=fact.station_id)
    if any(release.station_id == fact.station_id for release in standing):
        return None
    return editions.copied(item, before, moment, station_id=fact.station_id)


def _keep_release(item: Item, fact: StoryReleased) -> None:
    release = next((r for r in item.releases if r.station_id == fact.station_id), None)
    if release is None:
        release = Release(station_id=fact.station_id, item_id=item.id)
        item.releases.append(release)
    release.station_number = fact.station_number
    release.station_organisation_id = fact.station_organisation_id
    release.story_version = fact.story_version
    release.channel_kinds = fact.channel_kinds
    release.approved_at = fact.approved_at
    release.ended_at = None


async def _show(session: AsyncSession, item: Item, edition: Edition | None, moment: datetime, *, site: Site) -> None:
    if edition is not None and item.state is State.PUBLISHED:
        edition.note = f"Được phê duyệt thêm ở cấp xét thứ {_number(item, edition)}."
        await editions.to_live(session, item, edition, moment)
        item.state, item.corrected_at = next_state(item.state, Step.CORRECT), moment
        road.record(session, facts.corrected(item, site))
    elif edition is not None:
        await editions.to_draft(session, item, edition)
    if item.state is not State.WITHDRAWN:
        await _place(session, item, moment, site=site)


async def _place(session: AsyncSession, item: Item, moment: datetime, *, site: Site) -> None:
    """Wherever it may be shown; the set of kinds is complete, so it ends where it no longer may."""
    kinds = channels.consented(item)
    placing.withdraw_placements([p for p in item.placements if p.channel.kind not in kinds], moment)
    open_channels = await channels.open_to(session, item.owner_id, day(moment), site=site)
    newly = placing.appear(item, open_channels, moment)
    await placing.settle(session, item, newly, moment, site=site)
    if item.state is State.PUBLISHED and not channels.read_by_everyone(item.placements):
        await take_off(session, item, moment, site=site)


def _number(item: Item, edition: Edition) -> int:
    return next(r.station_number for r in item.releases if r.station_id == edition.station_id)
