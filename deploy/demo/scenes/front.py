"""Across hierarchies: the Front's units present monthly to the Front's office, and from there to the State's board."""

from __future__ import annotations

from uuid import UUID

from deploy import sample
from deploy.demo.doors import Caller, Doors
from deploy.demo.scenes.duties import check_counted, choose
from deploy.demo.scenes.nominations import present_for
from deploy.demo.scenes.portals import Item, show_item
from deploy.demo.scenes.review import approve, show_above
from deploy.demo.telling import Teller
from deploy.demo.waiting import until

CONTINUED = "mttq-lang-son-tiep-tuc"
FRONT, STATE = "mttq-lang-son", "ubnd-lang-son"


async def show(doors: Doors, tell: Teller) -> list[Item]:
    """Both items; they stay published."""
    tell.scene("Từ Mặt trận sang Nhà nước", "a cross-hierarchy walk: the Front, then the State")
    plan = sample.plan(CONTINUED)
    chosen = await choose(doors, CONTINUED, "nominate")
    duty = chosen.duty
    tell.say(f"Kế hoạch giai đoạn 2017-2020 đã qua; bản tiếp tục với cùng nhiệm vụ là {plan.sources[0]}.")
    amount = f"từ {duty['minimum']:02d} điển hình"
    tell.say(f"Kỳ {duty['period_key']}: {duty['organisation_name']}, {amount}, gửi {duty['to_name']}.")
    office = sample.organisation_id("van-phong-mttq-lang-son")
    tell.check("Hằng tháng, gửi Văn phòng Ủy ban MTTQ tỉnh", (duty["to_id"], len(duty["period_key"])), (str(office), 7))
    answer = await present_for(doors, tell, chosen)
    nomination_id = UUID(answer.body["id"])
    await check_counted(tell, chosen, nomination_id)
    approved = await approve(doors.person("van-phong-mat-tran-lang-son"), nomination_id, recommend=True)
    board = sample.organisation_id("ban-tdkt-lang-son")
    tell.check(
        "Từ đây lên Ban TĐKT tỉnh, một cơ quan của Nhà nước",
        approved.body["stations"][1]["organisation_id"],
        str(board),
    )
    tell.say("Bài hiện trên trang của Mặt trận:")
    first = await show_item(tell, doors.anybody, nomination_id, owner=FRONT, draft=chosen.story.draft)
    tell.say("Ban TĐKT tỉnh được báo, đọc và phê duyệt:")
    await show_above(doors, tell, nomination_id, subject="ban-tdkt-lang-son")
    second = await show_item(tell, doors.anybody, nomination_id, owner=STATE, draft=chosen.story.draft)
    tell.say("Báo là kênh chờ biên tập viên bấm đăng:")
    await place_in_newspaper(tell, doors.person("bien-tap-lang-son"), first)
    return [first, second]


async def place_in_newspaper(tell: Teller, editor: Caller, item: Item) -> None:
    """A channel that waits for an editor: he confirms it."""
    channel = sample.key("channel", "lang-son-bao-dai")
    desk = await editor.get("publicity", f"/v1/desk/items/{item['id']}")
    pending = [p["channel_id"] for p in desk.body["placements"] if p["state"] == "pending"]
    tell.check("Báo, đài của tỉnh chờ biên tập viên", pending, [str(channel)])
    await editor.post("publicity", f"/v1/items/{item['id']}/placements/{channel}", version=desk.version)

    async def placed() -> list[str] | None:
        body = (await editor.get("publicity", f"/v1/items/{item['id']}")).body
        kinds = sorted(p["kind"] for p in body["placements"] if p["placed_at"])
        return kinds if len(kinds) == 2 else None

    tell.check("Đã đăng cả trên trang và trên báo", await until("tin trên báo", placed), ["newspaper", "portal"])
