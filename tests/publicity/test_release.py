"""A released story is published on the channels that may show it, and on no other."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions
from services.publicity.actions import facts
from services.publicity.models import Channel, Item
from services.publicity.workflow import EditionState, PlacementState, State, Withdrawal
from shared.clock import today
from shared.db import new_id
from shared.events.publicity import ItemCorrected, ItemPublished, ItemWithdrawn, PlacementConfirmed
from shared.road.outbox import recorded
from tests.publicity.factories import (
    NAME,
    SITE,
    again,
    channel,
    editor,
    item,
    organisation,
    recalled,
    released,
    story,
)


def states(item: Item) -> dict[str, PlacementState]:
    """The state of each placement by its kind."""
    return {placement.channel.kind: placement.state for placement in item.placements}


async def test_a_release_is_published_at_once_on_an_automatic_portal(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    channel_id = await channel(session, owner_id, name="Cổng", url="https://cong.example")
    fact = released(owner_id)

    item = await actions.release_story(session, fact, site=SITE)

    assert item.id == uuid5(NAMESPACE_URL, f"urn:lantoa:item:{fact.nomination_id}:{owner_id}")
    assert (item.state, item.version) == (State.PUBLISHED, 1)
    assert recorded(session) == [facts.published(item, SITE)]
    (told,) = recorded(session)
    assert isinstance(told, ItemPublished)
    assert (told.owner_id, told.edition, told.url) == (owner_id, 1, f"{SITE.base}/p/items/{item.id}")
    assert told.story.title == fact.story.title
    assert [part.channel_id for part in told.placements] == [channel_id]
    assert (told.nominator_id, told.approver_id) == (fact.nominator_id, fact.approver_id)
    assert (told.next_organisation_id, told.next_via_id) == (fact.next_organisation_id, None)


async def test_pictures_are_told_by_our_own_address(session: AsyncSession) -> None:
    fact = released(owner_id := await organisation(session))

    item = await actions.release_story(session, fact, site=SITE)

    file_id = fact.story.pictures[0].file_id
    picture_id = uuid5(NAMESPACE_URL, f"urn:lantoa:picture:{item.id}:{file_id}")
    (told,) = recorded(session)
    assert isinstance(told, ItemPublished)
    assert [picture.url for picture in told.story.pictures] == [f"{SITE.base}/v1/pictures/{picture_id}"]
    assert item.owner_id == owner_id


async def test_the_same_release_again_changes_nothing_that_can_be_seen(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    fact = released(owner_id)
    await actions.release_story(session, fact, site=SITE)

    item = await actions.release_story(session, fact, site=SITE)

    assert [type(told) for told in recorded(session)] == [ItemPublished]
    assert (item.editions_made, len(item.placements)) == (1, 1)


async def test_an_editor_channel_waits_and_the_item_stays_unread(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id, release="editor")

    waiting = await item(session, owner_id)

    assert (waiting.state, states(waiting)) == (State.DRAFT, {"portal": PlacementState.PENDING})
    assert recorded(session) == []


async def test_automatic_is_only_for_what_everyone_can_read(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    await channel(session, owner_id, "loudspeaker", release="automatic")

    found = await item(session, owner_id)

    assert states(found) == {"portal": PlacementState.PLACED, "loudspeaker": PlacementState.PENDING}


async def test_a_kind_without_consent_gets_no_placement(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    await channel(session, owner_id, "magazine")

    found = await item(session, owner_id, channel_kinds=["portal"])

    assert states(found) == {"portal": PlacementState.PLACED}


async def test_a_channel_that_has_ended_or_not_begun_gets_no_placement(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    await channel(session, owner_id, "newspaper", to_on=today() - timedelta(days=1))
    await channel(session, owner_id, "newspaper", from_on=today() + timedelta(days=1))

    found = await item(session, owner_id)

    assert states(found) == {"portal": PlacementState.PLACED}


async def test_an_office_without_channels_uses_those_of_its_host(session: AsyncSession) -> None:
    council = await organisation(session, "Hội đồng")
    await channel(session, council)
    office = await organisation(session, "Văn phòng", host=council)
    desk = await organisation(session, "Tổ giúp việc", host=office)

    found = await item(session, desk)

    assert found.owner_id == council


async def test_the_nearest_body_with_channels_is_the_owner(session: AsyncSession) -> None:
    council = await organisation(session, "Hội đồng")
    await channel(session, council)
    office = await organisation(session, "Văn phòng", host=council)
    await channel(session, office)

    found = await item(session, office)

    assert found.owner_id == office


async def test_without_any_channel_our_own_page_is_the_portal(session: AsyncSession) -> None:
    owner_id = await organisation(session)

    found = await item(session, owner_id)

    (placement,) = found.placements
    assert (found.state, found.owner_id, placement.state) == (State.PUBLISHED, owner_id, PlacementState.PLACED)
    assert placement.channel.built_in
    assert placement.channel.url == SITE.organisation(owner_id)


async def test_our_own_page_is_made_once_and_makes_nobody_an_owner_of_channels(session: AsyncSession) -> None:
    council = await organisation(session, "Hội đồng")
    office = await organisation(session, "Văn phòng", host=council)
    await item(session, council)
    await item(session, council)

    found = await item(session, office)

    assert found.owner_id == office
    built_in = await session.scalars(select(Channel.organisation_id).where(Channel.built_in))
    assert sorted(built_in) == sorted([council, office])


async def test_a_body_nobody_has_told_of_yet_publishes_on_our_own_page(session: AsyncSession) -> None:
    unknown = new_id()

    found = await item(session, unknown)

    assert (found.owner_id, found.state) == (unknown, State.PUBLISHED)


async def test_a_grown_set_places_more_channels_and_confirms_each(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    newspaper = await channel(session, owner_id, "newspaper")
    fact = released(owner_id, channel_kinds=["portal"])
    await actions.release_story(session, fact, site=SITE)

    await actions.release_story(session, again(fact, channel_kinds=["portal", "newspaper"]), site=SITE)

    assert [type(told) for told in recorded(session)] == [ItemPublished, PlacementConfirmed]
    told = recorded(session)[1]
    assert isinstance(told, PlacementConfirmed)
    assert told.placement.channel_id == newspaper


async def test_a_second_approval_on_the_same_owner_is_a_further_edition(session: AsyncSession) -> None:
    council = await organisation(session, "Hội đồng")
    await channel(session, council)
    office = await organisation(session, "Văn phòng", host=council)
    first = released(office)
    item_1 = await actions.release_story(session, first, site=SITE)
    second = again(
        first,
        station_id=new_id(),
        station_number=2,
        station_organisation_id=council,
        story_version=2,
        story=story(title="Bài đã bổ sung"),
        next_organisation_id=None,
    )

    item_2 = await actions.release_story(session, second, site=SITE)

    assert item_2.id == item_1.id
    told = recorded(session)[1]
    assert isinstance(told, ItemCorrected)
    assert (told.edition, told.story.title, told.next_organisation_id) == (2, "Bài đã bổ sung", None)
    assert told.note == "Được phê duyệt thêm ở cấp xét thứ 2."
    assert [edition.state for edition in item_2.editions] == [EditionState.PAST, EditionState.LIVE]


async def test_a_second_approval_of_the_same_version_keeps_an_editors_correction(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    first = released(owner_id)
    found = await actions.release_story(session, first, site=SITE)
    await actions.correct(
        session, editor(owner_id), found.id, actions.Words(title="Tên đã sửa"), "Sửa tên", version=1, site=SITE
    )

    await actions.release_story(session, again(first, station_id=new_id(), station_number=2), site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemCorrected)
    assert (told.edition, told.story.title) == (3, "Tên đã sửa")


async def test_a_new_version_before_publication_replaces_the_text_that_waits(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id, release="editor")
    fact = released(owner_id)
    await actions.release_story(session, fact, site=SITE)

    found = await actions.release_story(session, again(fact, story_version=2, story=story(title="Bản hai")), site=SITE)

    drafts = [edition.title for edition in found.editions if edition.state is EditionState.DRAFT]
    assert (found.state, drafts) == (State.DRAFT, ["Bản hai"])


async def test_a_station_keeps_its_item_when_channels_move(session: AsyncSession) -> None:
    council = await organisation(session, "Hội đồng")
    await channel(session, council)
    office = await organisation(session, "Văn phòng", host=council)
    fact = released(office)
    before = await actions.release_story(session, fact, site=SITE)
    await channel(session, office)

    after = await actions.release_story(session, again(fact, story_version=2), site=SITE)

    assert (after.id, after.owner_id) == (before.id, council)


async def test_what_was_gone_comes_back_with_a_later_release(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    fact = released(owner_id)
    await actions.release_story(session, fact, site=SITE)
    await actions.recall_story(session, recalled(fact), site=SITE)

    found = await actions.release_story(session, fact, site=SITE)

    assert (found.state, found.withdrawal, found.subject_name) == (State.PUBLISHED, None, NAME)
    told = recorded(session)[-1]
    assert isinstance(told, ItemPublished)
    assert (told.edition, told.story) == (2, facts.published(found, SITE).story)
    assert states(found) == {"portal": PlacementState.PLACED}


async def test_what_an_editor_withdrew_stays_withdrawn_when_released_again(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    fact = released(owner_id)
    found = await actions.release_story(session, fact, site=SITE)
    await actions.withdraw(
        session, editor(owner_id), found.id, Withdrawal.WITHDRAWN, "Đang xác minh.", version=1, site=SITE
    )
    before = len(recorded(session))

    found = await actions.release_story(session, again(fact, story_version=2), site=SITE)

    assert (found.state, found.withdrawal) == (State.WITHDRAWN, Withdrawal.WITHDRAWN)
    assert recorded(session)[before:] == []


async def test_a_channel_of_an_ended_host_is_not_used(session: AsyncSession) -> None:
    council = await organisation(session, "Hội đồng")
    await channel(session, council, to_on=date(2025, 6, 30))
    office = await organisation(session, "Văn phòng", host=council)

    found = await item(session, office)

    assert found.owner_id == office


async def test_a_release_with_fewer_kinds_ends_where_it_no_longer_may_be_shown(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    await channel(session, owner_id, "newspaper")
    fact = released(owner_id)
    found = await actions.release_story(session, fact, site=SITE)

    await actions.release_story(session, again(fact, channel_kinds=["newspaper"]), site=SITE)

    assert states(found) == {"portal": PlacementState.WITHDRAWN, "newspaper": PlacementState.PLACED}
    assert found.state is State.PUBLISHED


async def test_a_release_for_no_place_where_everyone_reads_is_gone_for_the_public(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    fact = released(owner_id)
    found = await actions.release_story(session, fact, site=SITE)

    await actions.release_story(session, again(fact, channel_kinds=["event"]), site=SITE)

    assert found.state is State.DRAFT
    told = recorded(session)[-1]
    assert isinstance(told, ItemWithdrawn)
    assert told.withdrawal == "gone"
