"""Who stands before the doors: each office at each body, held, ended and yet to begin, and those without any."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.auth import Role
from shared.clock import today
from tests.walks.world import body_id

# `own` is the body that decides, plans and publishes; `below` the unit that nominates; `via` the body in between.
PLACES = ("above", "own", "below", "via", "other")
ROLES = tuple(role.value for role in Role)
EVERYBODY = [f"{role}@{place}" for place in PLACES for role in ROLES]
PARTIAL = ("concerned", "recused")  # approvers of `own`: the exemplar himself, and one who declared a conflict
STRANGERS = ("guest", "machine", "operations", "nobody")  # no office; systems with a scope; no token at all
SCOPES = {"machine": "publications", "operations": "operations"}
ENDED, TOMORROW = "-ended", "-tomorrow"


def slug(place: str) -> str:
    """What the body is called in addresses."""
    return f"noi-{place}"


def directory(issuer: str) -> dict[str, Any]:
    """The bodies and all who hold, held or will hold an office there."""
    above, below = {"line_of_command": "above"}, {"line_of_command": "own"}
    edges = {"own": above, "via": above, "below": below}
    day = timedelta(days=1)
    dates = {
        "": ("2025-07-01", None),
        ENDED: ("2025-07-01", str(today() - day)),
        TOMORROW: (str(today() + day), None),
    }
    return {
        "organisations": [_body(place, edges.get(place, {})) for place in PLACES],
        "offices": [
            *(_office(issuer, f"{who}{when}", who, span) for who in EVERYBODY for when, span in dates.items()),
            *(_office(issuer, who, "approver@own", dates[""]) for who in PARTIAL),
        ],
        "channels": [
            {"organisation": slug("own"), "kind": "portal", "name": "Cổng", "release": "automatic"},
            {"organisation": slug("own"), "kind": "newspaper", "name": "Báo", "release": "editor"},
        ],
    }


def _body(place: str, edges: dict[str, str]) -> dict[str, Any]:
    return {
        "slug": slug(place),
        "hierarchy": "state",
        "names": [{"name": f"Cơ quan {place}"}],
        "edges": [{"type": kind, "to": slug(to)} for kind, to in edges.items()],
    }


def _office(issuer: str, subject: str, post: str, span: tuple[str, str | None]) -> dict[str, Any]:
    role, _, place = post.partition("@")
    return {
        "organisation": slug(place),
        "issuer": issuer,
        "subject": subject,
        "person_name": subject,
        "role": role,
        "from_on": span[0],
        "to_on": span[1],
    }


def body(place: str) -> str:
    """The body's id."""
    return str(body_id(slug(place)))
