"""What may no longer be shown is taken down: where the kinds were lost, or everywhere and without a trace."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import actions, queries
from services.publicity.models import Item
from services.publicity.workflow import EditionState, PlacementState, State, Withdrawal
from shared.db import new_id
from shared.errors import Gone
from shared.events.publicity import ItemCorrected, ItemPublished, ItemWithdrawn
from shared.road.outbox import recorded
from tests.publicity.factories import (
    NAME,
    SITE,
    again,
    channel,
    editor,
    organisation,
    recalled,
    released,
    story,
)


async def test_the_last_kind_of_the_last_release_takes_the_item_down(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)

    await actions.recall_story(session, recalled(fact), site=SITE)

    assert (item.state, item.withdrawal, item.subject_name) == (State.WITHDRAWN, Withdrawal.GONE, None)
    assert [placement.state for placement in item.placements] == [PlacementState.WITHDRAWN]
    told = recorded(session)[-1]
    assert isinstance(told, ItemWithdrawn)
    assert (told.withdrawal, told.explanation, told.withdrawn_at) == ("gone", None, item.withdrawn_at)
    assert (told.nominator_id, told.approver_id) == (fact.nominator_id, fact.approver_id)


async def test_what_was_never_public_goes_without_a_word(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id, release="editor")
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)

    await actions.recall_story(session, recalled(fact), site=SITE)

    assert (item.state, item.withdrawal) == (State.WITHDRAWN, Withdrawal.GONE)
    assert recorded(session) == []


async def test_a_recall_of_what_never_came_here_changes_nothing(session: AsyncSession) -> None:
    await actions.recall_story(session, recalled(released(new_id())), site=SITE)

    assert (await session.scalars(select(Item))).all() == []
    assert recorded(session) == []


async def test_a_recall_twice_is_told_once(session: AsyncSession) -> None:
    fact = released(await organisation(session))
    await actions.release_story(session, fact, site=SITE)
    await actions.recall_story(session, recalled(fact), site=SITE)

    await actions.recall_story(session, recalled(fact), site=SITE)

    assert [type(told) for told in recorded(session)] == [ItemPublished, ItemWithdrawn]


async def test_a_recall_of_some_kinds_ends_those_placements_only(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    await channel(session, owner_id, "newspaper")
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)

    await actions.recall_story(session, recalled(fact, "newspaper"), site=SITE)

    states = {placement.channel.kind: placement.state for placement in item.placements}
    assert states == {"portal": PlacementState.PLACED, "newspaper": PlacementState.WITHDRAWN}
    assert item.state is State.PUBLISHED
    assert [type(told) for told in recorded(session)] == [ItemPublished]


async def test_a_kind_that_comes_back_is_placed_again(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    await channel(session, owner_id, "newspaper")
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)
    await actions.recall_story(session, recalled(fact, "newspaper"), site=SITE)

    await actions.release_story(session, fact, site=SITE)

    states = {placement.channel.kind: placement.state for placement in item.placements}
    assert states == {"portal": PlacementState.PLACED, "newspaper": PlacementState.PLACED}


async def test_without_a_place_where_everyone_reads_the_item_is_gone_for_the_public_only(
    session: AsyncSession,
) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    loudspeaker = await channel(session, owner_id, "loudspeaker", release="manual")
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)

    await actions.recall_story(session, recalled(fact, "portal", "newspaper"), site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemWithdrawn)
    assert (told.withdrawal, item.state) == ("gone", State.DRAFT)
    with pytest.raises(Gone):
        await queries.item_to_show(session, item.id)
    placed = await actions.place(session, editor(owner_id), item.id, loudspeaker, version=2, site=SITE)
    assert placed.state is State.DRAFT


async def test_the_item_stands_while_any_release_of_it_stands(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    first = released(owner_id)
    second = again(first, station_id=new_id(), station_number=2)
    await actions.release_story(session, first, site=SITE)
    item = await actions.release_story(session, second, site=SITE)

    await actions.recall_story(session, recalled(first), site=SITE)

    assert item.state is State.PUBLISHED
    await actions.recall_story(session, recalled(second), site=SITE)
    assert item.withdrawal is Withdrawal.GONE


async def test_a_text_whose_approval_ended_gives_way_to_the_one_that_still_has_its_own(
    session: AsyncSession,
) -> None:
    owner_id = await organisation(session)
    await channel(session, owner_id)
    first = released(owner_id)
    second = again(
        first, station_id=new_id(), station_number=2, story_version=2, story=story(title="Chỉ cấp trên duyệt")
    )
    await actions.release_story(session, first, site=SITE)
    item = await actions.release_story(session, second, site=SITE)

    await actions.recall_story(session, recalled(second), site=SITE)

    told = recorded(session)[-1]
    assert isinstance(told, ItemCorrected)
    assert (told.edition, told.story.title) == (3, first.story.title)
    assert [edition.title for edition in item.editions] == [first.story.title, None, first.story.title]


async def test_an_item_under_an_editors_banner_is_gone_when_consent_is(session: AsyncSession) -> None:
    owner_id = await organisation(session)
    fact = released(owner_id)
    item = await actions.release_story(session, fact, site=SITE)
    await actions.withdraw(
        session, editor(owner_id), item.id, Withdrawal.WITHDRAWN, f"{NAME} xin rút.", version=1, site=SITE
    )

    await actions.recall_story(session, recalled(fact), site=SITE)

    assert (item.withdrawal, item.explanation) == (Withdrawal.GONE, None)
    assert [edition.state for edition in item.editions] == [EditionState.PAST]
