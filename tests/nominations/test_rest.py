"""The REST door: wiring of every path, one success, refusals and bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.models import Nomination
from shared.auth import Actor, Role
from shared.clock import now, today
from shared.events import Period
from shared.events.plans import DeadlineExtended, ObligationPart
from tests.nominations.factories import file, ladder, office
from tests.nominations.test_present import issued

Headers = Callable[..., dict[str, str]]
UNKNOWN = "0198c0de-0000-7000-8000-00000000ffff"


class Door:
    """The service as three people use it: mai nominates, an approves below, duc above."""

    def __init__(self, client: httpx.AsyncClient, bearer: Headers, unit: UUID) -> None:
        self.client, self.bearer, self.unit = client, bearer, unit
        self.id = str(uuid4())
        self.etag = '"0"'

    async def ask(self, who: str, method: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        """With the version last seen, unless told otherwise."""
        sent = {"if-match": self.etag, **self.bearer(who), **headers}
        answer = await self.client.request(method, f"/v1/nominations/{self.id}{path}", json=json, headers=sent)
        if answer.is_success:
            self.etag = answer.headers.get("etag", self.etag)
        return answer

    def body(self, **changes: Any) -> dict[str, Any]:
        """Five fields are enough."""
        return {
            "organisation_id": str(self.unit),
            "subject_type": "individual",
            "subject_name": "Trần Thị Hoa",
            "title": "Người giữ lửa",
            "summary": "Mười năm giữ đường làng sạch.",
            **changes,
        }

    async def draft(self, **changes: Any) -> httpx.Response:
        """Created under an id of the client's choice."""
        return await self.ask("mai", "PUT", "", self.body(**changes))

    async def submit(self) -> None:
        """Drafted, consented to and submitted."""
        await self.draft()
        given = {
            "person_name": "Trần Thị Hoa",
            "role": "self",
            "channel_kinds": ["portal"],
            "statement": "Tôi đồng ý.",
        }
        assert (await self.ask("mai", "POST", "/consents", given)).status_code == 201
        assert (await self.ask("mai", "POST", "/submission")).status_code == 200

    async def approve(self) -> httpx.Response:
        """Approved by the first station."""
        await self.submit()
        assert (await self.ask("an", "POST", "/take-up")).status_code == 200
        return await self.ask("an", "POST", "/approval", {"recommend": True})


@pytest.fixture
async def door(
    session: AsyncSession, client: httpx.AsyncClient, bearer: Headers, person: Callable[[str], UUID]
) -> Door:
    """Three bodies with their people in the directory."""
    bodies = await ladder(session)
    for who, role, body in [
        ("mai", Role.NOMINATOR, bodies.unit),
        ("an", Role.APPROVER, bodies.first),
        ("duc", Role.APPROVER, bodies.second),
        ("kiem", Role.AUDITOR, bodies.second),
    ]:
        await office(session, person(who), role, body)
    await session.commit()
    return Door(client, bearer, bodies.unit)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("urn:lantoa:problem:")


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

    assert (answer.status_code, answer.json()["state"]) == (200, "declined")


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


async def test_reading_honours_if_none_match(door: Door) -> None:
    await door.draft()

    answer = await door.ask("mai", "GET", "", **{"if-none-match": door.etag})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')


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


async def test_lists_are_paged_and_filtered(door: Door) -> None:
    for number in range(3):
        door.id, door.etag = str(uuid4()), '"0"'
        await door.draft(title=f"Số {number}")
    await door.ask("mai", "POST", "/submission")
    mai = door.bearer("mai")

    first = await door.client.get("/v1/nominations?limit=2", headers=mai)
    rest = await door.client.get(first.headers["link"].split(">")[0].strip("<"), headers=mai)
    drafts = await door.client.get("/v1/nominations?state=draft", headers=mai)
    waiting = await door.client.get("/v1/nominations?view=waiting", headers=door.bearer("an"))
    nothing = await door.client.get("/v1/nominations?view=organisation", headers=door.bearer("duc"))
    bad = await door.client.get("/v1/nominations?after=xyz", headers=mai)

    assert [line["title"] for line in first.json()["items"]] == ["Số 2", "Số 1"]
    assert ([line["title"] for line in rest.json()["items"]], rest.json()["next"]) == (["Số 0"], None)
    assert [line["title"] for line in drafts.json()["items"]] == ["Số 1", "Số 0"]
    assert [line["id"] for line in waiting.json()["items"]] == [door.id]
    assert nothing.json()["items"] == []
    assert problem(bad) == (422, "bad-cursor")


async def test_a_returned_nomination_waits_for_the_unit(door: Door) -> None:
    await door.submit()
    await door.ask("an", "POST", "/take-up")
    await door.ask("an", "POST", "/return", {"fields": [{"field": "title", "remark": "Sửa."}]})

    unit = await door.client.get("/v1/nominations?view=waiting", headers=door.bearer("mai"))
    station = await door.client.get("/v1/nominations?view=waiting", headers=door.bearer("an"))

    assert [line["label"] for line in unit.json()["items"]] == ["trả lại"]
    assert station.json()["items"] == []


async def test_the_preview_shows_the_story_and_what_is_missing(door: Door, session: AsyncSession) -> None:
    plan_id, obligation_id = uuid4(), uuid4()
    part = ObligationPart(obligation_id=obligation_id, label="Một lần", kind="nominate", cadence="once")
    bodies = await ladder(session)
    await actions.keep_plan(session, issued(bodies, plan_id, part))
    extended = now().replace(microsecond=0)
    await actions.keep_extension(
        session,
        DeadlineExtended(
            duty_id=uuid4(),
            plan_id=plan_id,
            plan_code=None,
            obligation_id=obligation_id,
            organisation_id=door.unit,
            period=Period(key="once", start_on=today(), end_on=today()),
            minimum=1,
            counted=0,
            due_before=extended,
            to_id=None,
            via_id=None,
        ),
    )
    await session.commit()
    await door.draft(
        results=[{"label": "Hộ thoát nghèo", "value": "12"}],
        plan_id=str(plan_id),
        obligation_id=str(obligation_id),
        period_key="once",
    )

    answer = await door.ask("mai", "GET", "/preview")

    assert answer.json() == {
        "story": {
            "title": "Người giữ lửa",
            "summary": "Mười năm giữ đường làng sạch.",
            "body": None,
            "results": [{"label": "Hộ thoát nghèo", "value": "12"}],
            "pictures": [],
            "credit": None,
            "language": "vi",
        },
        "subject_type": "individual",
        "subject_name": "Trần Thị Hoa",
        "kind": "exemplar",
        "field": None,
        "movement_id": None,
        "channel_kinds": [],
        "missing_consents": [{"role": "self", "person_name": None}],
        "held": False,
        "due_before": extended.isoformat().replace("+00:00", "Z"),
    }
    assert problem(await door.ask("an", "GET", "/preview")) == (404, "not-found")


async def test_the_preview_page_is_the_same_for_the_eye(door: Door) -> None:
    await door.draft(title="<b>Người</b> giữ lửa", body="Đoạn một.\nĐoạn hai.")

    page = await door.ask("mai", "GET", "/preview/page")
    refused = await door.ask("an", "GET", "/preview/page")

    assert (page.status_code, refused.status_code) == (200, 404)
    assert page.text.count("<h1>&lt;b&gt;Người&lt;/b&gt; giữ lửa</h1>") == 1
    assert page.text.count("Còn thiếu sự đồng ý của: chính người được giới thiệu.") == 1


async def test_me_tells_who_i_am_and_what_waits(door: Door, person: Callable[[str], UUID]) -> None:
    await door.submit()

    an = (await door.client.get("/v1/me", headers=door.bearer("an"))).json()
    nobody = (await door.client.get("/v1/me", headers=door.bearer("khach"))).json()

    assert (an["person_id"], an["name"], an["waiting"]) == (str(person("an")), "An", 1)
    assert [(o["organisation_name"], o["role"]) for o in an["offices"]] == [("Phòng Nội vụ mẫu", "approver")]
    assert (nobody["person_id"], nobody["offices"], nobody["waiting"]) == (str(person("khach")), [], 0)


async def test_the_audit_is_for_auditors_at_and_above(door: Door) -> None:
    await door.submit()

    read = await door.client.get("/v1/audit?limit=2", headers=door.bearer("kiem"))
    rest = await door.client.get(f"/v1/audit?after={read.json()['next']}", headers=door.bearer("kiem"))
    refused = await door.client.get("/v1/audit", headers=door.bearer("an"))

    assert [row["action"] for row in read.json()["items"]] == ["submit", "record_consent"]
    assert [row["action"] for row in rest.json()["items"]] == ["draft"]
    assert problem(refused) == (403, "not-allowed")


async def test_evidence_is_for_the_people_of_the_nomination(
    door: Door, session: AsyncSession, person: Callable[[str], UUID]
) -> None:
    mai = Actor("person", person("mai"), "Mai")
    evidence, loose = await file(session, mai), await file(session, mai)
    await session.commit()
    await door.draft(evidence=[str(evidence)])
    await door.ask("mai", "POST", "/submission")

    seen = {
        who: (await door.client.get(f"/v1/files/{evidence}", headers=door.bearer(who))).status_code
        for who in ("mai", "an", "duc")
    }
    unattached = {
        who: (await door.client.get(f"/v1/files/{loose}", headers=door.bearer(who))).status_code
        for who in ("mai", "an")
    }
    anonymous = await door.client.get(f"/v1/files/{evidence}")

    assert seen == {"mai": 302, "an": 302, "duc": 404}
    assert unattached == {"mai": 302, "an": 404}
    assert problem(anonymous) == (401, "not-signed-in")
