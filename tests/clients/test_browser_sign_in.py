"""Chromium signs in: it keeps the cookies, follows the redirects, hides them from scripts, and names foreign pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from deploy.native.servers import free_ports
from shared.db import Database
from shared.settings import Settings
from tests.clients.browser import QUIET
from tests.clients.tools import from_debian
from tests.shared.browser.doors import product
from tests.shared.browser.oidc import standing


@pytest.fixture(scope="session")
def service() -> str:
    """Whose database the page stands on."""
    return "shared"


@pytest.fixture
async def address(database: Database, home: Path) -> AsyncIterator[str]:
    """A service with one page, and the development issuer beside it."""
    (port,) = free_ports(1)
    settings = Settings(_env_file=None, home=home, public_url=f"http://127.0.0.1:{port}")
    async with standing(product(settings, database), port):
        yield settings.base_url


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A narrow window."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=from_debian("chromium"), args=QUIET)
        yield await chromium.new_page(viewport={"width": 320, "height": 640})
        await chromium.close()


async def signs_in(page: Page, opened: str) -> None:
    """By keyboard alone."""
    await page.goto(opened)
    for word in ("mai", "Trần Thị Mai"):
        await page.keyboard.type(word)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/shared/desk*")


async def test_by_keyboard_in_a_narrow_window(page: Page, address: str) -> None:
    await page.goto(f"{address}/shared/desk?id=7")
    width = await page.evaluate("document.documentElement.scrollWidth")

    await signs_in(page, f"{address}/shared/desk?id=7")

    assert (page.url, await page.inner_text("body")) == (f"{address}/shared/desk?id=7", '"Trần Thị Mai"')
    assert width == 320


async def test_by_another_name_of_the_same_machine(page: Page, address: str) -> None:
    await signs_in(page, f"{address.replace('127.0.0.1', 'localhost')}/shared/desk")

    assert page.url == f"{address}/shared/desk"


async def test_scripts_see_no_cookie_and_the_page_itself_may_post(page: Page, address: str) -> None:
    await signs_in(page, f"{address}/shared/desk")

    seen = await page.evaluate("document.cookie")
    status = await page.evaluate("fetch('/shared/desk', {method: 'POST'}).then(answer => answer.status)")
    rest = await page.evaluate("fetch('/shared/v1/me').then(answer => answer.status)")

    assert (seen, status, rest) == ("", 200, 401)


async def test_a_page_of_somebody_else_cannot_post(page: Page, address: str) -> None:
    await signs_in(page, f"{address}/shared/desk")

    await page.goto(f"data:text/html,<form method=post action='{address}/shared/desk'><button>Xem ảnh</button></form>")
    async with page.expect_response(f"{address}/shared/desk") as answered:
        await page.click("button")

    assert (await answered.value).status == 403
