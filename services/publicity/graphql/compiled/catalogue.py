"""What each field of the graph is in SQL: an expression that PostgreSQL prints in JSON as our scalars do.

Rows of the page are called `items`, `organisations` or `movements`; `{site}` and `{today}` are places for values.
`nodes` says the same in Python; a test asks both the same generated questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Object:
    """A type of the graph; its fields by name."""

    name: str
    fields: Mapping[str, str | Nested]


@dataclass(frozen=True, slots=True)
class Nested:
    """An object, or with `many` a list of them, from `rows` (a FROM clause, and what follows it).

    One object is from `join` instead, beside the items: twenty of them are then joined at once, not looked up one by
    one. It is null where the expression `there` is.
    """

    of: Object
    rows: str = ""
    many: bool = False
    join: str = ""
    there: str | None = None


def _moment(column: str) -> str:
    """As `datetime.isoformat` prints it: PostgreSQL alone would leave out trailing zeros."""
    utc = f"{column} AT TIME ZONE 'UTC'"
    whole = """'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'"""
    exact = """'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'"""
    return f"to_char({utc}, CASE WHEN date_trunc('second', {column}) = {column} THEN {whole} ELSE {exact} END)"


def _body(alias: str, id: str) -> Nested:
    """A body as it is called today."""
    name = (
        f"SELECT name FROM organisation_names WHERE organisation_id = {id} "
        "AND (from_on IS NULL OR from_on <= {today}) ORDER BY from_on DESC NULLS LAST LIMIT 1"
    )
    told = Object("OrganisationRef", {"id": id, "slug": f"{alias}.slug", "name": f"({name})"})
    return Nested(told, join=f"LEFT JOIN organisations AS {alias} ON {alias}.id = {id}")


RESULT = Object("Result", {"label": "told ->> 'label'", "value": "told ->> 'value'"})
PICTURE = Object(
    "Picture",
    {
        "url": "{site} || '/v1/pictures/' || (told ->> 'id')",
        "mediaType": "told ->> 'media_type'",
        "alternative": "told ->> 'alternative'",
    },
)
PLACEMENT = Object(
    "Placement",
    {
        "channelId": "channels.id",
        "kind": "channels.kind",
        "name": "channels.name",
        "url": "channels.url",
        "placedAt": _moment("placements.placed_at"),
    },
)
MOVEMENT = Object(
    "Movement",
    {
        "id": "movements.id",
        "name": "movements.name",
        "aliases": "array_to_json(ARRAY(SELECT jsonb_array_elements_text(movements.aliases)))",
        "launchedBy": "movements.launched_by",
        "launchedOn": "movements.launched_on",
    },
)
ITEM = Object(
    "Item",
    {
        "id": "items.id",
        "nominationId": "items.nomination_id",
        "url": "{site} || '/p/items/' || items.id",
        "state": "items.state",
        "explanation": "items.explanation",
        "edition": "coalesce(editions.number, 0)",
        "note": "editions.note",
        "title": "coalesce(editions.title, '')",
        "summary": "coalesce(editions.summary, '')",
        "body": "editions.body",
        "results": Nested(
            RESULT, "FROM jsonb_array_elements(editions.results) WITH ORDINALITY AS r(told, place) ORDER BY place", True
        ),
        "pictures": Nested(
            PICTURE,
            "FROM jsonb_array_elements(editions.pictures) WITH ORDINALITY AS p(told, place) ORDER BY place",
            True,
        ),
        "credit": "editions.credit",
        "language": "'vi'::text",
        "subjectType": "items.subject_type",
        "subjectName": "coalesce(items.subject_name, '')",
        "kind": "items.kind",
        "field": "items.field",
        "owner": _body("owners", "items.owner_id"),
        "organisation": _body("units", "items.organisation_id"),
        "movement": Nested(
            MOVEMENT, join="LEFT JOIN movements ON movements.id = items.movement_id", there="movements.id"
        ),
        "placements": Nested(
            PLACEMENT,
            "FROM placements JOIN channels ON channels.id = placements.channel_id "
            "WHERE placements.item_id = items.id AND placements.state = 'placed' ORDER BY placements.id",
            True,
        ),
        "publishedAt": _moment("items.published_at"),
        "correctedAt": _moment("items.corrected_at"),
        "withdrawnAt": _moment("items.withdrawn_at"),
    },
)
