"""What editors do with an item of their organisation: place, word, correct, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import channels, permissions, queries
from services.publicity.actions import editions, facts, placing
from services.publicity.actions.editions import Words
from services.publicity.actions.takedown import keep_record, take_down
from services.publicity.channels import Site
from services.publicity.models import Channel, Edition, Item
from services.publicity.workflow import EditionState, Step, Withdrawal, next_state
from shared import audit, road
from shared.auth import Actor
from shared.clock import day, now
from shared.conditional import check_version
from shared.errors import Conflict, Gone, Invalid, NotKnownYet

Check = Callable[[Actor, Item, Collection[UUID]], None]


class KindNotConsented(Conflict):
    """The subject did not agree to this kind of channel, or the channel does not serve that day. Params: `kind`."""

    code = "kind-not-consented"


class DraftOpen(Conflict):
    """A correction while a draft is being written: one of the two would be lost."""

    code = "draft-open"


class NoDraft(Conflict):
    """There is no draft to publish or to discard."""

    code = "no-draft"


class NothingCorrected(Invalid):
    """A correction that changes nothing."""

    code = "nothing-corrected"


async def place(
    session: AsyncSession, actor: Actor, item_id: UUID, channel_id: UUID, *, version: int, site: Site
) -> Item:
    """The item stands on this channel now; its first where everyone can read publishes it.

    Raises NotFound, NotAllowed, Gone, PreconditionFailed, StepNotPossible, NotKnownYet, KindNotConsented.
    """
    item = await _item(session, actor, item_id, permissions.check_may_place, version=version)
    item.state, moment = next_state(item.state, Step.PLACE), now()
    channel = await session.get(Channel, channel_id)
    if channel is None or channel.organisation_id not in await queries.keepers(session, item.owner_id):
        raise NotKnownYet(id=str(channel_id), pointer="#/path/channel_id")
    if not channels.may_show(channel, channels.consented(item), day(moment)):
        raise KindNotConsented(kind=channels.KIND_NAMES.get(channel.kind, channel.kind))
    placement = placing.waiting_on(item, channel)
    placing.confirm(placement, moment, by=actor.person_id)
    await placing.settle(session, item, [placement], moment, site=site)
    return await _done(session, actor, item, "place", ["placements"])


async def save_draft(session: AsyncSession, actor: Actor, item_id: UUID, words: Words, *, version: int) -> Item:
    """The draft reads like this now; nobody else sees it. Before publication it is the text that waits.

    Raises NotFound, NotAllowed, Gone, PreconditionFailed, StepNotPossible.
    """
    item = await _item(session, actor, item_id, permissions.check_may_draft, version=version)
    item.state = next_state(item.state, Step.REVISE)
    draft = editions.in_state(item, EditionState.DRAFT)
    if draft is None:
        draft = _fresh(item, actor, now())
        await editions.to_draft(session, item, draft)
    changed = editions.reword(draft, words)
    return await _done(session, actor, item, "draft", changed)


async def discard_draft(session: AsyncSession, actor: Actor, item_id: UUID, *, version: int) -> Item:
    """What was being written is put away; the text everyone reads stays.

    Raises NotFound, NotAllowed, Gone, PreconditionFailed, StepNotPossible, NoDraft.
    """
    item, _ = await _item_with_draft(session, actor, item_id, version=version)
    for edition in item.editions:
        if edition.state is EditionState.DRAFT:
            edition.state = EditionState.PAST
    return await _done(session, actor, item, "discard_draft", [])


async def publish_draft(
    session: AsyncSession, actor: Actor, item_id: UUID, note: str, *, version: int, site: Site
) -> Item:
    """The draft replaces what everyone reads, as a further edition.

    Raises NotFound, NotAllowed, Gone, PreconditionFailed, StepNotPossible, NoDraft.
    """
    item, draft = await _item_with_draft(session, actor, item_id, version=version)
    return await _show(session, actor, item, draft, note=note, action="publish_draft", site=site)


async def correct(
    session: AsyncSession, actor: Actor, item_id: UUID, words: Words, note: str, *, version: int, site: Site
) -> Item:
    """A further edition with these words, at once.

    Raises NotFound, NotAllowed, Gone, PreconditionFailed, StepNotPossible, DraftOpen, NothingCorrected.
    """
    item = await _item(session, actor, item_id, permissions.check_may_correct, version=version)
    next_state(item.state, Step.CORRECT)
    if editions.in_state(item, EditionState.DRAFT) is not None:
        raise DraftOpen
    edition = _fresh(item, actor, now())
    if not editions.reword(edition, words):
        raise NothingCorrected(pointer="#")
    return await _show(session, actor, item, edition, note=note, action="correct", site=site)


async def withdraw(
    session: AsyncSession,
    actor: Actor,
    item_id: UUID,
    kind: Withdrawal,
    explanation: str | None,
    *,
    version: int,
    site: Site,
) -> Item:
    """`withdrawn` stays readable under a banner with the explanation; of `gone` nothing is left.

    Raises NotFound, NotAllowed, Gone, PreconditionFailed, StepNotPossible.
    """
    item = await _item(session, actor, item_id, permissions.check_may_withdraw, version=version)
    moment = now()
    if kind is Withdrawal.GONE:
        await take_down(session, item, moment, site=site, by=actor.person_id)
    else:
        item.state, item.withdrawal = next_state(item.state, Step.WITHDRAW), kind
        item.withdrawn_at, item.explanation = moment, explanation
        placing.withdraw_placements(item.placements, moment)
        keep_record(session, item, kind, moment, by=actor.person_id)
        road.record(session, facts.withdrawn(item, kind, site, at=moment))
    return await _done(session, actor, item, "withdraw", ["withdrawal"])


async def _item(session: AsyncSession, actor: Actor, item_id: UUID, check: Check, *, version: int) -> Item:
    item = await queries.item_to_change(session, item_id)
    check(actor, item, await queries.keepers(session, item.owner_id))
    if item.withdrawal is Withdrawal.GONE:
        raise Gone
    check_version(item, version)
    return item


def _fresh(item: Item, actor: Actor, moment: datetime) -> Edition:
    before = editions.current(item)
    assert before is not None
    edition = editions.copied(item, before, moment)
    edition.created_by = actor.person_id
    return edition


async def _item_with_draft(session: AsyncSession, actor: Actor, item_id: UUID, *, version: int) -> tuple[Item, Edition]:
    item = await _item(session, actor, item_id, permissions.check_may_draft, version=version)
    next_state(item.state, Step.CORRECT)  # before publication the draft is the text that waits for its channels
    draft = editions.in_state(item, EditionState.DRAFT)
    if draft is None:
        raise NoDraft
    return item, draft


async def _show(
    session: AsyncSession, actor: Actor, item: Item, edition: Edition, *, note: str, action: str, site: Site
) -> Item:
    moment = now()
    edition.note = note
    item.state, item.corrected_at = next_state(item.state, Step.CORRECT), moment
    await editions.to_live(session, item, edition, moment)
    road.record(session, facts.corrected(item, site))
    return await _done(session, actor, item, action, ["editions"])


async def _done(session: AsyncSession, actor: Actor, item: Item, action: str, fields: list[str]) -> Item:
    item.version += 1
    audit.note(session, actor, action, ("item", item.id), organisation_id=item.owner_id, fields=fields)
    await session.flush()
    return item
