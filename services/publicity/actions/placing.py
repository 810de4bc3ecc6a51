"""Putting an item on channels, and what follows when it can be read by everyone, or no longer can."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.publicity import channels
from services.publicity.actions import editions, facts
from services.publicity.channels import Site
from services.publicity.models import Channel, Item, Placement
from services.publicity.workflow import (
    EditionState,
    PlacementState,
    PlacementStep,
    State,
    Step,
    next_placement_state,
    next_state,
)
from shared import road
from shared.clock import day
from shared.db import new_id


def waiting_on(item: Item, channel: Channel) -> Placement:
    """The item's placement on this channel, waiting: a new one, or one that was withdrawn before."""
    for placement in item.placements:
        if placement.channel_id == channel.id:
            if placement.state is PlacementState.WITHDRAWN:
                placement.state = next_placement_state(placement.state, PlacementStep.REOPEN)
                placement.placed_at = placement.placed_by = placement.withdrawn_at = None
            return placement
    placement = Placement(
        id=new_id(), item_id=item.id, channel_id=channel.id, channel=channel, state=PlacementState.PENDING
    )
    item.placements.append(placement)
    return placement


def confirm(placement: Placement, moment: datetime, *, by: UUID | None = None) -> None:
    """The item stands there now. Raises StepNotPossible."""
    placement.state = next_placement_state(placement.state, PlacementStep.CONFIRM)
    placement.placed_at, placement.placed_by = moment, by


def withdraw_placements(placements: Iterable[Placement], moment: datetime) -> None:
    """They no longer stand, and nobody waits for them."""
    for placement in placements:
        if placement.state is not PlacementState.WITHDRAWN:
            placement.state = next_placement_state(placement.state, PlacementStep.WITHDRAW)
            placement.withdrawn_at = moment


def appear(item: Item, open_channels: Iterable[Channel], moment: datetime) -> list[Placement]:
    """A placement on every channel whose kind was consented to; those that stand at once are given back."""
    kinds, today = channels.consented(item), day(moment)
    at_once: list[Placement] = []
    for channel in open_channels:
        if channels.may_show(channel, kinds, today):
            placement = waiting_on(item, channel)
            if placement.state is PlacementState.PENDING and channels.at_once(channel):
                confirm(placement, moment)
                at_once.append(placement)
    return at_once


async def settle(
    session: AsyncSession, item: Item, newly: Iterable[Placement], moment: datetime, *, site: Site
) -> None:
    """After placements were confirmed: the first that everyone can read publishes the item; the others are told."""
    if item.state is State.DRAFT and channels.read_by_everyone(item.placements):
        draft = editions.in_state(item, EditionState.DRAFT)
        assert draft is not None
        await editions.to_live(session, item, draft, moment)
        item.state, item.published_at = next_state(item.state, Step.PUBLISH), moment
        road.record(session, facts.published(item, site))
    else:
        road.record(session, *(facts.confirmed(item, placement, site) for placement in newly))
