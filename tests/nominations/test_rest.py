"""The REST door: wiring of every path, one success, refusals and bad input."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations.models import Nomination
from shared.clock import today
from tests.nominations.door import UNKNOWN, Door, problem


async def test_the_walk_through_the_door(door: Door) -> None:
    answer = await door.approve()

    body = answer.json()
    assert answer.status_code == 200
    assert [(s["number"], s["label"]) for s in body["stations"]] == [(1, "đã phê duyệt"), (2, "đã chuyển")]
    assert (body["state"], body["consented_kinds"], body["missing_consents"]) == ("submitted", ["portal"], [])
    assert answer.headers["etag"] == f'"{body["version"]}"'


async def test_put_creates_once_and_the_same_again_is_200(door: Door) -> None:
    first = await door.draft()
    again = await door.draft()

    assert [first.status_code, again.status_code] == [201, 200]
    assert first.json() == again.json()
    assert first.json()["id"] == door.id


async def test_put_of_other_content_needs_if_match(door: Door) -> None:
    await door.draft()
    sent = door.bearer("mai")

    without = await door.client.put(f"/v1/nominations/{door.id}", json=door.body(title="Khác"), headers=sent)
    stale = await door.ask("mai", "PUT", "", door.body(title="Khác"), **{"if-match": '"9"'})
    fresh = await door.ask("mai", "PUT", "", door.body(title="Khác"))

    assert problem(without) == (428, "precondition-required")
    assert problem(stale) == (412, "precondition-failed")
    assert (fresh.status_code, fresh.json()["title"], fresh.json()["version"]) == (200, "Khác", 2)


async def test_post_with_one_key_creates_one(door: Door, session: AsyncSession) -> None:
    headers = {**door.bearer("mai"), "idempotency-key": "may-cua-mai-1"}

    answers = [await door.client.post("/v1/nominations", json=door.body(), headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["location"] == f"/v1/nominations/{answers[0].json()['id']}"
    assert await session.scalar(select(func.count()).select_from(Nomination)) == 1


async def test_patch_and_delete(door: Door) -> None:
    await door.draft()

    changed = await door.ask("mai", "PATCH", "", {"credit": "Ảnh: Tổ liên gia", "results": []})
    deleted = await door.ask("mai", "DELETE", "")
    gone = await door.ask("mai", "GET", "")

    assert (changed.status_code, changed.json()["credit"]) == (200, "Ảnh: Tổ liên gia")
    assert deleted.status_code == 204
    assert problem(gone) == (404, "not-found")


async def test_a_change_whose_answer_was_lost_is_sent_again(door: Door) -> None:
    await door.draft()
    seen = door.etag

    answers = [await door.ask("mai", "PATCH", "", {"title": "Mới"}, **{"if-match": seen}) for _ in range(2)]
    other = await door.ask("mai", "PATCH", "", {"title": "Khác"}, **{"if-match": seen})

    assert [(a.status_code, a.headers["etag"]) for a in answers] == [(200, '"2"')] * 2
    assert problem(other) == (412, "precondition-failed")


async def test_return_and_resubmission(door: Door) -> None:
    await door.submit()
    await door.ask("an", "POST", "/take-up")

    remarks = {"fields": [{"field": "summary", "remark": "Nêu số hộ."}]}
    returned = await door.ask("an", "POST", "/return", remarks)
    await door.ask("mai", "PATCH", "", {"summary": "Giúp 12 hộ."})
    resubmitted = await door.ask("mai", "POST", "/resubmission")

    assert (returned.status_code, returned.json()["label"]) == (200, "trả lại")
    assert [(r["field"], r["remark"]) for r in returned.json()["remarks"]] == [("summary", "Nêu số hộ.")]
    assert (resubmitted.status_code, resubmitted.json()["story_version"]) == (200, 2)


async def test_decline(door: Door) -> None:
    await door.submit()
    await door.ask("an", "POST", "/take-up")

    answer = await door.ask("an", "POST", "/decline", {"reason": "Chưa đủ thời gian."})

    assert (answer.status_code, answer.json()["state"]) == (200, "declined")
    assert answer.json()["stations"][0]["reason"] == "Chưa đủ thời gian."


async def test_withdrawal(door: Door) -> None:
    await door.submit()

    answer = await door.ask("mai", "POST", "/withdrawal")

    assert (answer.status_code, answer.json()["label"]) == (200, "đã rút")


async def test_revocation(door: Door) -> None:
    station = (await door.approve()).json()["stations"][0]["id"]

    answer = await door.ask("an", "POST", "/revocation", {"station_id": station, "reason": "Sai số liệu."})

    assert (answer.status_code, answer.json()["state"], answer.json()["label"]) == (
        200,
        "declined",
        "đã thu hồi quyết định",
    )


async def test_hold_and_lift(door: Door) -> None:
    await door.approve()

    held = await door.ask("an", "POST", "/holds", {"reason": "Có đơn thư."})
    lifted = await door.ask("an", "POST", f"/holds/{held.json()['holds'][0]['id']}/lift")

    assert (held.status_code, held.json()["holds"][0]["lifted_at"]) == (201, None)
    assert lifted.status_code == 200
    assert lifted.json()["holds"][0]["lifted_at"] is not None


async def test_recusal_keeps_its_person_from_deciding(door: Door) -> None:
    await door.submit()

    recused = await door.ask("an", "POST", "/recusal", {"reason": "Là họ hàng."})
    refused = await door.ask("an", "POST", "/take-up")

    assert recused.status_code == 200
    assert problem(refused) == (403, "conflict-declared")


async def test_consent_withdrawn_by_the_unit(door: Door) -> None:
    consent = (await door.approve()).json()["consents"][0]["id"]

    answer = await door.ask("mai", "POST", f"/consents/{consent}/withdrawal")

    assert answer.status_code == 200
    assert (answer.json()["consented_kinds"], answer.json()["consents"][0]["counts"]) == ([], False)


async def test_strangers_find_nothing(door: Door) -> None:
    await door.submit()

    assert problem(await door.ask("duc", "GET", "")) == (404, "not-found")
    assert problem(await door.ask("duc", "POST", "/take-up")) == (404, "not-found")
    assert problem(await door.client.get(f"/v1/nominations/{door.id}")) == (401, "not-signed-in")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"title": "Mới"}),
        ("DELETE", "", None),
        ("POST", "/submission", None),
        ("POST", "/resubmission", None),
        ("POST", "/withdrawal", None),
        ("POST", "/take-up", None),
        ("POST", "/return", {"fields": [{"field": "title", "remark": "Sửa."}]}),
        ("POST", "/approval", {}),
        ("POST", "/decline", {"reason": "Chưa."}),
        ("POST", "/revocation", {"station_id": UNKNOWN, "reason": "Sai."}),
    ],
)
async def test_steps_need_if_match_and_an_existing_nomination(
    door: Door, method: str, path: str, body: dict[str, Any] | None
) -> None:
    unknown = f"/v1/nominations/{UNKNOWN}{path}"

    without = await door.client.request(method, unknown, json=body, headers=door.bearer("mai"))
    missing = await door.client.request(method, unknown, json=body, headers={**door.bearer("mai"), "if-match": '"1"'})

    assert problem(without) == (428, "precondition-required")
    assert problem(missing) == (404, "not-found")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"tile": "Thừa"}, "#/tile", "extra-forbidden"),
        ({"title": 5}, "#/title", "string-type"),
        ({"title": "a\x00b"}, "#/title", "control-characters"),
        ({"title": "a\u202eb"}, "#/title", "control-characters"),
        ({"title": "  "}, "#/title", "blank"),
        ({"title": "a" * 301}, "#/title", "string-too-long"),
        ({"title": "hai\ndòng"}, "#/title", "not-one-line"),
        ({"organisation_id": "khu-mau"}, "#/organisation_id", "uuid-parsing"),
        ({"subject_type": "animal"}, "#/subject_type", "literal-error"),
        ({"results": [{"label": "Hộ"}]}, "#/results/0/value", "missing"),
        ({"pictures": [{"file_id": UNKNOWN}]}, "#/pictures/0/alternative", "missing"),
        ({"evidence": [UNKNOWN, UNKNOWN]}, "#/evidence", "not-distinct"),
        ({"evidence": [str(UUID(int=n)) for n in range(51)]}, "#/evidence", "too-long"),
    ],
)
async def test_bad_input_names_the_field(
    door: Door, session: AsyncSession, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await door.draft(**changes)

    assert problem(answer) == (422, "invalid")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert await session.scalar(select(func.count()).select_from(Nomination)) == 0


@pytest.mark.parametrize("name", ["title", "summary", "subject_name", "subject_type"])
async def test_a_patch_cannot_empty_what_is_needed(door: Door, name: str) -> None:
    await door.draft()

    answer = await door.ask("mai", "PATCH", "", {name: None})

    assert problem(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == f"#/{name}"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"statement": None}, "consent-unproven"),
        ({"channel_kinds": []}, "too-short"),
        ({"channel_kinds": ["tiktok"]}, "literal-error"),
        ({"given_on": str(today() + timedelta(days=1))}, "date-not-past"),
        ({"given_on": "2026-02-30"}, "date-from-datetime-parsing"),
    ],
)
async def test_a_consent_must_be_proven_and_dated(door: Door, changes: dict[str, Any], code: str) -> None:
    await door.draft()
    given = {"person_name": "Trần Thị Hoa", "role": "self", "channel_kinds": ["portal"], "statement": "Vâng."}

    answer = await door.ask("mai", "POST", "/consents", {**given, **changes})

    assert problem(answer) == (422, "invalid")
    assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_a_draft_for_an_unknown_body_says_when_to_try_again(door: Door) -> None:
    answer = await door.draft(organisation_id=UNKNOWN)

    assert problem(answer) == (409, "not-known-yet")
    assert answer.headers["retry-after"] == "2"
