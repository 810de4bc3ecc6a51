"""How the doors of nominations are asked: each step on a nomination that waits for it."""

from __future__ import annotations

from typing import Any

from tests.access.cases.case import FILE, NEW, Case, always, frame, tickets
from tests.access.scene import REASON, consent, nomination

AT_NOMINATION = "/v1/nominations/{%s}"
UNIT = "nominator@below"


def _on(name: str, given: Any = None, **more: Any) -> Case:
    """A step on the nomination of that name."""
    path = {"id": name, "consent_id": "consent", "hold_id": "hold"}
    body_of = given if callable(given) else always(given) if given is not None else None
    return Case(path, body_of, version_at=(UNIT, AT_NOMINATION % name), **more)


def nominations() -> dict[str, Case]:
    """Every row of its doors."""
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
        f"{s} POST /v1/nominations": Case(body=always(nomination("x"))),
        f"{s} PUT {at} new": Case(NEW, always(nomination("x"))),
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
        f"{s} POST /v1/files": Case(body=always(FILE)),
        f"{s} GET /v1/files/{{id}} evidence": Case({"id": "evidence"}),
        f"{s} GET /v1/files/{{id}} of nothing yet": Case({"id": "loose_file"}),
        f"{s} PUT /v1/files/{{id}}/completion": Case({"id": "loose_file"}),
        f"{s} GET /n/{{token}} by its link": Case({"token": "notice"}),
        f"{s} GET /n/{{token}}/withdrawal by its link": Case({"token": "notice"}),
        f"{s} POST /n/{{token}}/withdrawal by its link": Case(
            {"token": "notice"}, lambda ids: {"form": ids["notice_form"]}, form=True
        ),
        **frame(s, "released"),
        **tickets(s),
    }
