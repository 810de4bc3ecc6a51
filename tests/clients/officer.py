"""A plan officer in Chromium: signed in at the development issuer, before the pages of plans on a port of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from deploy.native.servers import free_ports
from services.plans import actions
from services.plans.app import create
from services.serving import dispatcher
from shared.auth import OPERATOR, Role
from shared.auth.actor import person_id
from shared.auth.tokens import verifier_for
from shared.bus.memory import MemoryBus
from shared.db import Database
from shared.files.store import open_store
from shared.settings import Settings
from shared.web import Parts
from tests.clients.browser import QUIET
from tests.clients.tools import from_debian, from_npm
from tests.plans import factories as make
from tests.plans.confirming.conftest import called
from tests.shared.browser.oidc import standing


@dataclass
class Officer:
    """The browser, signed in, and where the pages are."""

    browser: Browser
    page: Page
    desk: str

    async def bring(self, text: str) -> None:
        """Pastes a document and waits for its page."""
        await self.page.goto(self.desk)
        await self.page.click("summary")
        await self.page.fill("#text", text)
        await self.page.click("text=Đọc văn bản")
        await self.page.wait_for_selector("#reading")

    async def complaints(self) -> list[str]:
        """What axe-core finds wrong with the page as it stands."""
        await self.page.evaluate((from_npm("axe-core") / "axe.min.js").read_text())
        found: dict[str, Any] = await self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]

    async def too_wide(self) -> list[str]:
        """What reaches beyond the window."""
        names: list[str] = await self.page.evaluate(
            "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
            " && getComputedStyle(e).position !== 'absolute').map(e => e.outerHTML.slice(0, 120))"
        )
        return names

    async def focused(self) -> str:
        """The id of what has the focus."""
        found: str = await self.page.evaluate("document.activeElement.id || document.activeElement.tagName")
        return found


@asynccontextmanager
async def officer(database: Database, home: Path) -> AsyncIterator[Officer]:
    """With the directory of a small body, in which he is the plan officer."""
    (port,) = free_ports(1)
    settings = Settings(_env_file=None, home=home, public_url=f"http://127.0.0.1:{port}")
    await _directory(database, settings)
    parts = Parts(settings, database, MemoryBus(), open_store(settings), verifier_for(settings))
    await parts.store.prepare()
    async with standing(dispatcher({"plans": create(parts)}, settings), port), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=from_debian("chromium"), args=QUIET)
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        page = await context.new_page()
        desk = f"{settings.base_url}/plans/readings"
        await page.goto(desk)
        await page.fill("input >> nth=0", "officer")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{desk}*")
        yield Officer(browser, page, desk)
        await browser.close()


async def _directory(database: Database, settings: Settings) -> None:
    top = called("bien-xanh", "Ủy ban nhân dân đặc khu Biển Xanh")
    names = {"van-hoa": "Phòng Văn hóa - Xã hội đặc khu Biển Xanh", "song-bien": "Trường Tiểu học Sóng Biển"}
    names |= {f"thon-{n}": f"Thôn {n}" for n in range(1, 11)}
    below = [called(slug, name, above=top.organisation_id) for slug, name in names.items()]
    who = person_id(settings.auth_issuer, "officer")
    offices = [make.office(who, top.organisation_id, Role.PLAN_OFFICER)]
    async with database.transaction() as session:
        await actions.import_directory(session, OPERATOR, actions.Directory([top, *below], offices))
