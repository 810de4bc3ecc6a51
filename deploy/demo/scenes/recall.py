"""The person concerned opens his link and withdraws: the item is gone from every portal, and says nothing more."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from deploy.demo.doors import Caller, Doors
from deploy.demo.failed import StepFailed
from deploy.demo.scenes.webhooks import WITHDRAWN, Endpoint, expect
from deploy.demo.telling import Teller
from deploy.demo.waiting import until
from deploy.sample import SampleStory

Item = dict[str, Any]
ONE = "query One($id: UUID!) { item(id: $id) { id title } }"


async def show_link(doors: Doors, tell: Teller, story: SampleStory, *, nomination_id: UUID) -> str:
    """The text and the link that the unit hands to the person concerned."""
    tell.scene("Người được giới thiệu rút lại sự đồng ý", "the person follows the signed link and withdraws")
    nominator = doors.person(story.nominator)
    path = f"/v1/nominations/{nomination_id}/notice"
    notices = (await nominator.get("nominations", path)).body["items"]
    named = sorted(notice["person_name"] for notice in notices)
    tell.check("Mỗi người đã đồng ý có một thông báo riêng", named, sorted(c["person_name"] for c in story.consents))
    tell.quote(notices[0]["text"], "Thông báo đơn vị chuyển cho người được giới thiệu")
    return str(notices[0]["link"])


async def withdraw(tell: Teller, anybody: Caller, link: str, *, items: list[Item]) -> None:
    """As the person does it in a browser: read the page, ask to withdraw, say yes."""

    async def shown() -> str | None:
        page = (await anybody.page(link)).text
        return page if all(item["url"] in page for item in items) else None

    page = await until("trang của người được giới thiệu liệt kê các nơi đăng", shown)
    tell.check("Trang riêng nói rõ bài đang đăng ở đâu", page.count("đang đăng"), len(items))
    question = await anybody.page(f"{link}/withdrawal")
    field = re.search(r'name="form" value="([^"]+)"', question.text)
    if field is None:
        raise StepFailed(f"Trang {link}/withdrawal không có biểu mẫu.")
    done = await anybody.http.post(f"{link}/withdrawal", data={"form": field[1]}, follow_redirects=True)
    tell.check("Bấm «Có, rút lại sự đồng ý»: trang xác nhận", "Ông/bà đã rút lại sự đồng ý" in done.text, True)


async def check_gone(tell: Teller, anybody: Caller, items: list[Item]) -> None:
    """410 by REST, as a page and for the picture; null and `gone` by GraphQL."""
    for item in items:
        address = f"{anybody.addresses['publicity']}/v1/items/{item['id']}"

        async def gone(address: str = address) -> int | None:
            status = (await anybody.http.get(address)).status_code
            return status if status == 410 else None

        await until(f"tin {address} trả lời 410", gone)
        found = [await _status(anybody, url) for url in (address, item["url"], item["pictures"][0]["url"])]
        tell.check(f"{item['owner']['name']}: tin, trang và ảnh đều trả lời 410", found, [410] * 3)
        data = await anybody.graph("publicity", ONE, id=item["id"])
        codes = [error["extensions"]["code"] for error in data["errors"]]
        tell.check("GraphQL không còn nội dung nào", (data["item"], codes), (None, ["gone"]))


async def _status(anybody: Caller, url: str) -> int:
    return (await anybody.http.get(url, follow_redirects=True)).status_code


async def check_told(tell: Teller, endpoint: Endpoint, items: list[Item]) -> None:
    """The newsroom learns of it, without a reason."""
    for item in items:
        delivery = await expect(endpoint, WITHDRAWN, item)
        data = delivery.verified(endpoint.secret)["data"]
        tell.check("Tòa soạn được báo gỡ, không nêu lý do", (data["withdrawal"], data["explanation"]), ("gone", None))
