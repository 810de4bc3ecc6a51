"""A released story may no longer be shown, on some kinds of channel or at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import channels, queries
from services.publicity.actions import editions, facts, placing
from services.publicity.actions.takedown import take_down, take_off
from services.publicity.channels import Site
from services.publicity.models import Edition, Item, Release
from services.publicity.workflow import EditionState, State, Step, Withdrawal, next_state
from shared import audit, road
from shared.auth import SYSTEM
from shared.clock import now
from shared.events.nominations import StoryRecalled

BACK = "Trở lại nội dung đã được phê duyệt trước đó."


async def recall_story(session: AsyncSession, fact: StoryRecalled, *, site: Site) -> None:
    """The placements of the lost kinds end; with the last kind of the last release the item is gone.

    A recall of what was never released here, or again, changes nothing.
    """
    item_id = await queries.item_of_station(session, fact.station_id)
    if item_id is None:
        return
    item, moment = await queries.item_to_change(session, item_id), now()
    release = next(r for r in item.releases if r.station_id == fact.station_id)
    left = [kind for kind in fact.channel_kinds if kind not in fact.lost_kinds]
    if release.channel_kinds == left:
        return
    release.channel_kinds = left
    if not release.channel_kinds:
        release.ended_at = moment
    if item.withdrawal is not Withdrawal.GONE:
        await _narrow(session, item, release, moment, site=site)
    item.version += 1
    audit.note(session, SYSTEM, "recall", ("item", item.id), organisation_id=item.owner_id)
    await session.flush()


async def _narrow(session: AsyncSession, item: Item, release: Release, moment: datetime, *, site: Site) -> None:
    kinds = channels.consented(item)
    placing.withdraw_placements([p for p in item.placements if p.channel.kind not in kinds], moment)
    text = _approved_text(item, release)
    if text is None or not _may_stand(item, kinds):
        await take_down(session, item, moment, site=site)
        return
    if text is not editions.current(item):
        await _go_back(session, item, text, moment)
    if item.state is State.PUBLISHED and not channels.read_by_everyone(item.placements):
        await take_off(session, item, moment, site=site)
    elif item.state is State.PUBLISHED and text is not editions.current(item):
        road.record(session, facts.corrected(item, site))
    if release.ended_at is not None:
        editions.blank(item, [e for e in item.editions if e.station_id == release.station_id])


def _may_stand(item: Item, kinds: set[str]) -> bool:
    """An item under an editor's banner is still read by everyone; one without any kind is read by nobody."""
    return bool(kinds & channels.ONLINE_KINDS if item.state is State.WITHDRAWN else kinds)


def _approved_text(item: Item, ended: Release) -> Edition | None:
    """The text that stands if its approval does, else the newest that rests on one that does."""
    now_shown = editions.current(item)
    if ended.ended_at is None or now_shown is None or now_shown.station_id != ended.station_id:
        return now_shown
    standing = {release.station_id for release in item.releases if release.ended_at is None}
    return next((e for e in reversed(item.editions) if e.station_id in standing and e.title is not None), None)


async def _go_back(session: AsyncSession, item: Item, text: Edition, moment: datetime) -> None:
    edition = editions.copied(item, text, moment)
    edition.note = BACK
    if item.state is State.DRAFT:
        await editions.to_draft(session, item, edition)
        return
    if (draft := editions.in_state(item, EditionState.DRAFT)) is not None and draft.station_id != text.station_id:
        draft.state = EditionState.PAST
    await editions.to_live(session, item, edition, moment)
    if item.state is State.PUBLISHED:
        item.state, item.corrected_at = next_state(item.state, Step.CORRECT), moment
