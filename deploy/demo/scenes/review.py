"""The stations: told that something waits, taking it up, seeing what the portal will show, and approving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from deploy import sample
from deploy.demo.doors import Answer, Caller, Doors
from deploy.demo.names import lineage
from deploy.demo.scenes.duties import Chosen
from deploy.demo.scenes.nominations import read
from deploy.demo.telling import Teller
from deploy.demo.waiting import until

Message = dict[str, Any]
SUBMITTED = "lantoa.nomination.submitted.v1"
RECOMMENDED = "lantoa.nomination.recommended.v1"


async def message(caller: Caller, kind: str, nomination_id: UUID) -> Message:
    """The message of this kind about this nomination, once it has come."""

    async def come() -> Message | None:
        rows = (await caller.get("notifications", "/v1/messages", unread="true", limit=100)).body["items"]
        return next((r for r in rows if (r["kind"], r["nomination_id"]) == (kind, str(nomination_id))), None)

    return await until(f"thông báo «{kind}»", come)


async def read_message(tell: Teller, caller: Caller, found: Message) -> None:
    """Shown as its reader sees it, and marked as read."""
    tell.quote(found["body"], found["title"])
    answer = await caller.post("notifications", f"/v1/messages/{found['id']}/read")
    tell.check("Thông báo đã được mở đọc", answer.body["read_at"] is not None, True)


async def show_review(doors: Doors, tell: Teller, chosen: Chosen, *, nomination_id: UUID) -> None:
    """Through the body named by «qua»: it is told, takes the nomination up, and sees exactly what will be shown."""
    tell.scene("Hồ sơ đi qua «Phòng Nội vụ»", "the reviewer is told, takes it up, previews what the portal will show")
    reviewer = doors.person("noi-vu-con-dao")
    await read_message(tell, reviewer, await message(reviewer, SUBMITTED, nomination_id))
    taken = await take_up(reviewer, nomination_id)
    tell.check("Đã tiếp nhận để thẩm định", taken.body["stations"][0]["state"], "in_review")
    preview = (await reviewer.get("nominations", f"/v1/nominations/{nomination_id}/preview")).body
    story = preview["story"]
    draft = chosen.story.draft
    tell.check(
        "Xem trước: đúng tên bài, tóm tắt và nội dung",
        [story[n] for n in ("title", "summary", "body")],
        [draft[n] for n in ("title", "summary", "body")],
    )
    tell.check("Không còn thiếu sự đồng ý của ai", preview["missing_consents"], [])


async def take_up(caller: Caller, nomination_id: UUID) -> Answer:
    """On the version he has just read."""
    standing = await read(caller, nomination_id)
    return await caller.post("nominations", f"/v1/nominations/{nomination_id}/take-up", version=standing.version)


async def approve(caller: Caller, nomination_id: UUID, *, recommend: bool) -> Answer:
    """On the version he has just read, taken up first where nobody has."""
    standing = await read(caller, nomination_id)
    if standing.body["stations"][-1]["state"] == "waiting":
        standing = await take_up(caller, nomination_id)
    path = f"/v1/nominations/{nomination_id}/approval"
    return await caller.post("nominations", path, {"recommend": recommend}, version=standing.version)


async def show_first_approval(doors: Doors, tell: Teller, chosen: Chosen, *, nomination_id: UUID) -> None:
    """Approved, and sent on to the body above: the one the plan names, or its heir today."""
    tell.scene("Thường trực Hội đồng phê duyệt và giới thiệu lên trên", "the first approval opens the next station")
    named = sample.organisation_id("hoi-dong-tdkt-brvt")
    above = await lineage(chosen.officer, named, chosen.plan.terms["date"])
    tell.say(f"Kế hoạch ghi tiếp theo là Hội đồng cấp trên. {above.told}")
    answer = await approve(doors.person("thuong-truc-con-dao"), nomination_id, recommend=True)
    first, second = answer.body["stations"]
    tell.check("Cấp thứ nhất đã phê duyệt", first["state"], "approved")
    tell.check(f"{above.now} đang chờ xét", (second["organisation_id"], second["state"]), (above.id, "waiting"))


async def show_above(doors: Doors, tell: Teller, nomination_id: UUID, *, subject: str) -> None:
    """The office of the body above is told, reads, and approves in its turn."""
    above = doors.person(subject)
    await read_message(tell, above, await message(above, RECOMMENDED, nomination_id))
    answer = await approve(above, nomination_id, recommend=False)
    states = [station["state"] for station in answer.body["stations"]]
    tell.check(
        "Cả hai cấp đã phê duyệt, hồ sơ kết thúc", (states, answer.body["state"]), (["approved"] * 2, "concluded")
    )
