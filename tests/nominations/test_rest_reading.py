"""The REST door: reading, lists, preview, who I am, the audit, files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from shared.auth import Actor
from shared.clock import today
from shared.events import Period
from shared.events.plans import DeadlineExtended, MovementChanged, ObligationPart
from tests.nominations.door import Door, problem
from tests.nominations.factories import file, ladder
from tests.nominations.test_present import issued


async def test_reading_honours_if_none_match(door: Door) -> None:
    await door.draft()

    answer = await door.ask("mai", "GET", "", **{"if-none-match": door.etag})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')


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


async def extended(session: AsyncSession, unit: UUID, due_before: datetime) -> dict[str, str]:
    """A duty of the unit with a moved due instant; what a nomination names to answer it."""
    bodies, plan_id = await ladder(session), uuid4()
    part = ObligationPart(obligation_id=uuid4(), label="Một lần", kind="nominate", cadence="once")
    await actions.keep_plan(session, issued(bodies, plan_id, part))
    fact = DeadlineExtended(
        duty_id=uuid4(),
        plan_id=plan_id,
        plan_code=None,
        obligation_id=part.obligation_id,
        organisation_id=unit,
        period=Period(key="once", start_on=today(), end_on=today()),
        minimum=1,
        counted=0,
        due_before=due_before,
        to_id=None,
        via_id=None,
    )
    await actions.keep_extension(session, fact)
    await session.commit()
    return {"plan_id": str(plan_id), "obligation_id": str(part.obligation_id), "period_key": "once"}


async def test_the_preview_shows_the_story_and_what_is_missing(door: Door, session: AsyncSession) -> None:
    due_before = datetime(2026, 12, 5, tzinfo=UTC)
    named = await extended(session, door.unit, due_before)
    await door.draft(results=[{"label": "Hộ thoát nghèo", "value": "12"}], **named)

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
        "due_before": "2026-12-05T00:00:00Z",
    }
    assert problem(await door.ask("an", "GET", "/preview")) == (404, "not-found")


async def test_the_preview_page_is_the_same_for_the_eye(
    door: Door, session: AsyncSession, person: Callable[[str], UUID]
) -> None:
    movement = MovementChanged(movement_id=uuid4(), name="Thi đua yêu nước")
    await actions.keep_movement(session, movement)
    picture = await file(session, Actor("person", person("mai"), "Mai"))
    await session.commit()
    await door.draft(
        title="<b>Người</b> giữ lửa",
        summary="Dòng một.\nDòng hai.",
        body="Đoạn một.\nĐoạn hai.",
        results=[{"label": "Hộ thoát nghèo", "value": "12"}],
        pictures=[{"file_id": str(picture), "alternative": "Bà Hoa"}],
        movement_id=str(movement.movement_id),
    )

    page = await door.ask("mai", "GET", "/preview/page")
    refused = await door.ask("an", "GET", "/preview/page")

    assert (page.status_code, refused.status_code) == (200, 404)
    assert page.text.count("Còn thiếu sự đồng ý của: chính người được giới thiệu.") == 1
    shown = [" ".join(text.split()) for text in re.findall(r"<(?:p|h1|strong|dt|dd)>([^\n]+?)</", page.text)]
    article = shown[shown.index("Điển hình tiên tiến") :]
    assert [text.removeprefix("<strong>") for text in article] == [
        "Điển hình tiên tiến",
        "&lt;b&gt;Người&lt;/b&gt; giữ lửa",
        "Dòng một.",
        "Dòng hai.",
        "Hộ thoát nghèo",
        "12",
        "Đoạn một.",
        "Đoạn hai.",
        "Cá nhân",
        "Trần Thị Hoa",
        "Nơi giới thiệu",
        "Khu dân cư mẫu",
        "Phong trào",
        "Thi đua yêu nước",
    ]
    assert len(re.findall(r'<img src="http://testserver/files/[^"]+" alt="Bà Hoa">', page.text)) == 1
    assert page.headers["content-security-policy"].endswith("; img-src http://testserver")


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
