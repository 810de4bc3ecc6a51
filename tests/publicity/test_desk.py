"""What editors do: each act with what it announces, and each refusal."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions, queries
from services.publicity.actions import Words, facts
from services.publicity.models import Item, WithdrawalRecord
from services.publicity.workflow import EditionState, PlacementState, State, Withdrawal
from shared.audit import AuditRow
from shared.clock import today
from shared.db import new_id
from shared.errors import Gone, NotAllowed, NotFound, NotKnownYet, PreconditionFailed, StepNotPossible
from shared.events.plans import Heir
from shared.events.publicity import ItemCorrected, ItemPublished, ItemWithdrawn, PlacementConfirmed
from shared.road.outbox import recorded
from tests.publicity.factories import SITE, TITLE, channel, editor, item, organisation, published, released


async def waiting(session: AsyncSession) -> tuple[UUID, Item, UUID]:
    """An owner whose portal waits for an editor, the item, and the portal."""
    owner_id = await organisation(session)
    channel_id = await channel(session, owner_id, release="editor")
    return owner_id, await item(session, owner_id), channel_id


async def test_placing_on_the_first_channel_publishes(session: AsyncSession) -> None:
    owner_id, found, channel_id = await waiting(session)
    mai = editor(owner_id)

    placed = await actions.place(session, mai, found.id, channel_id, version=1, site=SITE)

    assert (placed.state, placed.version) == (State.PUBLISHED, 2)
    assert [p.placed_by for p in placed.placements] == [mai.person_id]
    assert recorded(session) == [facts.published(placed, SITE)]


async def test_placing_on_a_further_channel_is_confirmed(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    newspaper = await channel(session, owner_id, "newspaper", release="editor")

    await actions.place(session, editor(owner_id), found.id, newspaper, version=1, site=SITE)

    assert [type(told) for told in recorded(session)] == [ItemPublished, PlacementConfirmed]
    told = recorded(session)[1]
    assert isinstance(told, PlacementConfirmed)
    assert (told.placement.channel_id, told.edition) == (newspaper, 1)


async def test_a_loudspeaker_alone_is_confirmed_without_telling_the_story(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    loudspeaker = await channel(session, owner_id, "loudspeaker", release="manual")
    found = await item(session, owner_id, channel_kinds=["loudspeaker"])

    placed = await actions.place(session, editor(owner_id), found.id, loudspeaker, version=1, site=SITE)

    assert placed.state is State.DRAFT
    assert [type(told) for told in recorded(session)] == [PlacementConfirmed]


async def test_placing_twice_is_refused(session: AsyncSession) -> None:
    owner_id, found, channel_id = await waiting(session)
    await actions.place(session, editor(owner_id), found.id, channel_id, version=1, site=SITE)

    with pytest.raises(StepNotPossible):
        await actions.place(session, editor(owner_id), found.id, channel_id, version=2, site=SITE)


async def test_placing_on_a_kind_nobody_agreed_to_is_refused(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    magazine = await channel(session, owner_id, "magazine", release="editor")

    with pytest.raises(actions.KindNotConsented) as refused:
        await actions.place(session, editor(owner_id), found.id, magazine, version=1, site=SITE)
    assert refused.value.params == {"kind": "tạp chí"}


async def test_placing_on_a_channel_of_somebody_else_is_refused(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    elsewhere = await channel(session, await organisation(session))

    for channel_id in (elsewhere, new_id()):
        with pytest.raises(NotKnownYet):
            await actions.place(session, editor(owner_id), found.id, channel_id, version=1, site=SITE)


async def test_a_correction_is_a_further_edition(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    words = Words(title="Tên đã sửa")

    corrected = await actions.correct(session, editor(owner_id), found.id, words, "Sửa tên.", version=1, site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemCorrected)
    assert (told.edition, told.story.title, told.note) == (2, "Tên đã sửa", "Sửa tên.")
    assert told.story.summary == facts.corrected(corrected, SITE).story.summary
    assert [(e.number, e.state) for e in corrected.editions] == [(1, EditionState.PAST), (2, EditionState.LIVE)]
    assert corrected.search.startswith("ten da sua")


async def test_a_correction_of_a_pictures_alternative_text(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    picture_id = UUID(found.editions[0].pictures[0]["id"])

    corrected = await actions.correct(
        session,
        editor(owner_id),
        found.id,
        Words(alternatives={picture_id: "Bờ biển lúc bình minh"}),
        "Mô tả lại ảnh.",
        version=1,
        site=SITE,
    )

    assert corrected.editions[-1].pictures == [
        {"id": str(picture_id), "media_type": "image/jpeg", "alternative": "Bờ biển lúc bình minh"}
    ]


async def test_a_correction_that_changes_nothing_is_refused(session: AsyncSession) -> None:
    owner_id, found = await published(session)

    with pytest.raises(actions.NothingCorrected):
        await actions.correct(session, editor(owner_id), found.id, Words(title=TITLE), "?", version=1, site=SITE)


async def test_a_correction_while_a_draft_is_open_is_refused(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    await actions.save_draft(session, editor(owner_id), found.id, Words(title="Nháp"), version=1)

    with pytest.raises(actions.DraftOpen):
        await actions.correct(session, editor(owner_id), found.id, Words(title="X"), "?", version=2, site=SITE)


async def test_a_correction_before_publication_is_refused(session: AsyncSession) -> None:
    owner_id, found, _ = await waiting(session)

    with pytest.raises(StepNotPossible):
        await actions.correct(session, editor(owner_id), found.id, Words(title="X"), "?", version=1, site=SITE)


async def test_a_draft_is_seen_by_nobody_until_it_is_published(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    mai = editor(owner_id)

    await actions.save_draft(session, mai, found.id, Words(title="Nháp"), version=1)

    session.expunge_all()
    (shown,) = await queries.shown(session, [await queries.item_to_show(session, found.id)])
    assert shown.edition.title == TITLE
    assert [type(told) for told in recorded(session)] == [ItemPublished]


async def test_a_draft_can_be_written_on_and_then_published(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    mai = editor(owner_id)
    await actions.save_draft(session, mai, found.id, Words(title="Nháp"), version=1)
    await actions.save_draft(session, mai, found.id, Words(summary="Tóm tắt mới"), version=2)

    done = await actions.publish_draft(session, mai, found.id, "Viết lại.", version=3, site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemCorrected)
    assert (told.edition, told.story.title, told.story.summary) == (2, "Nháp", "Tóm tắt mới")
    assert [edition.state for edition in done.editions] == [EditionState.PAST, EditionState.LIVE]


async def test_before_publication_the_draft_is_the_text_that_waits(session: AsyncSession) -> None:
    owner_id, found, channel_id = await waiting(session)
    mai = editor(owner_id)

    await actions.save_draft(session, mai, found.id, Words(title="Biên tập lại"), version=1)
    await actions.place(session, mai, found.id, channel_id, version=2, site=SITE)

    (told,) = recorded(session)
    assert isinstance(told, ItemPublished)
    assert (told.edition, told.story.title) == (1, "Biên tập lại")


async def test_the_text_that_waits_can_be_neither_discarded_nor_published_alone(session: AsyncSession) -> None:
    owner_id, found, _ = await waiting(session)

    with pytest.raises(StepNotPossible):
        await actions.discard_draft(session, editor(owner_id), found.id, version=1)
    with pytest.raises(StepNotPossible):
        await actions.publish_draft(session, editor(owner_id), found.id, "x", version=1, site=SITE)


async def test_a_discarded_draft_is_put_away(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    await actions.save_draft(session, editor(owner_id), found.id, Words(title="Nháp"), version=1)

    done = await actions.discard_draft(session, editor(owner_id), found.id, version=2)

    assert [edition.state for edition in done.editions] == [EditionState.LIVE, EditionState.PAST]
    with pytest.raises(actions.NoDraft):
        await actions.publish_draft(session, editor(owner_id), found.id, "x", version=3, site=SITE)


async def test_a_withdrawn_item_stays_readable_under_its_explanation(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    mai = editor(owner_id)

    done = await actions.withdraw(session, mai, found.id, Withdrawal.WITHDRAWN, "Đang xác minh.", version=1, site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemWithdrawn)
    assert (told.withdrawal, told.explanation) == ("withdrawn", "Đang xác minh.")
    assert [placement.state for placement in done.placements] == [PlacementState.WITHDRAWN]
    assert (await queries.item_to_show(session, found.id)).explanation == "Đang xác minh."
    records = (await session.execute(select(WithdrawalRecord.kind, WithdrawalRecord.by))).all()
    assert [tuple(record) for record in records] == [(Withdrawal.WITHDRAWN, mai.person_id)]


async def test_an_item_an_editor_takes_down_is_gone(session: AsyncSession) -> None:
    owner_id, found = await published(session)

    await actions.withdraw(session, editor(owner_id), found.id, Withdrawal.GONE, None, version=1, site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemWithdrawn)
    assert (told.withdrawal, told.explanation) == ("gone", None)
    with pytest.raises(Gone):
        await queries.item_to_show(session, found.id)
    with pytest.raises(Gone):
        await actions.save_draft(session, editor(owner_id), found.id, Words(title="X"), version=2)


async def test_what_was_withdrawn_can_still_be_taken_down(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    mai = editor(owner_id)
    await actions.withdraw(session, mai, found.id, Withdrawal.WITHDRAWN, "Xác minh.", version=1, site=SITE)

    done = await actions.withdraw(session, mai, found.id, Withdrawal.GONE, None, version=2, site=SITE)

    assert (done.withdrawal, done.explanation) == (Withdrawal.GONE, None)


async def test_withdrawing_what_was_never_published_is_refused(session: AsyncSession) -> None:
    owner_id, found, _ = await waiting(session)

    with pytest.raises(StepNotPossible):
        await actions.withdraw(session, editor(owner_id), found.id, Withdrawal.WITHDRAWN, "x", version=1, site=SITE)


async def test_a_stale_version_is_refused(session: AsyncSession) -> None:
    owner_id, found = await published(session)

    with pytest.raises(PreconditionFailed):
        await actions.save_draft(session, editor(owner_id), found.id, Words(title="X"), version=7)


async def test_an_item_nobody_knows_is_not_found(session: AsyncSession) -> None:
    with pytest.raises(NotFound):
        await actions.save_draft(session, editor(new_id()), new_id(), Words(title="X"), version=1)


async def test_every_act_is_noted_without_values(session: AsyncSession) -> None:
    owner_id, found = await published(session)
    mai = editor(owner_id)

    await actions.correct(session, mai, found.id, Words(title="Mới"), "Sửa.", version=1, site=SITE)
    await actions.withdraw(session, mai, found.id, Withdrawal.GONE, None, version=2, site=SITE)

    rows = (await session.scalars(select(AuditRow).order_by(AuditRow.position))).all()
    assert [(row.actor_kind, row.action, row.subject_id, row.organisation_id) for row in rows] == [
        ("system", "release", found.id, owner_id),
        ("person", "correct", found.id, owner_id),
        ("person", "withdraw", found.id, owner_id),
    ]


async def test_waiting_lists_what_waits_for_this_editor_only(session: AsyncSession) -> None:
    owner_id, found, _ = await waiting(session)
    await waiting(session)

    page = await queries.waiting_items(session, {owner_id}, after=None, limit=20)

    assert [row.id for row in page.rows] == [found.id]


async def test_the_subject_of_a_release_is_on_the_item(session: AsyncSession) -> None:
    fact = released(await organisation(session))

    found = await actions.release_story(session, fact, site=SITE)

    assert (found.subject_type, found.kind, found.field) == ("individual", "exemplar", "môi trường")


async def test_the_heirs_editor_looks_after_what_an_ended_body_published(session: AsyncSession) -> None:
    heir_id, ended_id = await organisation(session, "Nơi nhận"), new_id()
    await channel(session, ended_id)
    found = await item(session, ended_id)
    heirs = [Heir(organisation_id=heir_id)]
    await organisation(session, "Nơi cũ", id=ended_id, heirs=heirs, valid_to=today() - timedelta(days=1))

    done = await actions.correct(
        session, editor(heir_id), found.id, Words(title="Sửa"), "Sửa tên.", version=1, site=SITE
    )

    assert (done.owner_id, done.editions_made) == (ended_id, 2)
    assert await queries.kept_by(session, {heir_id}) == {heir_id, ended_id}


async def test_a_body_that_stands_is_not_looked_after_by_its_heir_to_be(session: AsyncSession) -> None:
    heir_id = await organisation(session, "Nơi nhận")
    owner_id = await organisation(session, heirs=[Heir(organisation_id=heir_id)])
    found = await item(session, owner_id)

    with pytest.raises(NotAllowed):
        await actions.correct(session, editor(heir_id), found.id, Words(title="X"), "x", version=1, site=SITE)
    assert await queries.kept_by(session, {heir_id}) == {heir_id}
