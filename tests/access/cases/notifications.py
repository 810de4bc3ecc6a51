"""How the doors of notifications are asked: what is a person's own, and webhooks of a body or a system."""

from __future__ import annotations

from typing import Any

from tests.access.cases.case import LET_IN, Body, Case, always, frame
from tests.access.people import body
from tests.access.scene import UNSENT

EMAIL = {"address": "mau@coquan.example.vn"}


def _hook(name: str, *, state: str | None = None, given: Any = None) -> Case:
    """A step on the endpoint of that name; `state` is what its keeper does first."""
    who = "machine" if name.startswith("machine") else "administrator@own"
    return Case(
        {"endpoint_id": name, "delivery_id": f"{name}_delivery"},
        given,
        version_at=(who, f"/v1/webhooks/{{{name}}}"),
        before=[(who, "POST", f"/v1/webhooks/{{{name}}}/{state}", None)] if state else [],
    )


def wish(place: str | None) -> Body:
    """An endpoint for a body, or the calling system's own."""
    return lambda _: {"url": f"{UNSENT}/khac", "organisation_id": body(place) if place else None}


def notifications() -> dict[str, Case]:
    """Every row of its doors."""
    s, at = "notifications", "/v1/webhooks/{endpoint_id}"
    cases = {
        f"{s} GET /v1/me/contact-points/email his own": Case(),
        f"{s} PUT /v1/me/contact-points/email his own": Case(body=always(EMAIL), version_at=("=0", "")),
        f"{s} DELETE /v1/me/contact-points/email his own": Case(version_at=("=0", ""), done=LET_IN | {412}),
        f"{s} PUT /v1/me/contact-points/email/confirmation his own": Case(
            body=always({"code": "ABCDE-23456"}), done=LET_IN
        ),
        f"{s} GET /v1/me/preferences his own": Case(),
        f"{s} PUT /v1/me/preferences his own": Case(body=always({"items": []}), version_at=("=0", "")),
        f"{s} GET /v1/messages the nominator's": Case(query="?limit=100", shows="message"),
        f"{s} POST /v1/messages/read the nominator's": Case(body=lambda ids: {"up_to": ids["message"]}),
        f"{s} POST /v1/messages/{{message_id}}/read the nominator's": Case({"message_id": "message"}),
        f"{s} GRAPHQL messages the nominator's": Case(
            body=always("{ messages(first: 100) { edges { node { id } } } }"), shows="message"
        ),
        f"{s} GRAPHQL unreadCount his own": Case(body=always("{ unreadCount }")),
        f"{s} GRAPHQL markRead the nominator's": Case(body=always('mutation { markRead(id: "{message}") { id } }')),
        f"{s} GRAPHQL markAllRead the nominator's": Case(body=always('mutation { markAllRead(upTo: "{message}") }')),
        f"{s} GET /graphql/schema": Case(),
        f"{s} GET /v1/webhooks": Case(query="?limit=100", shows="hook"),
        f"{s} GET /v1/webhooks of a system": Case(query="?limit=100", shows="machine_hook"),
        f"{s} PUT {at} new, of the body": Case({"endpoint_id": "new"}, wish("own")),
        f"{s} PUT {at} new, of a system": Case({"endpoint_id": "new"}, wish(None)),
        f"{s} PUT {at} handed to a stranger": _hook("hook", given=wish("other")),
        **frame(s, "hook"),
    }
    for about, name in (("of the body", "hook"), ("of a system", "machine_hook")):
        own = wish("own" if name == "hook" else None)
        cases |= {
            f"{s} GET {at} {about}": _hook(name),
            f"{s} PUT {at} {about}": _hook(name, given=own),
            f"{s} DELETE {at} {about}": _hook(name),
            f"{s} POST {at}/pause {about}": _hook(name),
            f"{s} POST {at}/resumption {about}": _hook(name, state="pause"),
            f"{s} POST {at}/disablement {about}": _hook(name),
            f"{s} POST {at}/secret/rotation {about}": _hook(name),
            f"{s} POST {at}/test {about}": _hook(name),
            f"{s} GET {at}/deliveries {about}": _hook(name),
            f"{s} POST /v1/deliveries/{{delivery_id}}/retry {about}": _hook(name),
        }
    return cases
