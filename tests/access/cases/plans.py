"""How the doors of plans are asked: its directory, plans with their readings and pages, duties."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from services.plans.pages.paper import NAMES as ASSETS
from tests.access.cases.case import FILE, NEW, Body, Case, always, frame, tickets
from tests.access.people import body
from tests.access.scene import movement, plan
from tests.plans.confirming.texts import PLAN

OPEN_OFFICE = {"person_name": "Lê Văn Mẫu", "role": "editor", "from_on": "2026-01-01"}


def office(**more: Any) -> Body:
    """A post at `own`."""
    return lambda _: {"person_id": str(uuid4()), "organisation_id": body("own"), **OPEN_OFFICE, **more}


def organisation(slug: str, *edges: tuple[str, str]) -> Body:
    """A body with these edges to places."""
    return lambda _: {
        "slug": slug,
        "hierarchy": "state",
        "names": [{"name": slug}],
        "edges": [{"type": kind, "to_id": body(to)} for kind, to in edges],
    }


OWN = {"id": "own"}
AT_OWN = ("administrator@own", "/v1/organisations/{own}")
AT_PLAN, AT_DRAFT = ("plan_officer@own", "/v1/plans/{plan}"), ("plan_officer@own", "/v1/plans/{draft}")
AT_DUTY, AT_OFFICE = ("plan_officer@own", "/v1/duties/{duty}"), ("administrator@own", "/v1/offices/{office}")
ISSUED, DRAFT, DUTY, OFFICE = {"id": "plan"}, {"id": "draft"}, {"id": "duty"}, {"id": "office"}


def _directory() -> dict[str, Case]:
    s = "plans"
    put, offices = f"{s} PUT /v1/organisations/{{id}}", f"{s} PUT /v1/offices/{{id}}"
    channel = {"organisation_id": body("own"), "kind": "magazine", "name": "Tạp chí"}
    revoke = f"{s} POST /v1/offices/{{id}}/revocation"
    return {
        f"{s} GET /v1/organisations": Case(),
        f"{s} GET /v1/organisations/{{id}}": Case(OWN),
        f"{put} new, below": Case(NEW, organisation("moi", ("line_of_command", "own"))),
        f"{put} renamed": Case(OWN, organisation("ten-moi", ("line_of_command", "above")), version_at=AT_OWN),
        f"{put} onto the channels of a stranger": Case(
            OWN,
            organisation("noi-own", ("line_of_command", "above"), ("standing_office_of", "other")),
            version_at=AT_OWN,
        ),
        f"{put} let go by its superior": Case(OWN, organisation("noi-own"), version_at=AT_OWN),
        f"{put} new, onto the channels of a stranger": Case(
            NEW, organisation("moi", ("line_of_command", "own"), ("standing_office_of", "other"))
        ),
        f"{s} GET /v1/offices": Case(query="?organisation_id={own}&limit=100", shows="office"),
        f"{s} GET /v1/offices/{{id}}": Case(OFFICE),
        f"{offices} new": Case(NEW, office()),
        f"{offices} for himself": Case(NEW, office(person_id="=me")),
        f"{offices} changed": Case(OFFICE, office(), version_at=AT_OFFICE),
        revoke: Case(OFFICE, version_at=AT_OFFICE),
        f"{revoke} his own": Case({"id": "=own office"}, version_at=AT_OFFICE),
        f"{s} GET /v1/channels": Case(),
        f"{s} PUT /v1/channels/{{id}} new": Case(NEW, always(channel)),
        f"{s} PUT /v1/channels/{{id}} changed": Case({"id": "portal_channel"}, always(channel), version_at=("=1", "")),
        f"{s} GET /v1/movements": Case(),
        f"{s} PUT /v1/movements/{{id}} new": Case(NEW, lambda _: movement()),
        f"{s} PUT /v1/movements/{{id}} changed": Case(
            {"id": "movement"}, lambda _: movement("Khác"), version_at=("=1", "")
        ),
    }


def _readings() -> dict[str, Case]:
    s, at = "plans", "/v1/readings/{id}"
    title = {"decisions": [{"key": "title", "standing": "dismissed"}]}
    proposed, confirmed = {"id": "reading"}, {"id": "confirmed_reading"}
    return {
        f"{s} POST /v1/readings": Case(body=lambda _: {"issuer_id": body("own"), "text": PLAN}),
        f"{s} POST /v1/readings amending": Case(
            body=lambda ids: {"issuer_id": body("own"), "text": PLAN, "amends_id": ids["plan"]}
        ),
        f"{s} GET /v1/readings": Case(shows="reading"),
        f"{s} GET {at} proposed": Case(proposed),
        f"{s} GET {at} issued": Case({"id": "issued_reading"}),
        f"{s} POST {at}/decisions proposed": Case(proposed, always(title), version_at=_reading("reading")),
        f"{s} POST {at}/issue confirmed": Case(confirmed, version_at=_reading("confirmed_reading")),
        f"{s} DELETE {at} proposed": Case(proposed, version_at=_reading("reading")),
        **_reading_pages(),
    }


def _reading_pages() -> dict[str, Case]:
    s, at = "plans", "/readings/{id}"
    proposed, confirmed, issued = ({"id": name} for name in ("reading", "confirmed_reading", "issued_reading"))
    brought = {"issuer_id": body("own"), "text": PLAN}
    decided = {"version": "1", "standing": "dismissed", "leaf": '{"key":"title"}'}
    corrected = {"version": "1", "key": "title", "value": "Khác"}
    return {
        f"{s} GET /readings": Case(shows="reading"),
        f"{s} GET /readings/assets/{{address}}": Case({"address": f"={ASSETS['desk.css']}"}),
        f"{s} POST /files/readings": Case(body=always(brought), form=True),
        f"{s} GET {at} proposed": Case(proposed),
        f"{s} GET {at} issued": Case(issued),
        f"{s} POST {at}/decisions proposed": Case(proposed, always(decided), form=True),
        f"{s} POST {at}/corrections proposed": Case(proposed, always(corrected), form=True),
        f"{s} POST {at}/discard proposed": Case(proposed, always({"version": "1"}), form=True),
        f"{s} GET {at}/issue confirmed": Case(confirmed),
        f"{s} POST {at}/issue confirmed": Case(confirmed, always({"version": "2"}), form=True),
        f"{s} GET {at}/binding issued": Case(issued),
    }


def _reading(name: str) -> tuple[str, str]:
    return "plan_officer@own", f"/v1/readings/{{{name}}}"


def plans() -> dict[str, Case]:
    """Every row of its doors."""
    s = "plans"
    at = f"{s} POST /v1/plans/{{id}}"
    later = {"due_before": "2031-01-01T00:00:00+07:00", "reason": "Bão."}
    return {
        **_directory(),
        f"{s} GET /v1/plans draft": Case(shows="draft"),
        f"{s} GET /v1/plans issued": Case(shows="plan"),
        f"{s} GET /v1/plans/{{id}} draft": Case(DRAFT),
        f"{s} GET /v1/plans/{{id}} issued": Case(ISSUED),
        f"{s} GET /v1/plans/{{id}}/versions draft": Case(DRAFT),
        f"{s} GET /v1/plans/{{id}}/versions issued": Case(ISSUED),
        f"{s} PUT /v1/plans/{{id}} new": Case(NEW, lambda _: plan(number="3")),
        f"{s} PUT /v1/plans/{{id}} draft": Case(DRAFT, lambda _: plan(number="4"), version_at=AT_DRAFT),
        f"{at}/issue draft": Case(DRAFT, version_at=AT_DRAFT),
        f"{at}/amendments issued": Case(ISSUED, lambda _: plan(number="1"), version_at=AT_PLAN),
        f"{at}/closing issued": Case(ISSUED, version_at=AT_PLAN),
        f"{at}/withdrawal issued": Case(ISSUED, version_at=AT_PLAN),
        f"{at}/earlier-duties issued": Case(ISSUED, always({"period_key": "2025-Q4"}), version_at=AT_PLAN),
        **_readings(),
        f"{s} GET /v1/duties": Case(shows="duty"),
        f"{s} GET /v1/duties/board": Case(query="?plan_id={plan}"),
        f"{s} GET /v1/duties/{{id}}": Case(DUTY),
        f"{s} POST /v1/duties/{{id}}/waiver": Case(DUTY, always({"reason": "Bão."}), version_at=AT_DUTY),
        f"{s} POST /v1/duties/{{id}}/extension": Case(DUTY, always(later), version_at=AT_DUTY),
        f"{s} POST /v1/files": Case(body=always(FILE)),
        f"{s} GET /v1/files/{{id}} of the issued plan": Case({"id": "plan_file"}),
        f"{s} GET /v1/files/{{id}} of the draft": Case({"id": "draft_file"}),
        f"{s} GET /v1/files/{{id}} of nothing yet": Case({"id": "loose_plan_file"}),
        f"{s} GET /v1/files/{{id}} of a reading": Case({"id": "reading_file"}),
        f"{s} PUT /v1/files/{{id}}/completion": Case({"id": "loose_plan_file"}),
        **frame(s, "plan"),
        **tickets(s),
    }
