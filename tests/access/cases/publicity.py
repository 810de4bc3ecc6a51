"""How the doors of publicity are asked: the portal for everybody, the desk for editors."""

from __future__ import annotations

from typing import Any

from tests.access.cases.case import Case, always, frame, tickets

SEEN, UNSEEN = "published", "not published"
WORDS = {"title": "Tiêu đề khác"}


def _item(about: str, given: Any = None, *, drafted: bool = False) -> Case:
    """A step at the desk."""
    name = "released_item" if about == SEEN else "printed_item"
    draft = ("editor@own", "PUT", f"/v1/items/{{{name}}}/draft", WORDS)
    return Case(
        {"id": name, "channel_id": "newspaper_channel"},
        always(given) if given is not None else None,
        version_at=("editor@own", f"/v1/desk/items/{{{name}}}"),
        before=[draft] if drafted else [],
    )


def publicity() -> dict[str, Case]:
    """Every row of its doors."""
    s, at = "publicity", "publicity POST /v1/items/{id}"
    asked = {
        "items": "{ items { edges { node { id } } } }",
        "item": '{ item(id: "{released_item}") { id } }',
        "organisations": "{ organisations { edges { node { id } } } }",
        "organisation": '{ organisation(slug: "noi-own") { id } }',
        "movements": "{ movements { edges { node { id } } } }",
    }
    return {
        f"{s} GET /v1/items": Case(shows="released_item"),
        f"{s} GET /v1/items/{{id}} published": Case({"id": "released_item"}),
        f"{s} GET /v1/pictures/{{id}}": Case({"id": "shown_picture"}),
        f"{s} GET /v1/events": Case(shows="released_item"),
        f"{s} GET /v1/events/stream": Case(),
        f"{s} GET /v1/desk/items": Case(shows="printed_item"),
        f"{s} GET /v1/desk/items/{{id}} published": Case({"id": "released_item"}),
        f"{s} GET /v1/desk/items/{{id}} not published": Case({"id": "printed_item"}),
        f"{at}/placements/{{channel_id}} published": _item(SEEN),
        f"{at}/placements/{{channel_id}} not published": _item(UNSEEN),
        f"{s} PUT /v1/items/{{id}}/draft published": _item(SEEN, WORDS),
        f"{s} PUT /v1/items/{{id}}/draft not published": _item(UNSEEN, WORDS),
        f"{s} DELETE /v1/items/{{id}}/draft published": _item(SEEN, drafted=True),
        f"{at}/draft/publication published": _item(SEEN, {"note": "Sửa."}, drafted=True),
        f"{at}/corrections published": _item(SEEN, {**WORDS, "note": "Sửa."}),
        f"{at}/withdrawal published": _item(SEEN, {"kind": "withdrawn", "explanation": "Xác minh."}),
        **{f"{s} GRAPHQL {name}": Case(body=always(query)) for name, query in asked.items()},
        f"{s} GET /graphql/schema": Case(),
        f"{s} GET /p": Case(),
        f"{s} GET /p/items/{{id}} published": Case({"id": "released_item"}),
        f"{s} GET /p/organisations/{{name}}": Case({"name": "=noi-own"}),
        f"{s} GET /p/style.css": Case(),
        **frame(s, "released_item"),
        **tickets(s),
    }
