"""Who may do what, as the design says it: the one declarative table that every cell is compared with.

Written from the table «Who may» of the design, not from the code that decides. A post is `office@place`; `all` stands
for every office, and `*` for every place. Places are seen from the body `own` that plans, decides and publishes:
`above` is its superior, `below` the unit that nominates, `via` the body in between, `other` has nothing to do with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tests.access.people import EVERYBODY, PARTIAL, STRANGERS

# What everyone else is told: refused, as if not there, or a list without it.
REFUSED, HIDDEN, EMPTY = "403", "404", "empty"

PEOPLE = "all@* concerned recused guest"
SIGNED = f"{PEOPLE} machine operations"
ANYONE = f"{SIGNED} nobody"
READERS = "nominator@below reviewer@own approver@own reviewer@via approver@via"
KEEPERS = "administrator@own administrator@above"
UNIT, DECIDER, PLANNER, EDITOR = "nominator@below", "approver@own", "plan_officer@own", "editor@own"
AUDITORS = "auditor@own auditor@above"
DISINTERESTED = "concerned recused"  # nobody decides on himself, nor under a declared conflict


@dataclass(frozen=True)
class Row:
    """One action on one thing: who may, who sees it but may not, who gets a list without it, and all others."""

    service: str
    action: str
    about: str
    may: str
    others: str = REFUSED
    sees: str = ""  # 403 although the others are told 404
    barred: str = ""  # 403 although his office may
    without: str = ""  # an answer, but not this
    singly: bool = False  # who holds two of the offices at once may, though nobody may by one

    @property
    def name(self) -> str:
        """As the cases know it."""
        return " ".join(part for part in (self.service, self.action, self.about) if part)

    @cached_property
    def _may(self) -> set[str]:
        return holders(self.may) - holders(self.barred)

    def granted(self) -> set[str]:
        """Who may, by name."""
        return self._may

    def expected(self, who: str) -> str:
        """`done`, `empty`, or the status of the refusal."""
        if who in self._may:
            return "done"
        if who == "nobody":
            return "401"
        if who in holders(self.without):
            return EMPTY
        return REFUSED if who in holders(f"{self.sees} {self.barred}") else self.others


def holders(said: str) -> set[str]:
    """The people that a cell of the table names."""
    found: set[str] = set()
    for post in said.split():
        role, _, place = post.partition("@")
        if not place:
            found.add(post)
            continue
        found |= {who for who in EVERYBODY if role in ("all", who.split("@")[0]) and place in ("*", who.split("@")[1])}
    # the two special approvers of `own` are approvers of `own`
    return found | (set(PARTIAL) if DECIDER in found else set())


def everyone() -> list[str]:
    """All who stand before each door."""
    return [*EVERYBODY, *PARTIAL, *STRANGERS]


def _directory() -> list[Row]:
    s = "plans"
    return [
        Row(s, "GET /v1/me", "", SIGNED),
        Row(s, "GET /v1/organisations", "", SIGNED),
        Row(s, "GET /v1/organisations/{id}", "", SIGNED),
        Row(s, "PUT /v1/organisations/{id}", "new, below", KEEPERS),
        Row(s, "PUT /v1/organisations/{id}", "renamed", KEEPERS),
        Row(s, "PUT /v1/organisations/{id}", "onto the channels of a stranger", "", singly=True),
        Row(s, "PUT /v1/organisations/{id}", "let go by its superior", "administrator@above"),
        Row(
            s, "PUT /v1/organisations/{id}", "new, onto the channels of a stranger", "administrator@other", singly=True
        ),
        Row(s, "GET /v1/offices", "", KEEPERS, EMPTY),
        Row(s, "GET /v1/offices/{id}", "", f"{KEEPERS} editor@own", HIDDEN),
        Row(s, "PUT /v1/offices/{id}", "new", KEEPERS),
        Row(s, "PUT /v1/offices/{id}", "for himself", ""),
        Row(s, "PUT /v1/offices/{id}", "changed", KEEPERS),
        Row(s, "POST /v1/offices/{id}/revocation", "", KEEPERS, HIDDEN, sees="editor@own"),
        Row(s, "POST /v1/offices/{id}/revocation", "his own", "", HIDDEN, sees="all@* concerned recused"),
        Row(s, "GET /v1/channels", "", SIGNED),
        Row(s, "PUT /v1/channels/{id}", "new", KEEPERS),
        Row(s, "PUT /v1/channels/{id}", "changed", KEEPERS),
        Row(s, "GET /v1/movements", "", SIGNED),
        Row(s, "PUT /v1/movements/{id}", "new", PLANNER),
        Row(s, "PUT /v1/movements/{id}", "changed", PLANNER),
    ]


def _readings() -> list[Row]:
    s = "plans"
    return [
        Row(s, "POST /v1/readings", "", PLANNER),
        Row(s, "POST /v1/readings", "amending", PLANNER),
        Row(s, "GET /v1/readings", "", PLANNER, EMPTY),
        Row(s, "GET /v1/readings/{id}", "proposed", PLANNER, HIDDEN),
        Row(s, "GET /v1/readings/{id}", "issued", "all@own all@below concerned recused", HIDDEN),
        Row(s, "POST /v1/readings/{id}/decisions", "proposed", PLANNER, HIDDEN),
        Row(s, "POST /v1/readings/{id}/issue", "confirmed", PLANNER, HIDDEN),
        Row(s, "DELETE /v1/readings/{id}", "proposed", PLANNER, HIDDEN),
        *_reading_pages(),
    ]


def _reading_pages() -> list[Row]:
    s, at = "plans", "/readings/{id}"
    return [
        Row(s, "GET /readings", "", PLANNER, EMPTY),
        Row(s, "GET /readings/assets/{address}", "", ANYONE),
        Row(s, "POST /files/readings", "", PLANNER),
        Row(s, f"GET {at}", "proposed", PLANNER, HIDDEN),
        Row(s, f"GET {at}", "issued", "all@own all@below concerned recused", HIDDEN),
        Row(s, f"POST {at}/decisions", "proposed", PLANNER, HIDDEN),
        Row(s, f"POST {at}/corrections", "proposed", PLANNER, HIDDEN),
        Row(s, f"POST {at}/discard", "proposed", PLANNER, HIDDEN),
        Row(s, f"GET {at}/issue", "confirmed", PLANNER, HIDDEN),
        Row(s, f"POST {at}/issue", "confirmed", PLANNER, HIDDEN),
        Row(s, f"GET {at}/binding", "issued", "all@own all@below concerned recused", HIDDEN),
    ]


def _plans() -> list[Row]:
    s = "plans"
    return [
        *_directory(),
        Row(s, "GET /v1/plans", "draft", PLANNER, EMPTY),
        Row(s, "GET /v1/plans", "issued", SIGNED),
        Row(s, "GET /v1/plans/{id}", "draft", PLANNER, HIDDEN),
        Row(s, "GET /v1/plans/{id}", "issued", SIGNED),
        Row(s, "GET /v1/plans/{id}/versions", "draft", PLANNER, HIDDEN),
        Row(s, "GET /v1/plans/{id}/versions", "issued", SIGNED),
        Row(s, "PUT /v1/plans/{id}", "new", PLANNER),
        Row(s, "PUT /v1/plans/{id}", "draft", PLANNER),
        Row(s, "POST /v1/plans/{id}/issue", "draft", PLANNER, HIDDEN),
        Row(s, "POST /v1/plans/{id}/amendments", "issued", PLANNER),
        Row(s, "POST /v1/plans/{id}/closing", "issued", PLANNER),
        Row(s, "POST /v1/plans/{id}/withdrawal", "issued", PLANNER),
        Row(s, "POST /v1/plans/{id}/earlier-duties", "issued", PLANNER),
        *_readings(),
        Row(s, "GET /v1/duties", "", f"all@below {PLANNER}", EMPTY),
        Row(s, "GET /v1/duties/board", "", PLANNER, HIDDEN),
        Row(s, "GET /v1/duties/{id}", "", f"all@below {PLANNER}", HIDDEN),
        Row(s, "POST /v1/duties/{id}/waiver", "", PLANNER, HIDDEN, sees="all@below"),
        Row(s, "POST /v1/duties/{id}/extension", "", PLANNER, HIDDEN, sees="all@below"),
        Row(s, "POST /v1/files", "", "plan_officer@*"),
        Row(s, "GET /v1/files/{id}", "of the issued plan", "all@own all@below concerned recused", HIDDEN),
        Row(s, "GET /v1/files/{id}", "of the draft", PLANNER, HIDDEN),
        Row(s, "GET /v1/files/{id}", "of nothing yet", PLANNER, HIDDEN),
        Row(s, "GET /v1/files/{id}", "of a reading", PLANNER, HIDDEN),
        Row(s, "PUT /v1/files/{id}/completion", "", PLANNER, HIDDEN),
        *_frame(s, "auditor@own auditor@above", "auditor@below auditor@via auditor@other"),
        *_tickets(s),
    ]


def _seen(action: str, about: str, may: str, *, barred: str = "") -> Row:
    """A step on a nomination that its readers see."""
    return Row("nominations", action, about, may, HIDDEN, sees=READERS, barred=barred)


def _nominations() -> list[Row]:
    s, at = "nominations", "/v1/nominations/{id}"
    reviewers = "reviewer@own approver@own reviewer@via approver@via"
    return [
        Row(s, "GET /v1/me", "", SIGNED),
        Row(s, "GET /v1/nominations", "drafted", UNIT, EMPTY),
        Row(s, "GET /v1/nominations", "submitted", READERS, EMPTY),
        Row(s, f"GET {at}", "drafted", UNIT, HIDDEN),
        Row(s, f"GET {at}", "submitted", READERS, HIDDEN),
        Row(s, f"GET {at}/preview", "drafted", UNIT, HIDDEN),
        Row(s, f"GET {at}/preview", "submitted", READERS, HIDDEN),
        Row(s, f"GET {at}/preview/page", "submitted", READERS, HIDDEN),
        Row(s, "POST /v1/nominations", "", UNIT),
        Row(s, f"PUT {at}", "new", UNIT),
        Row(s, f"PUT {at}", "drafted", UNIT, HIDDEN),
        Row(s, f"PATCH {at}", "drafted", UNIT, HIDDEN),
        _seen(f"PATCH {at}", "returned", UNIT),
        Row(s, f"DELETE {at}", "drafted", UNIT, HIDDEN),
        Row(s, f"POST {at}/submission", "drafted", UNIT, HIDDEN),
        _seen(f"POST {at}/resubmission", "returned", UNIT),
        _seen(f"POST {at}/withdrawal", "submitted", UNIT),
        _seen(f"POST {at}/consents", "submitted", UNIT),
        _seen(f"POST {at}/consents/{{consent_id}}/withdrawal", "released", UNIT),
        _seen(f"GET {at}/notice", "released", UNIT),
        _seen(f"POST {at}/notice/renewal", "released", UNIT),
        _seen(f"POST {at}/take-up", "submitted", reviewers, barred="concerned"),
        _seen(f"POST {at}/return", "reviewed", reviewers, barred=DISINTERESTED),
        _seen(f"POST {at}/recusal", "submitted", reviewers),
        _seen(f"POST {at}/approval", "reviewed", DECIDER, barred=DISINTERESTED),
        _seen(f"POST {at}/decline", "reviewed", DECIDER, barred=DISINTERESTED),
        _seen(f"POST {at}/revocation", "released", DECIDER, barred=DISINTERESTED),
        _seen(f"POST {at}/holds", "released", DECIDER, barred=DISINTERESTED),
        _seen(f"POST {at}/holds/{{hold_id}}/lift", "held", DECIDER, barred=DISINTERESTED),
        Row(s, "POST /v1/files", "", "nominator@*"),
        Row(s, "GET /v1/files/{id}", "evidence", READERS, HIDDEN),
        Row(s, "GET /v1/files/{id}", "of nothing yet", UNIT, HIDDEN),
        Row(s, "PUT /v1/files/{id}/completion", "", UNIT, HIDDEN),
        Row(s, "GET /n/{token}", "by its link", ANYONE),
        Row(s, "GET /n/{token}/withdrawal", "by its link", ANYONE),
        Row(s, "POST /n/{token}/withdrawal", "by its link", ANYONE),
        *_frame(s, f"{AUDITORS} auditor@below", "auditor@via auditor@other"),
        *_tickets(s),
    ]


def _publicity() -> list[Row]:
    s, at = "publicity", "/v1/items/{id}"
    return [
        Row(s, "GET /v1/me", "", SIGNED),
        Row(s, "GET /v1/items", "", ANYONE),
        Row(s, "GET /v1/items/{id}", "published", ANYONE),
        Row(s, "GET /v1/pictures/{id}", "", ANYONE),
        Row(s, "GET /v1/events", "", ANYONE),
        Row(s, "GET /v1/events/stream", "", ANYONE),
        Row(s, "GET /v1/desk/items", "", EDITOR, EMPTY),
        Row(s, "GET /v1/desk/items/{id}", "published", EDITOR),
        Row(s, "GET /v1/desk/items/{id}", "not published", EDITOR, HIDDEN),
        Row(s, f"POST {at}/placements/{{channel_id}}", "published", EDITOR),
        Row(s, f"POST {at}/placements/{{channel_id}}", "not published", EDITOR, HIDDEN),
        Row(s, f"PUT {at}/draft", "published", EDITOR),
        Row(s, f"PUT {at}/draft", "not published", EDITOR, HIDDEN),
        Row(s, f"DELETE {at}/draft", "published", EDITOR),
        Row(s, f"POST {at}/draft/publication", "published", EDITOR),
        Row(s, f"POST {at}/corrections", "published", EDITOR),
        Row(s, f"POST {at}/withdrawal", "published", EDITOR),
        *(
            Row(s, f"GRAPHQL {field}", "", ANYONE)
            for field in ("items", "item", "organisations", "organisation", "movements")
        ),
        Row(s, "GET /graphql/schema", "", ANYONE),
        Row(s, "GET /p", "", ANYONE),
        Row(s, "GET /p/items/{id}", "published", ANYONE),
        Row(s, "GET /p/organisations/{name}", "", ANYONE),
        Row(s, "GET /p/style.css", "", ANYONE),
        *_frame(s, AUDITORS, "auditor@below auditor@via auditor@other"),
        *_tickets(s),
    ]


def _notifications() -> list[Row]:
    s, at = "notifications", "/v1/webhooks/{endpoint_id}"
    return [
        Row(s, "GET /v1/me", "", SIGNED),
        Row(s, "GET /v1/me/contact-points/email", "his own", SIGNED),
        Row(s, "PUT /v1/me/contact-points/email", "his own", PEOPLE),
        Row(s, "DELETE /v1/me/contact-points/email", "his own", PEOPLE),
        Row(s, "PUT /v1/me/contact-points/email/confirmation", "his own", PEOPLE),
        Row(s, "GET /v1/me/preferences", "his own", SIGNED),
        Row(s, "PUT /v1/me/preferences", "his own", PEOPLE),
        Row(s, "GET /v1/messages", "the nominator's", UNIT, EMPTY),
        Row(s, "POST /v1/messages/read", "the nominator's", UNIT, HIDDEN),
        Row(s, "POST /v1/messages/{message_id}/read", "the nominator's", UNIT, HIDDEN),
        Row(s, "GRAPHQL messages", "the nominator's", UNIT, EMPTY),
        Row(s, "GRAPHQL unreadCount", "his own", SIGNED),
        Row(s, "GRAPHQL markRead", "the nominator's", UNIT, HIDDEN),
        Row(s, "GRAPHQL markAllRead", "the nominator's", UNIT, HIDDEN),
        Row(s, "GET /graphql/schema", "", ANYONE),
        Row(s, "GET /v1/webhooks", "", KEEPERS, EMPTY),
        Row(s, "GET /v1/webhooks", "of a system", "machine", EMPTY),
        Row(s, f"PUT {at}", "new, of the body", KEEPERS),
        Row(s, f"PUT {at}", "new, of a system", "machine"),
        Row(s, f"PUT {at}", "handed to a stranger", "", HIDDEN, sees=KEEPERS),
        *(
            row
            for action in (
                f"GET {at}",
                f"PUT {at}",
                f"DELETE {at}",
                f"POST {at}/pause",
                f"POST {at}/resumption",
                f"POST {at}/disablement",
                f"POST {at}/secret/rotation",
                f"POST {at}/test",
                f"GET {at}/deliveries",
                "POST /v1/deliveries/{delivery_id}/retry",
            )
            for row in (
                Row(s, action, "of the body", KEEPERS, HIDDEN),
                Row(s, action, "of a system", "machine", HIDDEN),
            )
        ),
        *_frame(s, AUDITORS, "auditor@below auditor@via auditor@other"),
    ]


def _frame(service: str, auditors: str, elsewhere: str) -> list[Row]:
    """What every service has."""
    return [
        Row(service, "GET /v1/audit", "", auditors, without=elsewhere),
        Row(service, "GET /v1/parked", "", "operations"),
        Row(service, "POST /v1/parked/{producer}/{aggregate_id}/retry", "", "operations"),
    ]


def _tickets(service: str) -> list[Row]:
    """The directory store's two doors: who has a signed link needs no token."""
    return [
        Row(service, "GET /files/{ticket}", "by its link", ANYONE),
        Row(service, "POST /files/{ticket}", "by its form", ANYONE),
    ]


TABLE = [*_plans(), *_nominations(), *_publicity(), *_notifications()]
