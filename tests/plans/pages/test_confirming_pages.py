"""From a document to a plan that binds, by pages and ordinary forms: nothing here runs a script."""

from __future__ import annotations

import pytest

from services.plans import clock
from shared.clock import now
from shared.db import Database
from tests.counting import statements
from tests.plans.confirming.conftest import Desk
from tests.plans.confirming.texts import AMENDMENT, PLAN, QUARTERLY
from tests.plans.pages.doors import brought, confirm_all, decided, issued, seen, sent
from tests.plans.pages.seen import Seen
from tests.plans.reading.documents import word

CLICKED = {"hx-request": "true"}


async def test_a_word_document_is_brought_corrected_confirmed_and_issued(desk: Desk, database: Database) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")
    file = {"file": ("Kế hoạch.docx", word())}
    address = (await sent(desk, form.action, form.sent(), files=file)).headers["location"]
    edit = (await seen(desk, f"{address}?edit=number")).form("/corrections")
    await sent(desk, edit.action, edit.sent(value="46", done="1"))
    link = (await seen(desk, f"{address}?edit=obligations/0")).form("/corrections")
    office = desk.office.names[0].name
    await sent(desk, link.action, link.sent(link_to_more=office, link_via_more=office, link_then_more=office))
    await confirm_all(desk, address)

    ask = (await seen(desk, f"{address}/issue")).form("/issue")
    done = await sent(desk, ask.action, ask.sent())
    page = await seen(desk, done.headers["location"])

    assert "46/KH-SNV" in page.words
    assert office in page.words
    reading = (await desk.call("GET", f"/v1{address}")).json()
    file_of = await desk.call("GET", f"/v1/files/{reading['file_id']}")
    assert (reading["state"], file_of.status_code) == ("issued", 302)


async def test_a_value_is_told_in_words_with_the_last_second_and_whom_it_meets_today(desk: Desk) -> None:
    page = await seen(desk, await brought(desk))

    for words in (
        "giới thiệu điển hình: ít nhất 1",
        "hằng quý",
        "trước ngày 05 của tháng 3, 6, 9, 12",
        "muộn nhất 23:59:59 ngày 04 của tháng 3, 6, 9, 12",
        "2 đơn vị hôm nay: mọi đơn vị trực thuộc của Ủy ban nhân dân đặc khu Biển Xanh",
        "muộn nhất 23:59:59 ngày 09/12/2026",
    ):
        assert words in page.words
    assert "{" not in page.words


async def test_a_leaf_is_confirmed_dismissed_and_confirmed_again(desk: Desk) -> None:
    address = await brought(desk)

    standings = []
    for standing in ("confirmed", "dismissed", "confirmed"):
        await decided(desk, address, "title", standing)
        standings.append((await seen(desk, address)).leaf("title")["data-standing"])

    assert standings == ["confirmed", "dismissed", "confirmed"]


async def test_a_group_is_confirmed_without_what_lacks_a_body(desk: Desk) -> None:
    address = await brought(desk, PLAN.replace("(qua Phòng Văn hóa - Xã hội)", "(qua Ban Chỉ đạo Nước sạch)"))

    page = await seen(desk, address)
    keys = [value for form in page.forms for name, value in form.fields if name == "leaf" and "obligations/0" in value]

    assert len(keys) == 1  # its own button only
    assert "chưa gắn với cơ quan nào" in page.words


async def test_a_correction_keeps_the_machines_words_beside_it(desk: Desk) -> None:
    address = await brought(desk)
    edit = (await seen(desk, f"{address}?edit=obligations/0")).form("/corrections")

    await sent(desk, edit.action, edit.sent(minimum="3", deadline_day="10"))

    reading = (await desk.call("GET", f"/v1{address}")).json()
    leaf = next(each for each in reading["leaves"] if each["key"] == "obligations/0")
    page = await seen(desk, address)
    assert (leaf["value"]["minimum"], leaf["links"]["via_id"]) == (3, str(desk.office.organisation_id))
    assert leaf["value"]["deadline"]["rrule"] == "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=10"
    assert "Máy đọc: Việc: giới thiệu điển hình: ít nhất 1" in page.words


@pytest.mark.parametrize("key", ["obligations/0", "obligations/1", "title", "date", "period", "subjects", "cited/0"])
async def test_a_form_that_is_saved_as_it_was_opened_changes_nothing(desk: Desk, key: str) -> None:
    address = await brought(desk)
    edit = (await seen(desk, f"{address}?edit={key}")).form("/corrections")

    await sent(desk, edit.action, edit.sent())

    reading = (await desk.call("GET", f"/v1{address}")).json()
    leaf = next(each for each in reading["leaves"] if each["key"] == key)
    assert leaf["standing"] == "corrected"
    assert _stated(leaf["value"]) == _stated(leaf["read"]["value"])


def _stated(value: object) -> object:
    """Without what is not stated."""
    if isinstance(value, dict):
        return {name: _stated(part) for name, part in value.items() if part not in (None, [], False)}
    return value


async def test_what_is_wrong_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    address = await brought(desk)
    edit = (await seen(desk, f"{address}?edit=obligations/0")).form("/corrections")
    typed = edit.sent(minimum="9", maximum="2", actor="các thôn", deadline_day="ba mươi", link_to_more="Sở Lạ")

    unknown = await sent(desk, edit.action, typed, status=422)
    linked = typed | {"link_to_more": [""]}
    no_day = await sent(desk, edit.action, linked, status=422)
    fewer = await sent(desk, edit.action, linked | {"deadline": [""]}, status=422)

    told = {"«Sở Lạ»": unknown, "cần ngày từ 1 đến 31": no_day, "số nhiều nhất nhỏ hơn số ít nhất": fewer}
    for words, answer in told.items():
        said = Seen(answer.text)
        assert ("actor", "các thôn") in said.form("/corrections").fields
        assert "Chưa lưu." in said.words
        assert words in said.words
    assert (await desk.call("GET", f"/v1{address}")).json()["version"] == 1


async def test_who_saves_over_somebody_elses_change_sees_it_first_and_loses_nothing(desk: Desk) -> None:
    address = await brought(desk)
    edit = (await seen(desk, f"{address}?edit=title")).form("/corrections")
    await decided(desk, address, "number")

    late = await sent(desk, edit.action, edit.sent(value="Trích yếu khác"), status=412)
    page = await sent(desk, edit.action, edit.sent(value="Trích yếu khác"), status=412, headers=CLICKED)
    again = Seen(late.text).form("/corrections")
    await sent(desk, again.action, again.sent())

    assert "Có người vừa sửa" in late.text
    assert page.headers["hx-retarget"] == "#reading"
    assert "Trích yếu khác" in (await seen(desk, address)).words


async def test_what_the_machine_missed_is_added_and_taken_away(desk: Desk) -> None:
    address = await brought(desk)
    add = (await seen(desk, f"{address}?edit=obligations/2")).form("/corrections")

    await sent(desk, add.action, add.sent(kind="award", cadence="yearly", actor="Phòng Văn hóa - Xã hội"))
    added = await seen(desk, address)
    await decided(desk, address, "obligations/2", "dismissed")
    gone = await seen(desk, address)

    assert added.leaf("obligations/2")["data-standing"] == "corrected"
    assert "obligations/2" not in [leaf["data-key"] for leaf in gone.all("article")]


async def test_a_script_gets_only_what_changed(desk: Desk) -> None:
    address = await brought(desk)
    form = (await seen(desk, address)).form("/decisions", '"title"')

    answer = await sent(desk, form.action, form.sent(standing="confirmed"), status=200, headers=CLICKED)

    assert answer.text.count("<article") == 1
    assert 'id="status"' in answer.text
    assert 'data-version="2"' in answer.text
    assert PLAN[:40] not in answer.text


async def test_an_amendment_is_shown_obligation_by_obligation(desk: Desk) -> None:
    plan = await issued(desk)

    address = await brought(desk, AMENDMENT, amends_id=plan.rpartition("/")[2])
    page = await seen(desk, address)
    await decided(
        desk,
        address,
        next(leaf["data-key"] or "" for leaf in page.all("article") if "kept" in (leaf["data-key"] or "")),
    )
    kept = await seen(desk, address)

    assert "Khác với kế hoạch đang sửa đổi" in page.words
    assert "Ít nhất: 1 thành→ 2" in page.words
    assert " chờ bạn quyết định" in " ".join(page.words.split())
    assert "không còn nêu" in kept.words
    assert "giữ nguyên" in kept.words


async def test_an_amendment_is_issued_into_the_plan_it_amends(desk: Desk) -> None:
    plan = (await issued(desk)).rpartition("/")[2]

    address = await issued(desk, AMENDMENT, amends_id=plan)
    page = await seen(desk, f"{address}/binding")

    said = (await desk.call("GET", f"/v1/plans/{plan}")).json()
    assert [each["kind"] for each in said["obligations"]] == ["nominate", "award", "report"]
    assert "giới thiệu điển hình: ít nhất 2" in page.words
    assert "15/KH-UBND" in page.words


async def test_a_document_is_taken_away_again(desk: Desk) -> None:
    address = await brought(desk)
    form = (await seen(desk, address)).form("/discard")

    stale = await sent(desk, form.action, form.sent(version="7"), status=412)
    await sent(desk, form.action, form.sent())

    assert "Bản bạn đang xem đã cũ" in stale.text
    await seen(desk, address, status=404)


async def test_a_document_that_was_brought_before_is_noticed(desk: Desk) -> None:
    first = await brought(desk)

    page = await seen(desk, await brought(desk))

    assert "Có thể trùng với văn bản khác" in page.words
    assert [link["href"] for link in page.all("a") if (link["href"] or "") == first]


async def test_nothing_is_issued_before_everything_is_decided(desk: Desk) -> None:
    address = await brought(desk)

    page = await seen(desk, f"{address}/issue")
    refused = await sent(desk, f"{address}/issue", {"version": ["1"]}, status=409)

    assert [form for form in page.forms if form.action.endswith("/issue")] == []
    assert "mục chờ xác nhận" in page.words
    assert "Còn mục chưa xác nhận" in refused.text
    assert (await desk.call("GET", f"/v1{address}")).json()["issued_at"] is None


async def test_what_binds_is_told_with_whom_it_meets_and_by_when(desk: Desk, database: Database) -> None:
    address = await issued(desk)
    await clock.turn(database, now())

    page = await seen(desk, f"{address}/binding")
    owed = (await desk.call("GET", "/v1/duties", params={"plan_id": address.rpartition("/")[2]})).json()["items"]

    told = [time["datetime"] for time in page.all("time")]
    upcoming = min(duty["last_second"] for duty in owed if duty["due_before"] > now().isoformat())
    assert upcoming in told
    assert desk.school.names[0].name in page.words
    assert (await seen(desk, address)).forms[1:] == []  # nothing is left to decide


async def test_the_page_asks_the_database_as_often_for_many_leaves_as_for_few(desk: Desk, database: Database) -> None:
    few = await brought(desk)
    many = await brought(desk, PLAN.replace(QUARTERLY, "".join(QUARTERLY.replace("1.", f"{n}.") for n in range(1, 12))))

    counts = []
    for address in (few, many):
        with statements(database) as asked:
            await seen(desk, address)
        counts.append(len(asked))

    assert counts[0] == counts[1]
