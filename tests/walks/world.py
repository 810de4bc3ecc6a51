"""A small directory: a unit, the body at its level with its standing office and portal, and the body above."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

UNIT, OFFICE, BODY, COUNCIL, ABOVE, ABOVE_COUNCIL = (
    "truong-hoc",
    "phong-van-hoa",
    "uy-ban",
    "hoi-dong",
    "uy-ban-tren",
    "hoi-dong-tren",
)
OBLIGATION = UUID("0198c0de-0000-7000-8000-00000000a001")
PLAN = UUID("0198c0de-0000-7000-8000-00000000a002")


def body_id(slug: str) -> UUID:
    """The id that the import gives to a body named by slug only."""
    return uuid5(NAMESPACE_URL, f"lantoa:organisation:{slug}")


def _organisation(slug: str, name: str, **edges: str) -> dict[str, Any]:
    return {
        "slug": slug,
        "hierarchy": "state",
        "names": [{"name": name}],
        "edges": [{"type": kind, "to": to} for kind, to in edges.items()],
    }


def _office(issuer: str, subject: str, slug: str, role: str) -> dict[str, Any]:
    return {
        "organisation": slug,
        "issuer": issuer,
        "subject": subject,
        "person_name": subject.title(),
        "role": role,
        "from_on": "2025-07-01",
    }


def directory(issuer: str) -> dict[str, Any]:
    """The document that `lantoa directory import` takes."""
    return {
        "organisations": [
            _organisation(ABOVE, "Ủy ban cấp trên"),
            _organisation(ABOVE_COUNCIL, "Hội đồng cấp trên", standing_office_of=ABOVE),
            _organisation(BODY, "Ủy ban sở tại", line_of_command=ABOVE),
            _organisation(COUNCIL, "Hội đồng sở tại", standing_office_of=BODY),
            _organisation(OFFICE, "Phòng Văn hóa", part_of=BODY),
            _organisation(UNIT, "Trường học", line_of_command=BODY),
        ],
        "offices": [
            _office(issuer, "mai", UNIT, "nominator"),
            _office(issuer, "vinh", OFFICE, "reviewer"),
            _office(issuer, "an", COUNCIL, "approver"),
            _office(issuer, "ha", BODY, "plan_officer"),
            _office(issuer, "tam", BODY, "administrator"),
            _office(issuer, "bich", BODY, "editor"),
            _office(issuer, "kiem", BODY, "auditor"),
            _office(issuer, "tren", ABOVE_COUNCIL, "approver"),
        ],
        "channels": [
            {"organisation": BODY, "kind": "portal", "name": "Cổng sở tại", "release": "automatic"},
            {"organisation": BODY, "kind": "newspaper", "name": "Báo sở tại", "release": "editor"},
            {"organisation": ABOVE, "kind": "portal", "name": "Cổng cấp trên", "release": "automatic"},
        ],
    }


def plan() -> dict[str, Any]:
    """An open-ended plan by which the unit presents one exemplar a quarter, through the office, before day 5."""
    return {
        "issuer_id": str(body_id(BODY)),
        "document_type": "KH",
        "number": "221",
        "symbol": "KH-UBND",
        "date": "2025-09-28",
        "title": "Tuyên truyền và nhân rộng gương điển hình tiên tiến",
        "period": {"kind": "open_ended"},
        "subjects": {"collective": True, "individual": True, "household": True},
        "obligations": [
            {
                "id": str(OBLIGATION),
                "label": "O2",
                "kind": "nominate",
                "what": "Giới thiệu từ 01 điển hình tiên tiến trở lên",
                "bearers": {"organisation_ids": [str(body_id(UNIT))]},
                "minimum": 1,
                "cadence": "quarterly",
                "deadline": {"rrule": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5", "strictly_before": True},
                "to_ids": [str(body_id(COUNCIL))],
                "via_id": str(body_id(OFFICE)),
                "then_to_id": str(body_id(ABOVE_COUNCIL)),
            }
        ],
    }


def draft() -> dict[str, Any]:
    """The five fields that are enough, and a body."""
    return {
        "organisation_id": str(body_id(UNIT)),
        "subject_type": "individual",
        "subject_name": f"Bà Trần Thị Mẫu {uuid4().hex[:6]}",
        "title": "Người giữ lửa tổ liên gia",
        "summary": "Mười năm vận động bà con giữ đường làng sạch, giúp 12 hộ thoát nghèo.",
        "body": "Bà bắt đầu từ một buổi sáng chủ nhật với ba người hàng xóm.",
    }
