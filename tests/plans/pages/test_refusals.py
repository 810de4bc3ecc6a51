"""Who may not, what is no plan, and what comes from elsewhere: each a page in words, and nothing kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from services.plans.models import PlanReading
from shared.auth.issuer import DevelopmentIssuer
from shared.db import Database
from shared.files.directory import DirectoryStore
from shared.files.tables import File
from tests.conftest import calling
from tests.plans.confirming.conftest import Desk
from tests.plans.confirming.texts import PLAN
from tests.plans.pages.doors import brought, issued, seen, sent
from tests.plans.pages.seen import Seen
from tests.plans.reading.documents import word
from tests.plans.reading.old_fonts import in_tcvn3

LETTER = "Kính gửi anh Nam. Cuối tuần này gia đình tôi mời anh sang chơi, ăn bữa cơm thân mật với các cháu. Thân mến."
SCAN = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody has signed in."""
    async with calling(app) as browser:
        yield browser


async def kept(database: Database) -> tuple[int, int]:
    """How many readings and files there are."""
    async with database.transaction() as session:
        rows = [await session.scalar(select(func.count()).select_from(table)) for table in (PlanReading, File)]
    return rows[0] or 0, rows[1] or 0


async def test_who_is_not_signed_in_signs_in_and_comes_back(desk: Desk, browser: httpx.AsyncClient) -> None:
    address = await brought(desk)

    opened = await browser.get(address)
    clicked = await browser.get(f"{address}?edit=title", headers={"hx-request": "true"})
    pressed = await browser.post(f"{address}/decisions", data={}, headers={"origin": "http://testserver"})

    assert (opened.status_code, clicked.status_code, pressed.status_code) == (303, 200, 401)
    assert opened.headers["location"].startswith("http://testserver/sign-in?next=%2Freadings%2F")
    assert clicked.headers["hx-redirect"].startswith("http://testserver/sign-in")


@pytest.mark.parametrize("path", ["/decisions", "/corrections", "/issue", "/discard"])
async def test_a_post_from_another_site_is_refused(
    desk: Desk, browser: httpx.AsyncClient, issuer: DevelopmentIssuer, path: str
) -> None:
    address = await brought(desk)

    answer = await browser.post(address + path, data={}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize("path", ["", "?edit=title", "/issue", "/binding"])
async def test_an_officer_of_another_body_finds_nothing(desk: Desk, path: str) -> None:
    address = await brought(desk)

    page = await seen(desk, address + path, "stranger", status=404)

    assert "Không tìm thấy" in page.words
    assert "Biển Xanh" not in page.words


async def test_who_only_reads_sees_no_buttons_and_may_not_post(desk: Desk) -> None:
    address = await issued(desk)

    page = await seen(desk, f"{address}?edit=title", "nominator")
    form = {"version": ["1"], "standing": ["dismissed"], "leaf": ['{"key":"title"}']}
    refused = await sent(desk, f"{address}/decisions", form, "nominator", status=403)

    assert [form.action for form in page.forms] == ["/sign-out"]
    assert "Không có quyền" in refused.text


async def test_who_plans_for_nobody_is_told_what_to_do(desk: Desk) -> None:
    page = await seen(desk, "/readings", "nominator")

    assert "đề nghị người quản trị" in page.words
    assert [form.action for form in page.forms] == ["/sign-out"]


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("thu.txt", LETTER.encode(), 422, "Không phải kế hoạch"),
        ("scan.png", SCAN, 422, "Loại tệp này không đọc được"),
        ("scan.pdf", SCAN, 422, "Tệp hỏng hoặc không đúng loại"),
        ("cũ.doc", b"\xd0\xcf\x11\xe0" + bytes(100), 422, "Loại tệp này không đọc được"),
        ("bom.docx", word()[:900], 422, "Tệp không mở được an toàn"),
        ("lon.txt", b"a" * (20 * 1024 * 1024 + 1), 413, "Quá lớn"),
    ],
    ids=["letter", "picture", "no pdf", "old word", "broken", "too large"],
)
async def test_what_is_no_plan_is_refused_beside_the_form_and_nothing_is_kept(
    desk: Desk, database: Database, name: str, data: bytes, *, status: int, words: str
) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")

    answer = await sent(desk, form.action, form.sent(), status=status, files={"file": (name, BytesIO(data))})

    assert words in Seen(answer.text).words
    assert await kept(database) == (0, 0)


async def test_a_text_of_before_unicode_is_read_as_what_it_says(desk: Desk, database: Database) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")

    brought_in = await sent(desk, form.action, form.sent(), files={"file": ("kh.txt", in_tcvn3(PLAN))})
    page = await seen(desk, brought_in.headers["location"])

    assert "Hàng quý, mỗi đơn vị lựa chọn và giới thiệu từ 01 điển hình tiên tiến trở lên" in page.words
    assert await kept(database) == (1, 0)


async def test_a_text_that_was_pasted_is_still_there_when_it_is_refused(desk: Desk, database: Database) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")

    answer = await sent(desk, form.action, form.sent(text=LETTER), status=422)
    again = Seen(answer.text).form("/files/readings")

    assert ("text", LETTER) in again.fields
    assert await kept(database) == (0, 0)


async def test_neither_a_file_nor_a_text_or_both_are_asked_for_again(desk: Desk) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")

    none = await sent(desk, form.action, form.sent(), status=422)
    both = await sent(desk, form.action, form.sent(text=PLAN), status=422, files={"file": ("x.txt", PLAN.encode())})

    assert ("Chưa có văn bản" in none.text, "Chưa có văn bản" in both.text) == (True, True)


async def test_a_document_sent_twice_is_one(desk: Desk, database: Database) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")
    fields = form.sent()

    places = [
        (await sent(desk, form.action, fields, files={"file": ("kh.txt", PLAN.encode())})).headers["location"]
        for _ in range(2)
    ]

    assert places[0] == places[1]
    assert await kept(database) == (1, 1)


@pytest.mark.parametrize(
    "form",
    [
        {"standing": ["corrected"], "leaf": ['{"key":"title"}']},
        {"standing": ["confirmed"], "leaf": ["không phải"]},
        {"standing": ["confirmed"], "leaf": ['{"key":"../x"}']},
        {"standing": ["confirmed"]},
        {},
    ],
)
async def test_a_form_that_is_none_of_ours_changes_nothing(desk: Desk, form: dict[str, list[str]]) -> None:
    address = await brought(desk)

    await sent(desk, f"{address}/decisions", {"version": ["1"], **form}, status=422)

    assert (await desk.call("GET", f"/v1{address}")).json()["version"] == 1


async def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(desk: Desk) -> None:
    address = await brought(desk)

    answer = await desk.call("GET", f"{address}?edit=obligations/0")
    page = Seen(answer.text)

    loaded = [said.get(name) for _, said in page.elements for name in ("src", "href", "action", "hx-get", "hx-post")]
    assert [url for url in loaded if url and not url.startswith(("/", "#"))] == []
    assert [name for _, said in page.elements for name in said if name.startswith(("on", "style", "hx-on"))] == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
    assert answer.headers["cache-control"] == "no-store"


async def test_style_and_scripts_are_ours_and_kept_for_long(desk: Desk) -> None:
    page = await seen(desk, "/readings")

    assets = [said["src"] for said in page.all("script")] + [said["href"] for said in page.all("link")]
    answers = [await desk.call("GET", asset or "") for asset in assets]

    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=31536000, immutable"}
    assert (await desk.call("GET", "/readings/assets/khac.js")).status_code == 404


async def test_the_document_that_was_sent_lies_in_the_store(desk: Desk, database: Database, app: FastAPI) -> None:
    form = (await seen(desk, "/readings")).form("/files/readings")
    await sent(desk, form.action, form.sent(), files={"file": ("kh.txt", PLAN.encode())})

    async with database.transaction() as session:
        file = (await session.scalars(select(File))).one()
    store: DirectoryStore = app.state.store
    assert await store.read(file.key, limit_bytes=10**6) == PLAN.encode()
    assert file.attached_to is not None
