"""One whole body, every field filled, for each write that takes one: what spoiling starts from."""

from __future__ import annotations

from typing import Any

from tests.walks import world

Body = dict[str, Any]
ID = "0198c0de-0000-7000-8000-0000000000%02x"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
DAYS = {"from_on": "2025-07-01", "to_on": "2030-12-31"}
REASON = {"reason": "Chưa đủ thời gian theo quy định."}
FILE = {"id": ID % 1, "name": "a.pdf", "media_type": "application/pdf", "size_bytes": 9, "sha256": SHA}
WORDS = {
    "title": "Tổ tự quản số 5",
    "summary": "Bốn năm liền.",
    "body": "Bắt đầu từ một buổi sáng.",
    "credit": "Ảnh: tổ tự quản",
    "alternatives": [{"picture_id": ID % 2, "alternative": "Bờ biển sạch"}],
}
OBLIGATION = {
    "id": ID % 3,
    "label": "O2",
    "kind": "nominate",
    "what": "Giới thiệu từ 01 điển hình",
    "actor": "mỗi đơn vị",
    "bearers": {"organisation_ids": [ID % 4], "edge_type": "line_of_command", "of_id": ID % 5},
    "subject_types": ["collective"],
    "minimum": 1,
    "maximum": 3,
    "cadence": "quarterly",
    "quarter": None,
    "deadline": {
        "date": None,
        "rrule": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=5",
        "after": None,
        "days": None,
        "working_days": False,
        "strictly_before": True,
        "for": "same",
    },
    "to_ids": [ID % 6],
    "via_id": ID % 7,
    "then_to_id": ID % 8,
    "quote": "Hàng quý, mỗi đơn vị …",
}
LINKS = {
    "bearers": OBLIGATION["bearers"],
    "to_ids": [ID % 6],
    "via_id": ID % 7,
    "then_to_id": ID % 8,
    "movement_id": ID % 13,
}
FURTHER = [  # what cannot stand beside the fields of the first
    {
        **OBLIGATION,
        **{"id": ID % 9, "label": "O3", "kind": "rotation", "quarter": 4},
        "deadline": {"after": "khi kết thúc quý", "days": 5, "working_days": True},
    },
    {**OBLIGATION, "id": ID % 10, "label": "O4", "cadence": "once", "deadline": {"date": "2026-06-28"}},
]
PLAN = {
    "issuer_id": str(world.body_id(world.BODY)),
    "document_type": "KH",
    "number": "7",
    "symbol": "KH-UBND",
    "date": "2026-01-05",
    "place": "Sở tại",
    "title": "Nhân rộng gương điển hình",
    "period": {"kind": "range", "start_year": 2026, "end_year": 2030},
    "subjects": {"collective": True, "individual": True, "household": True},
    "file_id": ID % 11,
    "cited": [
        {"type": "Chỉ thị", "code": "34-CT/TW", "date": "2014-04-07", "issuer": "Bộ Chính trị", "relation": "basis"}
    ],
    "parents": [{"plan_id": ID % 12, "code": "1/KH"}],
    "movement_ids": [ID % 13],
    "obligations": [OBLIGATION, *FURTHER],
    "waves": [{"number": 1, "start_on": "2026-01", "end_on": "2026-06"}],
}
NOMINATION = {
    "subject_is_child": "none",
    "subject_person_id": ID % 14,
    "household_adults": ["Trịnh Văn Mẫu"],
    "kind": "exemplar",
    "field": "môi trường",
    "movement_id": ID % 15,
    "plan_id": ID % 16,
    "obligation_id": ID % 17,
    "period_key": "2026-Q4",
    "body": "Bắt đầu từ một buổi sáng.",
    "results": [{"label": "Hộ thoát nghèo", "value": "12"}],
    "credit": "Bài: văn phòng",
    "pictures": [{"file_id": ID % 18, "alternative": "Bờ biển sạch"}],
    "evidence": [ID % 19],
    "subject_type": "household",
    "subject_name": "Hộ ông Mẫu",
    "title": "Mẻ mắm chung",
    "summary": "Mười năm giữ nghề.",
}
STATION = "/v1/nominations/{id}/"
ITEM = "/v1/items/{id}/"

BODIES: dict[tuple[str, str, str], Body] = {
    ("plans", "PUT", "/v1/organisations/{id}"): {
        "slug": "phong-moi",
        "hierarchy": "state",
        "names": [{"name": "Phòng mới", "short_name": "PM", "level": "cấp cơ sở", "kind": "phòng", **DAYS}],
        "edges": [{"type": "line_of_command", "to_id": ID % 20, "role": "phòng", **DAYS}],
        "identifiers": [{"scheme": "QD20", "value": "H05.01"}],
        "heirs": [{"organisation_id": ID % 21, "principal": True, "source": "Nghị quyết số 1"}],
        "valid_from": "2025-07-01",
        "valid_to": "2030-12-31",
    },
    ("plans", "PUT", "/v1/offices/{id}"): {
        "person_id": ID % 22,
        "person_name": "Nguyễn Thị Mẫu",
        "organisation_id": ID % 23,
        "role": "nominator",
        **DAYS,
    },
    ("plans", "PUT", "/v1/channels/{id}"): {
        "organisation_id": ID % 24,
        "kind": "portal",
        "name": "Cổng",
        "url": "https://cong.example.vn",
        "official": True,
        "release": "automatic",
        **DAYS,
    },
    ("plans", "PUT", "/v1/movements/{id}"): {
        "organisation_id": ID % 25,
        "name": "Chung sức",
        "aliases": ["Nông thôn mới"],
        "launched_by": "Thủ tướng",
        "launched_on": "2016-09-08",
    },
    ("plans", "PUT", "/v1/plans/{id}"): PLAN,
    ("plans", "POST", "/v1/plans/{id}/amendments"): PLAN,
    ("plans", "POST", "/v1/plans/{id}/earlier-duties"): {"period_key": "2026-Q1"},
    ("plans", "POST", "/v1/readings"): {
        "id": ID % 15,
        "issuer_id": str(world.body_id(world.BODY)),
        "file_id": ID % 11,
        "text": None,
        "amends_id": ID % 12,
    },
    ("plans", "POST", "/v1/readings/{id}/decisions"): {
        "decisions": [{"key": "number", "standing": "corrected", "value": "7", "links": LINKS}]
    },
    ("plans", "POST", "/v1/duties/{id}/extension"): {"due_before": "2026-12-16T00:00:00+07:00", **REASON},
    ("plans", "POST", "/v1/duties/{id}/waiver"): REASON,
    ("plans", "POST", "/v1/files"): FILE,
    ("nominations", "POST", "/v1/files"): FILE,
    ("nominations", "POST", "/v1/nominations"): {"organisation_id": ID % 26, **NOMINATION},
    ("nominations", "PUT", "/v1/nominations/{id}"): {"organisation_id": ID % 26, **NOMINATION},
    ("nominations", "PATCH", "/v1/nominations/{id}"): NOMINATION,
    ("nominations", "POST", STATION + "approval"): {"recommend": True},
    ("nominations", "POST", STATION + "consents"): {
        "id": ID % 27,
        "person_name": "Trần Thị Mẫu",
        "role": "self",
        "channel_kinds": ["portal"],
        "given_on": "2026-01-05",
        "statement": "Tôi đồng ý.",
        "proof_file_id": ID % 28,
    },
    ("nominations", "POST", STATION + "decline"): REASON,
    ("nominations", "POST", STATION + "holds"): REASON,
    ("nominations", "POST", STATION + "recusal"): REASON,
    ("nominations", "POST", STATION + "return"): {"fields": [{"field": "summary", "remark": "Nêu rõ số hộ."}]},
    ("nominations", "POST", STATION + "revocation"): {"station_id": ID % 29, **REASON},
    ("publicity", "POST", ITEM + "corrections"): {**WORDS, "note": "Sửa số năm."},
    ("publicity", "PUT", ITEM + "draft"): WORDS,
    ("publicity", "POST", ITEM + "draft/publication"): {"note": "Sửa số năm."},
    ("publicity", "POST", ITEM + "withdrawal"): {"kind": "withdrawn", "explanation": "Đang xác minh."},
    ("notifications", "PUT", "/v1/me/contact-points/email"): {"address": "mai@coquan.example.vn"},
    ("notifications", "PUT", "/v1/me/contact-points/email/confirmation"): {"code": "ABCDE-23456"},
    ("notifications", "PUT", "/v1/me/preferences"): {
        "items": [{"kind": "lantoa.nomination.taken_up.v1", "channel": "email", "enabled": False}]
    },
    ("notifications", "POST", "/v1/messages/read"): {"up_to": ID % 30},
    ("notifications", "PUT", "/v1/webhooks/{endpoint_id}"): {
        "url": "https://toasoan.example.vn/lantoa",
        "events": ["lantoa.item.published.v1"],
        "organisation_id": ID % 31,
    },
}
