"""Chromium on the pages of readings: by keyboard, in a narrow window, for a screen reader, saved as one types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import expect

from shared.db import Database
from tests.clients.officer import Officer, officer
from tests.plans.confirming.texts import AMENDMENT, PLAN

LETTER = "Kính gửi anh Nam. Cuối tuần này gia đình tôi mời anh sang chơi, ăn bữa cơm thân mật với các cháu."


@pytest.fixture(scope="session")
def service() -> str:
    """Whose database the pages stand on."""
    return "plans"


@pytest.fixture
async def desk(committed: Database, home: Path) -> AsyncIterator[Officer]:
    """A plan officer before an empty desk."""
    async with officer(committed, home) as here:
        yield here


async def waits_for(desk: Officer, words: str) -> None:
    """The count of what is left says so."""
    await expect(desk.page.locator("#status")).to_contain_text(words)


async def issued(desk: Officer) -> None:
    """The plan that is open binds."""
    while await desk.page.locator("[data-standing=proposed].leaf [data-does=confirm]").count():
        await desk.page.keyboard.press("x")
        await desk.page.wait_for_timeout(20)
    await waits_for(desk, "có thể ban hành")
    await desk.page.click("#issue a")
    await desk.page.click("form[action$='/issue'] button")
    await desk.page.wait_for_url("**/binding")


async def test_a_plan_is_confirmed_and_issued_without_a_mouse(desk: Officer) -> None:
    keyboard = desk.page.keyboard
    await desk.bring(PLAN)
    await keyboard.press("j")
    first = await desk.focused()
    await keyboard.press("x")
    await waits_for(desk, "Còn 12 trên 13")
    second = await desk.focused()
    await keyboard.press("d")
    await waits_for(desk, "Còn 11 trên 13")
    for _ in range(11):
        await keyboard.press("Enter")
    await waits_for(desk, "Đã xong 13 mục")

    dismissed = await desk.page.locator(".leaf[data-standing=dismissed]").get_attribute("data-key")
    await desk.page.focus("#issue a")
    await keyboard.press("Enter")
    await desk.page.wait_for_url("**/issue")
    await desk.page.focus("form[action$='/issue'] button")
    await keyboard.press("Enter")
    await desk.page.wait_for_url("**/binding")

    assert (first, second, dismissed) == ("leaf-obligations-0", "leaf-obligations-1", "obligations/1")
    await expect(desk.page.locator("main")).to_contain_text("12 đơn vị hôm nay")


async def test_a_correction_is_saved_as_it_is_made_and_the_focus_stays(desk: Officer) -> None:
    page = desk.page
    await desk.bring(PLAN)
    await page.keyboard.press("j")
    await page.keyboard.press("e")
    await expect(page.locator("#f-obligations-0-kind")).to_be_focused()

    await page.fill("#f-obligations-0-minimum", "3")
    await page.keyboard.press("Tab")
    await expect(page.locator("#saved-obligations-0")).to_have_text("Đã lưu")
    while_typing = await desk.focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#leaf-obligations-0")).to_be_focused()
    await page.reload()

    assert while_typing == "f-obligations-0-maximum"
    await expect(page.locator("#leaf-obligations-0")).to_contain_text("giới thiệu điển hình: ít nhất 3")
    await expect(page.locator("#leaf-obligations-0 .machine")).to_contain_text("ít nhất 1")


async def test_what_is_wrong_is_said_at_once_and_nothing_is_saved(desk: Officer) -> None:
    page = desk.page
    await desk.bring(PLAN)
    await page.click("#leaf-obligations-0 [data-does=edit]")

    await page.fill("#f-obligations-0-minimum", "9")
    await page.keyboard.press("Tab")
    await page.fill("#f-obligations-0-maximum", "2")
    await page.keyboard.press("Tab")
    await expect(page.locator("#wrong-obligations-0")).to_contain_text("số nhiều nhất nhỏ hơn số ít nhất")
    await expect(page.locator("#saved-obligations-0")).to_have_text("")
    complaints = await desk.complaints()
    await page.fill("#f-obligations-0-maximum", "12")
    await page.keyboard.press("Tab")

    await expect(page.locator("#wrong-obligations-0")).to_have_text("")
    await expect(page.locator("#saved-obligations-0")).to_have_text("Đã lưu")
    assert complaints == []


async def test_what_somebody_else_changed_is_shown_and_nothing_typed_is_lost(desk: Officer) -> None:
    page = desk.page
    await desk.bring(PLAN)
    await page.click("#leaf-title [data-does=edit]")
    other = await page.context.new_page()
    await other.goto(page.url)
    await other.click("#leaf-number [data-does=confirm]")
    await expect(other.locator("#status")).to_contain_text("Còn 12")

    await page.fill("#f-title-value", "Trích yếu khác")
    await page.keyboard.press("Tab")
    await expect(page.locator("#said")).to_contain_text("Có người vừa sửa")
    complaints, typed, focused = await desk.complaints(), await page.input_value("#f-title-value"), await desk.focused()
    await page.click("#leaf-title [data-does=done]")

    await expect(page.locator("#leaf-title .says")).to_have_text("Trích yếu khác")
    await waits_for(desk, "Còn 11")
    assert (complaints, typed) == ([], "Trích yếu khác")
    assert focused != "BODY"


async def test_a_line_that_breaks_is_said_and_nothing_is_lost(desk: Officer) -> None:
    page = desk.page
    await desk.bring(PLAN)
    await page.click("#leaf-title [data-does=edit]")

    await page.context.set_offline(True)
    await page.fill("#f-title-value", "Trích yếu khác")
    await page.keyboard.press("Tab")
    await expect(page.locator("#said")).to_contain_text("chưa có gì thay đổi")
    await page.context.set_offline(False)
    await page.click("#leaf-title [data-does=done]")

    await expect(page.locator("#leaf-title .says")).to_have_text("Trích yếu khác")
    await expect(page.locator("#said")).to_have_text("")


async def test_a_missed_obligation_is_added_and_found_in_its_group(desk: Officer) -> None:
    page = desk.page
    await desk.bring(PLAN)
    await page.click("text=Thêm nhiệm vụ")
    await page.click("text=Thêm nhiệm vụ")  # a second press does not open a second form
    await expect(page.locator("#f-obligations-2-kind")).to_have_count(1)

    await page.select_option("#f-obligations-2-kind", "award")
    await page.click("#leaf-obligations-2 [data-does=done]")
    await expect(page.locator("#leaf-obligations-2")).to_contain_text("khen thưởng")
    await page.click("#leaf-obligations-2 [data-does=dismiss]")

    await expect(page.locator("#leaf-obligations-2")).to_have_count(0)
    assert await desk.focused() != "BODY"


async def test_a_group_is_confirmed_with_one_press(desk: Officer) -> None:
    await desk.bring(PLAN)

    await desk.page.click("#head-letterhead >> text=Xác nhận cả nhóm")

    await waits_for(desk, "Còn 3 trên 13")
    marks = desk.page.locator("mark[data-leaf=number]")
    await expect(marks).to_have_attribute("data-standing", "confirmed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_nothing_is_wider_than_a_narrow_window(desk: Officer, scheme: str) -> None:
    page = desk.page
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    found: dict[str, list[str]] = {}

    async def look(state: str) -> None:
        for width in (1280, 320):
            await page.set_viewport_size({"width": width, "height": 800})
            wrong = [*await desk.complaints(), *await desk.too_wide()]
            found.update({f"{state} {width}": wrong} if wrong else {})

    await look("desk")
    await page.click("summary")
    await page.fill("#text", LETTER)
    await page.click("text=Đọc văn bản")
    await expect(page.locator("[role=alert]")).to_contain_text("Không phải kế hoạch")
    await look("refused")
    await desk.bring(PLAN)
    await look("reading")
    await page.keyboard.press("?")
    await page.click("#leaf-obligations-0 [data-does=edit]")
    await page.locator("#f-obligations-0-kind").wait_for()
    for rule in ("date", "weekday", "after", "months"):
        await page.select_option("#f-obligations-0-deadline", rule)
        await look(f"editing {rule}")
    await page.goto(page.url.partition("#")[0])
    await page.keyboard.press("j")
    await issued(desk)
    await look("binding")
    await page.go_back()
    await page.go_back()
    await look("issued")
    await desk.page.goto(desk.desk)
    await page.select_option("#amends", index=1)
    await page.click("summary")
    await page.fill("#text", AMENDMENT)
    await page.click("text=Đọc văn bản")
    await expect(page.locator("#differences")).to_contain_text("không còn nêu")
    await look("amendment")
    await page.goto(f"{page.url}/issue")
    await look("asking")

    assert found == {}


async def test_a_screen_reader_hears_what_each_button_is_about(desk: Officer) -> None:
    page = desk.page
    await desk.bring(PLAN)

    for does in ("Xác nhận", "Sửa", "Bỏ"):
        await expect(page.get_by_role("button", name=f"{does} Nhiệm vụ 1", exact=True)).to_have_count(1)
    await expect(page.get_by_role("article", name="Nhiệm vụ 1", exact=True)).to_have_count(1)
    await expect(page.get_by_role("region", name="Văn bản", exact=True)).to_have_count(1)
    await expect(page.get_by_role("region", name="Các mục", exact=True)).to_have_count(1)
    await expect(page.get_by_role("status").first).to_contain_text("Còn 13 trên 13")
    levels = await page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert all(after - before <= 1 for before, after in pairwise(levels))


async def test_everything_works_where_scripts_do_not_run(desk: Officer) -> None:
    signed_in = await desk.page.context.storage_state()
    plain = await desk.browser.new_context(java_script_enabled=False, storage_state=signed_in)
    page = await plain.new_page()
    await page.goto(desk.desk)
    await page.set_input_files("#file", {"name": "kh.txt", "mimeType": "text/plain", "buffer": PLAN.encode()})
    await page.click("text=Đọc văn bản")
    await page.click("#leaf-title [data-does=edit]")
    await page.fill("#f-title-value", "Trích yếu khác")
    await page.click("#leaf-title [data-does=done]")
    await page.click("#leaf-number [data-does=confirm]")

    await expect(page.locator("#leaf-title .says")).to_have_text("Trích yếu khác")
    await expect(page.locator("#status")).to_contain_text("Còn 11 trên 13")
    await plain.close()
