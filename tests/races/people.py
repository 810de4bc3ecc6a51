"""A unit and the two bodies above it, with two people in every office that a race needs two for."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.walks.world import body_id

UNIT, FIRST, SECOND = "khu-dan-cu-dua", "phong-dua", "ban-dua"
OFFICES = [
    ("mai", UNIT, "nominator"),
    ("lan", UNIT, "nominator"),
    ("binh", FIRST, "reviewer"),
    ("bay", FIRST, "reviewer"),
    ("an", FIRST, "approver"),
    ("em", FIRST, "approver"),
    ("bich", FIRST, "editor"),
    ("bao", FIRST, "editor"),
    ("ha", FIRST, "plan_officer"),
    ("tam", FIRST, "administrator"),
    ("duc", SECOND, "approver"),
]


def directory(issuer: str) -> dict[str, Any]:
    """The document that `lantoa directory import` takes."""
    return {
        "organisations": [
            _organisation(SECOND, "Ban Thi đua mẫu"),
            _organisation(FIRST, "Phòng Nội vụ mẫu", line_of_command=SECOND),
            _organisation(UNIT, "Khu dân cư mẫu", line_of_command=FIRST),
        ],
        "offices": [
            {
                "organisation": slug,
                "issuer": issuer,
                "subject": subject,
                "person_name": subject.title(),
                "role": role,
                "from_on": "2025-07-01",
            }
            for subject, slug, role in OFFICES
        ],
        "channels": [
            {"organisation": FIRST, "kind": "portal", "name": "Cổng mẫu", "release": "automatic"},
            {"organisation": FIRST, "kind": "newspaper", "name": "Báo mẫu", "release": "editor"},
        ],
    }


def _organisation(slug: str, name: str, **edges: str) -> dict[str, Any]:
    return {
        "slug": slug,
        "hierarchy": "state",
        "names": [{"name": name}],
        "edges": [{"type": kind, "to": to} for kind, to in edges.items()],
    }


def draft(**changes: Any) -> dict[str, Any]:
    """What the unit sends; another person each time."""
    return {
        "organisation_id": str(body_id(UNIT)),
        "subject_type": "individual",
        "subject_name": f"Bà Trần Thị Mẫu {uuid4().hex[:8]}",
        "title": "Người giữ lửa tổ liên gia",
        "summary": "Mười năm vận động bà con giữ đường làng sạch.",
        **changes,
    }


def consent(name: str, *kinds: str) -> dict[str, Any]:
    """The person's own yes."""
    return {
        "id": str(uuid4()),
        "person_name": name,
        "role": "self",
        "channel_kinds": list(kinds),
        "statement": "Tôi đồng ý.",
    }


def plan(obligation: UUID, *, maximum: int) -> dict[str, Any]:
    """An open-ended plan by which the unit presents at most so many a quarter."""
    return {
        "issuer_id": str(body_id(FIRST)),
        "document_type": "KH",
        "number": uuid4().hex[:6],
        "symbol": "KH-PNV",
        "date": "2025-09-28",
        "title": "Tuyên truyền và nhân rộng gương điển hình tiên tiến",
        "period": {"kind": "open_ended"},
        "subjects": {"collective": True, "individual": True, "household": True},
        "obligations": [
            {
                "id": str(obligation),
                "label": "O2",
                "kind": "nominate",
                "what": "Giới thiệu điển hình tiên tiến",
                "bearers": {"organisation_ids": [str(body_id(UNIT))]},
                "maximum": maximum,
                "cadence": "quarterly",
                "deadline": {"rrule": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5", "strictly_before": True},
                "to_ids": [str(body_id(FIRST))],
            }
        ],
    }
