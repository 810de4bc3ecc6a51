"""Facts of the service publicity: the public contract for portals and newsrooms."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events.base import Event, Part
from shared.events.nominations import Result


class PlacementPart(Part):
    """The item on one channel of its owner."""

    placement_id: UUID
    channel_id: UUID
    kind: str
    name: str
    url: str | None = None


class PublicPicture(Part):
    """A picture of a published story at its public address."""

    url: str
    media_type: str
    alternative: str


class PublishedStory(Part):
    """The text as it is shown."""

    title: str
    summary: str
    body: str | None = None
    results: list[Result] = []
    pictures: list[PublicPicture] = []
    credit: str | None = None
    language: str = "vi"


class ItemFact(Event):
    """A fact of one item: one story on the channels of `owner_id`."""

    service: ClassVar[str] = "publicity"
    aggregate: ClassVar[str] = "item"
    key: ClassVar[str] = "item_id"
    public: ClassVar[bool] = True
    # Who handled it, and to whom it goes on, is nothing that was published.
    inside: ClassVar[frozenset[str]] = frozenset({"nominator_id", "approver_id", "next_organisation_id", "next_via_id"})

    item_id: UUID
    nomination_id: UUID
    owner_id: UUID  # the organisation whose channels show it
    organisation_id: UUID  # the organisation that nominated
    edition: int
    url: str


class ItemStory(ItemFact):
    """An item with its text."""

    story: PublishedStory
    subject_type: str
    subject_name: str
    kind: str
    field: str | None = None
    movement_id: UUID | None = None
    placements: list[PlacementPart] = []
    published_at: datetime
    nominator_id: UUID
    approver_id: UUID
    next_organisation_id: UUID | None = None
    next_via_id: UUID | None = None


class ItemPublished(ItemStory):
    """The story can be read by everyone from now on: the item's first placement, or its return after a take-down.

    Heard by: nominations, notifications.
    """

    past: ClassVar[str] = "published"


class ItemCorrected(ItemStory):
    """A further edition replaced the text; `note` says what was corrected.

    Heard by: notifications.
    """

    past: ClassVar[str] = "corrected"

    note: str | None = None


class ItemWithdrawn(ItemFact):
    """The item was taken down: `gone` leaves nothing, `withdrawn` stays readable under a banner with `explanation`.

    Heard by: nominations, notifications.
    """

    past: ClassVar[str] = "withdrawn"

    withdrawal: str
    explanation: str | None = None
    withdrawn_at: datetime
    nominator_id: UUID
    approver_id: UUID


class PlacementConfirmed(ItemFact):
    """The item stands on one more channel.

    Heard by: nominations, notifications.
    """

    past: ClassVar[str] = "placement_confirmed"

    placement: PlacementPart
    placed_at: datetime


FACTS: list[type[Event]] = [ItemPublished, ItemCorrected, ItemWithdrawn, PlacementConfirmed]
