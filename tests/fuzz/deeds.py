"""What may be done to a nomination, by whom, and how it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

KINDS = ("portal", "newspaper", "radio_tv")
PEOPLE = ("mai", "vinh", "an", "tren", "ha", "tam", "bich", "kiem", "khach")
REASON = {"reason": "Chưa rõ số liệu."}


@dataclass(frozen=True)
class Deed:
    """A door of the nomination: where it is, what it takes, and who can ever be let in."""

    path: str
    may: tuple[str, ...]
    body: dict[str, Any] | None = None
    method: str = "POST"


DEEDS = {
    "submit": Deed("/submission", ("mai",)),
    "resubmit": Deed("/resubmission", ("mai",)),
    "amend": Deed("", ("mai",), {"title": "Người giữ lửa phong trào"}, "PATCH"),
    "become another": Deed("", ("mai",), {"subject_name": "Ông Lê Văn Khác"}, "PATCH"),
    "withdraw": Deed("/withdrawal", ("mai",)),
    "delete": Deed("", ("mai",), None, "DELETE"),
    "take up": Deed("/take-up", ("vinh", "an", "tren")),
    "return": Deed("/return", ("vinh", "an", "tren"), {"fields": [{"field": "title", "remark": "Ngắn hơn."}]}),
    "approve and recommend": Deed("/approval", ("an", "tren"), {"recommend": True}),
    "approve": Deed("/approval", ("an", "tren"), {"recommend": False}),
    "decline": Deed("/decline", ("an", "tren"), REASON),
    "revoke": Deed("/revocation", ("an", "tren"), REASON),
    "hold": Deed("/holds", ("an", "tren"), REASON),
    "lift": Deed("/holds/{hold}/lift", ("an", "tren")),
    "recuse": Deed("/recusal", ("vinh", "an", "tren"), REASON),
    "consent": Deed("/consents", ("mai",)),
    "withdraw consent": Deed("/consents/{consent}/withdrawal", ("mai",)),
}


def asked(name: str, shown: dict[str, Any], kinds: tuple[str, ...], pick: int) -> tuple[str, str, Any]:
    """Method, path and body of a deed on a nomination as it was last shown; what it names is one that is there."""
    deed = DEEDS[name]
    parts = {
        "hold": _one(shown["holds"], pick, ended="lifted_at"),
        "consent": _one(shown["consents"], pick, ended="withdrawn_at"),
    }
    body = deed.body
    if name == "revoke":
        body = {**REASON, "station_id": _one(shown["stations"], pick)}
    if name == "consent":
        agreed = {"channel_kinds": list(kinds), "statement": "Tôi đồng ý.", "role": "self"}
        body = {"id": str(uuid4()), "person_name": shown["subject_name"], **agreed}
    return deed.method, deed.path.format(**parts), body


def _one(rows: list[dict[str, Any]], pick: int, *, ended: str = "") -> str:
    """Most often one that has not ended; an id of nothing where there is none."""
    going_on = [row for row in rows if not row.get(ended)] if pick else []
    some = going_on or rows
    return str(some[pick % len(some)]["id"]) if some else str(uuid4())
