"""How each row of the table is asked: the ids in its path, its body, and what its answer must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from services.plans.pages.paper import NAMES as ASSETS
from tests.access.people import body
from tests.access.scene import REASON, UNSENT, Ids, consent, movement, nomination, plan
from tests.plans.confirming.texts import PLAN

Body = Callable[[Ids], Any]
FOUND = frozenset({200, 201, 202, 204, 302, 303})
# what is let in and then finds that nothing needs doing is let in
LET_IN = FOUND | {404, 409, 422}


@dataclass(frozen=True)
class Case:
    """`path`: which id of the scene stands for each name in the path; `new` is an id that nothing has."""

    path: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    query: str = ""
    shows: str | None = None  # the answer names this id of the scene
    version_at: tuple[str, str] | None = None  # who reads where, to know the version; ids of the scene in braces
    before: Sequence[tuple[str, str, str, Any]] = ()  # who, method, path, body: done first, and undone with the rest
    done: frozenset[int] = FOUND
    form: bool = False


def _given(value: Any) -> Body:
    return lambda _: value


FILE = {"name": "a.pdf", "media_type": "application/pdf", "size_bytes": 9, "sha256": "0" * 64}
OPEN_OFFICE = {"person_name": "Lê Văn Mẫu", "role": "editor", "from_on": "2026-01-01"}
EMAIL = {"address": "mau@coquan.example.vn"}


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
NEW = {"id": "new"}


def _frame(service: str, shows: str) -> dict[str, Case]:
    retry = f"{service} POST /v1/parked/{{producer}}/{{aggregate_id}}/retry"
    return {
        f"{service} GET /v1/me": Case(),
        f"{service} GET /v1/audit": Case(query="?limit=100", shows=shows),
        f"{service} GET /v1/parked": Case(),
        retry: Case({"producer": "=plans", "aggregate_id": "new"}, done=frozenset({404})),
    }


def _tickets(service: str) -> dict[str, Case]:
    return {
        f"{service} GET /files/{{ticket}} by its link": Case({"ticket": f"{service}_link"}),
        f"{service} POST /files/{{ticket}} by its form": Case({"ticket": f"{service}_form"}, form=True),
    }


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
        f"{s} PUT /v1/channels/{{id}} new": Case(NEW, _given(channel)),
        f"{s} PUT /v1/channels/{{id}} changed": Case({"id": "portal_channel"}, _given(channel), version_at=("=1", "")),
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
        f"{s} POST {at}/decisions proposed": Case(proposed, _given(title), version_at=_reading("reading")),
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
        f"{s} POST /files/readings": Case(body=_given(brought), form=True),
        f"{s} GET {at} proposed": Case(proposed),
        f"{s} GET {at} issued": Case(issued),
        f"{s} POST {at}/decisions proposed": Case(proposed, _given(decided), form=True),
        f"{s} POST {at}/corrections proposed": Case(proposed, _given(corrected), form=True),
        f"{s} POST {at}/discard proposed": Case(proposed, _given({"version": "1"}), form=True),
        f"{s} GET {at}/issue confirmed": Case(confirmed),
        f"{s} POST {at}/issue confirmed": Case(confirmed, _given({"version": "2"}), form=True),
        f"{s} GET {at}/binding issued": Case(issued),
    }


def _reading(name: str) -> tuple[str, str]:
    return "plan_officer@own", f"/v1/readings/{{{name}}}"


def _plans() -> dict[str, Case]:
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
        f"{at}/earlier-duties issued": Case(ISSUED, _given({"period_key": "2025-Q4"}), version_at=AT_PLAN),
        **_readings(),
        f"{s} GET /v1/duties": Case(shows="duty"),
        f"{s} GET /v1/duties/board": Case(query="?plan_id={plan}"),
        f"{s} GET /v1/duties/{{id}}": Case(DUTY),
        f"{s} POST /v1/duties/{{id}}/waiver": Case(DUTY, _given({"reason": "Bão."}), version_at=AT_DUTY),
        f"{s} POST /v1/duties/{{id}}/extension": Case(DUTY, _given(later), version_at=AT_DUTY),
        f"{s} POST /v1/files": Case(body=_given(FILE)),
        f"{s} GET /v1/files/{{id}} of the issued plan": Case({"id": "plan_file"}),
        f"{s} GET /v1/files/{{id}} of the draft": Case({"id": "draft_file"}),
        f"{s} GET /v1/files/{{id}} of nothing yet": Case({"id": "loose_plan_file"}),
        f"{s} GET /v1/files/{{id}} of a reading": Case({"id": "reading_file"}),
        f"{s} PUT /v1/files/{{id}}/completion": Case({"id": "loose_plan_file"}),
        **_frame(s, "plan"),
        **_tickets(s),
    }


AT_NOMINATION = "/v1/nominations/{%s}"
UNIT = "nominator@below"


def _on(name: str, given: Any = None, **more: Any) -> Case:
    """A step on the nomination of that name."""
    path = {"id": name, "consent_id": "consent", "hold_id": "hold"}
    body_of = given if callable(given) else _given(given) if given is not None else None
    return Case(path, body_of, version_at=(UNIT, AT_NOMINATION % name), **more)


def _nominations() -> dict[str, Case]:
    s, at = "nominations", "/v1/nominations/{id}"
    remarks = {"fields": [{"field": "title", "remark": "Nêu rõ hơn."}]}
    return {
        f"{s} GET /v1/nominations drafted": Case(query="?view=organisation&limit=100", shows="drafted"),
        f"{s} GET /v1/nominations submitted": Case(query="?view=organisation&limit=100", shows="submitted"),
        **{
            f"{s} GET {at}{part} {name}": Case({"id": name})
            for part in ("", "/preview")
            for name in ("drafted", "submitted")
        },
        f"{s} GET {at}/preview/page submitted": Case({"id": "submitted"}),
        f"{s} POST /v1/nominations": Case(body=_given(nomination("x"))),
        f"{s} PUT {at} new": Case(NEW, _given(nomination("x"))),
        f"{s} PUT {at} drafted": _on("drafted", nomination("x")),
        f"{s} PATCH {at} drafted": _on("drafted", {"title": "Khác"}),
        f"{s} PATCH {at} returned": _on("returned", {"title": "Khác"}),
        f"{s} DELETE {at} drafted": _on("drafted"),
        f"{s} POST {at}/submission drafted": _on("drafted"),
        f"{s} POST {at}/resubmission returned": _on("returned"),
        f"{s} POST {at}/withdrawal submitted": _on("submitted"),
        f"{s} POST {at}/consents submitted": _on("submitted", consent("Bà Trần Thị Submitted", ["portal"])),
        f"{s} POST {at}/consents/{{consent_id}}/withdrawal released": _on("released"),
        f"{s} GET {at}/notice released": Case({"id": "released"}),
        f"{s} POST {at}/notice/renewal released": _on("released"),
        f"{s} POST {at}/take-up submitted": _on("submitted"),
        f"{s} POST {at}/return reviewed": _on("reviewed", remarks),
        f"{s} POST {at}/recusal submitted": _on("submitted", REASON),
        f"{s} POST {at}/approval reviewed": _on("reviewed", {"recommend": True}),
        f"{s} POST {at}/decline reviewed": _on("reviewed", REASON),
        f"{s} POST {at}/revocation released": _on("released", lambda ids: {**REASON, "station_id": ids["station"]}),
        f"{s} POST {at}/holds released": _on("released", REASON),
        f"{s} POST {at}/holds/{{hold_id}}/lift held": _on("held"),
        f"{s} POST /v1/files": Case(body=_given(FILE)),
        f"{s} GET /v1/files/{{id}} evidence": Case({"id": "evidence"}),
        f"{s} GET /v1/files/{{id}} of nothing yet": Case({"id": "loose_file"}),
        f"{s} PUT /v1/files/{{id}}/completion": Case({"id": "loose_file"}),
        f"{s} GET /n/{{token}} by its link": Case({"token": "notice"}),
        f"{s} GET /n/{{token}}/withdrawal by its link": Case({"token": "notice"}),
        f"{s} POST /n/{{token}}/withdrawal by its link": Case(
            {"token": "notice"}, lambda ids: {"form": ids["notice_form"]}, form=True
        ),
        **_frame(s, "released"),
        **_tickets(s),
    }


SEEN, UNSEEN = "published", "not published"
WORDS = {"title": "Tiêu đề khác"}


def _item(about: str, given: Any = None, *, drafted: bool = False) -> Case:
    """A step at the desk."""
    name = "released_item" if about == SEEN else "printed_item"
    draft = ("editor@own", "PUT", f"/v1/items/{{{name}}}/draft", WORDS)
    return Case(
        {"id": name, "channel_id": "newspaper_channel"},
        _given(given) if given is not None else None,
        version_at=("editor@own", f"/v1/desk/items/{{{name}}}"),
        before=[draft] if drafted else [],
    )


def _publicity() -> dict[str, Case]:
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
        **{f"{s} GRAPHQL {name}": Case(body=_given(query)) for name, query in asked.items()},
        f"{s} GET /graphql/schema": Case(),
        f"{s} GET /p": Case(),
        f"{s} GET /p/items/{{id}} published": Case({"id": "released_item"}),
        f"{s} GET /p/organisations/{{name}}": Case({"name": "=noi-own"}),
        f"{s} GET /p/style.css": Case(),
        **_frame(s, "released_item"),
        **_tickets(s),
    }


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


def _notifications() -> dict[str, Case]:
    s, at = "notifications", "/v1/webhooks/{endpoint_id}"
    cases = {
        f"{s} GET /v1/me/contact-points/email his own": Case(),
        f"{s} PUT /v1/me/contact-points/email his own": Case(body=_given(EMAIL), version_at=("=0", "")),
        f"{s} DELETE /v1/me/contact-points/email his own": Case(version_at=("=0", ""), done=LET_IN | {412}),
        f"{s} PUT /v1/me/contact-points/email/confirmation his own": Case(
            body=_given({"code": "ABCDE-23456"}), done=LET_IN
        ),
        f"{s} GET /v1/me/preferences his own": Case(),
        f"{s} PUT /v1/me/preferences his own": Case(body=_given({"items": []}), version_at=("=0", "")),
        f"{s} GET /v1/messages the nominator's": Case(query="?limit=100", shows="message"),
        f"{s} POST /v1/messages/read the nominator's": Case(body=lambda ids: {"up_to": ids["message"]}),
        f"{s} POST /v1/messages/{{message_id}}/read the nominator's": Case({"message_id": "message"}),
        f"{s} GRAPHQL messages the nominator's": Case(
            body=_given("{ messages(first: 100) { edges { node { id } } } }"), shows="message"
        ),
        f"{s} GRAPHQL unreadCount his own": Case(body=_given("{ unreadCount }")),
        f"{s} GRAPHQL markRead the nominator's": Case(body=_given('mutation { markRead(id: "{message}") { id } }')),
        f"{s} GRAPHQL markAllRead the nominator's": Case(body=_given('mutation { markAllRead(upTo: "{message}") }')),
        f"{s} GET /graphql/schema": Case(),
        f"{s} GET /v1/webhooks": Case(query="?limit=100", shows="hook"),
        f"{s} GET /v1/webhooks of a system": Case(query="?limit=100", shows="machine_hook"),
        f"{s} PUT {at} new, of the body": Case({"endpoint_id": "new"}, wish("own")),
        f"{s} PUT {at} new, of a system": Case({"endpoint_id": "new"}, wish(None)),
        f"{s} PUT {at} handed to a stranger": _hook("hook", given=wish("other")),
        **_frame(s, "hook"),
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


CASES = {**_plans(), **_nominations(), **_publicity(), **_notifications()}
