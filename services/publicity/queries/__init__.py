"""Reads of publicity: for its own changes, for the public, for its editors, and for those who catch up."""

from services.publicity.queries.catch_up import CursorTooOld, cursor_behind, newest_cursor, sent_facts
from services.publicity.queries.changing import (
    channels_of,
    has_channels,
    item_of_station,
    item_to_change,
    names_beside,
)
from services.publicity.queries.desk import count_waiting, desk_item, keepers, kept_by, waiting_items
from services.publicity.queries.public import (
    READABLE,
    Body,
    ItemFilter,
    Shown,
    conditions,
    item_to_show,
    narrowed,
    picture_to_show,
    published_items,
    shown,
)
from services.publicity.queries.register import (
    MOVEMENT_ORDER,
    ORGANISATION_ORDER,
    Lineage,
    lineages,
    movement,
    movements,
    organisation,
    organisations,
)
from services.publicity.queries.searching import PUBLISHED_ORDER
from services.publicity.queries.words import search_query, search_text

__all__ = [
    "MOVEMENT_ORDER",
    "ORGANISATION_ORDER",
    "PUBLISHED_ORDER",
    "READABLE",
    "Body",
    "CursorTooOld",
    "ItemFilter",
    "Lineage",
    "Shown",
    "channels_of",
    "conditions",
    "count_waiting",
    "cursor_behind",
    "desk_item",
    "has_channels",
    "item_of_station",
    "item_to_change",
    "item_to_show",
    "keepers",
    "kept_by",
    "lineages",
    "movement",
    "movements",
    "names_beside",
    "narrowed",
    "newest_cursor",
    "organisation",
    "organisations",
    "picture_to_show",
    "published_items",
    "search_query",
    "search_text",
    "sent_facts",
    "shown",
    "waiting_items",
]
