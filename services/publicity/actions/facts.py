"""The facts that publicity announces, made from an item as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.publicity.actions.editions import in_state
from services.publicity.channels import Site, placed
from services.publicity.models import Edition, Item, Placement
from services.publicity.workflow import EditionState, Withdrawal
from shared.events.nominations import Result
from shared.events.publicity import (
    ItemCorrected,
    ItemPublished,
    ItemWithdrawn,
    PlacementConfirmed,
    PlacementPart,
    PublicPicture,
    PublishedStory,
)


def published(item: Item, site: Site) -> ItemPublished:
    """Everyone can read it from now on."""
    return ItemPublished(**_whole(item, site))


def corrected(item: Item, site: Site) -> ItemCorrected:
    """The live edition replaced another."""
    return ItemCorrected(**_whole(item, site), note=_live(item).note)


def withdrawn(item: Item, kind: Withdrawal, site: Site, *, at: datetime) -> ItemWithdrawn:
    """It was taken down; `gone` tells no reason."""
    return ItemWithdrawn(
        **_which(item, site),
        withdrawal=kind.value,
        explanation=item.explanation,
        withdrawn_at=at,
        nominator_id=item.nominator_id,
        approver_id=item.approver_id,
    )


def confirmed(item: Item, placement: Placement, site: Site) -> PlacementConfirmed:
    """It stands on one more channel."""
    assert placement.placed_at is not None
    return PlacementConfirmed(**_which(item, site), placement=_place(placement), placed_at=placement.placed_at)


def _live(item: Item) -> Edition:
    edition = in_state(item, EditionState.LIVE)
    assert edition is not None
    return edition


def _which(item: Item, site: Site) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "nomination_id": item.nomination_id,
        "owner_id": item.owner_id,
        "organisation_id": item.organisation_id,
        "edition": item.editions_made,
        "url": site.item(item.id),
    }


def _whole(item: Item, site: Site) -> dict[str, Any]:
    return {
        **_which(item, site),
        "story": _story(_live(item), site),
        "subject_type": item.subject_type,
        "subject_name": item.subject_name,
        "kind": item.kind,
        "field": item.field,
        "movement_id": item.movement_id,
        "placements": [_place(placement) for placement in placed(item)],
        "published_at": item.published_at,
        "nominator_id": item.nominator_id,
        "approver_id": item.approver_id,
        "next_organisation_id": item.next_organisation_id,
        "next_via_id": item.next_via_id,
    }


def _story(edition: Edition, site: Site) -> PublishedStory:
    pictures = [
        PublicPicture(
            url=site.picture(UUID(picture["id"])),
            media_type=picture["media_type"],
            alternative=picture["alternative"],
        )
        for picture in edition.pictures
    ]
    return PublishedStory(
        title=edition.title or "",
        summary=edition.summary or "",
        body=edition.body,
        results=[Result(**result) for result in edition.results],
        pictures=pictures,
        credit=edition.credit,
    )


def _place(placement: Placement) -> PlacementPart:
    channel = placement.channel
    return PlacementPart(
        placement_id=placement.id,
        channel_id=channel.id,
        kind=channel.kind,
        name=channel.name,
        url=channel.url,
    )
