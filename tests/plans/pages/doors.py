"""What a person does at the pages, as ordinary forms: open, send, confirm everything, issue."""

from __future__ import annotations

from typing import Any

import httpx

from tests.plans.confirming.conftest import Desk
from tests.plans.confirming.texts import PLAN
from tests.plans.pages.seen import Seen


async def seen(desk: Desk, path: str, who: str = "officer", *, status: int = 200) -> Seen:
    """A page."""
    answer = await desk.call("GET", path, who)
    assert answer.status_code == status, answer.text[:400]
    return Seen(answer.text)


async def sent(
    desk: Desk, path: str, fields: dict[str, list[str]], who: str = "officer", *, status: int = 303, **given: Any
) -> httpx.Response:
    """A form that was sent."""
    answer = await desk.call("POST", path, who, data=fields, **given)
    assert answer.status_code == status, answer.text[:400]
    return answer


async def brought(desk: Desk, text: str = PLAN, **fields: str) -> str:
    """The address of a document that was pasted."""
    form = (await seen(desk, "/readings")).form("/files/readings")
    answer = await sent(desk, form.action, form.sent(text=text, **fields))
    return answer.headers["location"]


async def decided(desk: Desk, address: str, key: str, standing: str = "confirmed") -> httpx.Response:
    """One leaf, by its own button."""
    form = (await seen(desk, address)).form("/decisions", f'"{key}"')
    return await sent(desk, form.action, form.sent(standing=standing))


async def confirm_all(desk: Desk, address: str) -> None:
    """Group by group, then whatever is left one by one."""
    page = await seen(desk, address)
    while waiting := [leaf["data-key"] or "" for leaf in page.all("article") if leaf["data-standing"] == "proposed"]:
        forms = [form for form in page.forms if form.action.endswith("/decisions") and page.sends(form, waiting)]
        largest = max(forms, key=lambda form: len(form.fields))
        await sent(desk, largest.action, largest.sent(standing="confirmed"))
        page = await seen(desk, address)


async def issued(desk: Desk, text: str = PLAN, **fields: str) -> str:
    """The address of a document whose plan binds."""
    address = await brought(desk, text, **fields)
    await confirm_all(desk, address)
    form = (await seen(desk, f"{address}/issue")).form("/issue")
    await sent(desk, form.action, form.sent())
    return address
