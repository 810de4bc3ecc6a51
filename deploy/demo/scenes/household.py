"""A household outside any plan: every adult is asked, and only what all agreed to is shown. It stays on the portal."""

from __future__ import annotations

from uuid import UUID

from deploy import sample
from deploy.demo.doors import Doors
from deploy.demo.scenes.nominations import present
from deploy.demo.scenes.portals import items_of, show_item
from deploy.demo.scenes.review import approve
from deploy.demo.telling import Teller

STORY = "ho-lam-nuoc-mam"


async def show(doors: Doors, tell: Teller) -> None:
    """Once: on a further run it is there already."""
    story = sample.story(STORY)
    tell.scene("Một hộ gia đình, hỏi ý kiến từng người lớn", "a household: only what every adult agreed to is shown")
    owner = sample.organisation_id("ubnd-con-dao")
    there = [item for item in await items_of(doors.anybody, owner) if item["title"] == story.draft["title"]]
    if there:
        nomination_id = UUID(there[0]["nominationId"])
        tell.say("Bài của hộ này đã có trên trang từ lần chạy trước.")
    else:
        answer = await present(doors, story)
        nomination_id = UUID(answer.body["id"])
        tell.say("Ông đồng ý đăng trên trang và tạp chí; bà chỉ đồng ý đăng trên trang.")
        tell.check("Chỉ đăng nơi cả hai người đồng ý", answer.body["consented_kinds"], ["portal"])
        await approve(doors.person("lanh-dao-con-dao"), nomination_id, recommend=False)
    await show_item(tell, doors.anybody, nomination_id, owner="ubnd-con-dao", draft=story.draft)
