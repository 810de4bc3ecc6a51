"""The coming period's duty: who, how many, to whom, through whom, until when; chosen from what the product opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from deploy import sample
from deploy.demo.doors import Caller, Doors
from deploy.demo.names import lineage, spoken
from deploy.demo.scenes.plans import PLAN_221
from deploy.demo.telling import Teller
from deploy.demo.waiting import until
from deploy.sample import SamplePlan, SampleStory
from shared.clock import VIETNAM

Row = dict[str, Any]
SECOND = timedelta(seconds=1)
PRESENT = {"fulfilled", "fulfilled_late"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A duty that is not due yet, and the story its bearer presents for it."""

    plan: SamplePlan
    duty: Row
    story: SampleStory
    officer: Caller
    nearest_done: bool  # the nearest period was fulfilled by an earlier run

    @property
    def answers(self) -> Row:
        """What a nomination names to count here."""
        names = ("plan_id", "obligation_id", "period_key")
        return {name: self.duty[name] for name in names}


async def choose(doors: Doors, slug: str, kind: str) -> Chosen:
    """Of the duties still to come, whose bearer has a story: an open one, of the next due instant, an heir's if any."""
    plan = sample.plan(slug)
    officer = doors.person(plan.officer)

    async def opened() -> list[tuple[Row, SampleStory]] | None:
        rows = (await officer.get("plans", "/v1/duties", plan_id=plan.id, limit=100)).body["items"]
        coming = [row for row in rows if row["kind"] == kind and due(row) > datetime.now(VIETNAM)]
        told = [(row, sample.story_for(UUID(row["organisation_id"]))) for row in coming]
        return [(row, story) for row, story in told if story] or None

    found = await until(f"nhiệm vụ sắp tới của kế hoạch {slug}", opened)
    named = {key for o in plan.terms["obligations"] for key in o["bearers"]["organisation_ids"]}
    duty, story = min(
        found,
        key=lambda pair: (
            pair[0]["state"] in PRESENT,
            pair[0]["due_before"],
            pair[0]["organisation_id"] in named,
            pair[0]["organisation_id"],
        ),
    )
    done = duty["due_before"] != min(row["due_before"] for row, _ in found)
    return Chosen(plan, duty, story, officer, done)


def due(row: Row) -> datetime:
    """The instant from which it is too late, in Vietnam's time."""
    return datetime.fromisoformat(row["due_before"]).astimezone(VIETNAM)


async def show_turn(doors: Doors, tell: Teller) -> Chosen:
    """The rotation of plan 221 in the coming quarter."""
    tell.scene("Nhiệm vụ của quý tới, theo phân công luân phiên", "the coming quarter's duty by its rotation")
    chosen = await choose(doors, PLAN_221, "rotation")
    duty = chosen.duty
    if chosen.nearest_done:
        tell.say("Kỳ gần nhất đã đủ từ các lần chạy trước; lần này lấy kỳ kế tiếp.")
    await _check_who(tell, chosen)
    tell.say(f"Mỗi đơn vị từ {duty['minimum']:02d} điển hình trở lên, gửi {duty['to_name']}.")
    await _tell_via(tell, chosen)
    _check_terms(tell, duty)
    return chosen


async def _check_who(tell: Teller, chosen: Chosen) -> None:
    """The bearers are those the plan names for that quarter, or their heirs today."""
    officer, period = chosen.officer, chosen.duty["period_key"]
    terms = (await officer.get("plans", f"/v1/plans/{chosen.plan.id}")).body["terms"]
    obligation = next(o for o in terms["obligations"] if o["id"] == chosen.duty["obligation_id"])
    tell.say(f"Kỳ {period}. Văn bản ghi: «{obligation['quote']}»")
    on = chosen.plan.terms["date"]
    turn = [await lineage(officer, key, on) for key in obligation["bearers"]["organisation_ids"]]
    rows = [(body.then, body.now, body.source) for body in turn]
    tell.table(("Tên ngày ban hành", "Cơ quan hôm nay", "Nguồn của việc kế thừa"), rows)
    duties = (await officer.get("plans", "/v1/duties", plan_id=chosen.plan.id, period=period, limit=100)).body["items"]
    found = {duty["organisation_id"] for duty in duties if duty["kind"] == "rotation"}
    tell.check("Sản phẩm mở nhiệm vụ cho đúng các đơn vị ấy", found, {body.id for body in turn})


async def _tell_via(tell: Teller, chosen: Chosen) -> None:
    """Then and now: through whom the plan sends, and who stands for it today."""
    via = await lineage(chosen.officer, sample.organisation_id("phong-noi-vu-con-dao"), chosen.plan.terms["date"])
    tell.say(f"Kế hoạch ghi «qua» Phòng Nội vụ. {via.told}")
    tell.check("Tên cũ hiện đúng vào ngày của kế hoạch", via.then.startswith("Phòng Nội vụ - Lao động"), True)
    tell.check("Nhiệm vụ ghi đúng cơ quan kế thừa", chosen.duty["via_id"], via.id)


def _check_terms(tell: Teller, duty: Row) -> None:
    year, quarter = int(duty["period_key"][:4]), int(duty["period_key"][-1])
    too_late = datetime(year, quarter * 3, 5, tzinfo=VIETNAM)
    standing = sample.organisation_id("thuong-truc-hoi-dong-tdkt-con-dao")
    taken = {"minimum", "deadline", "to_ids", "via_id", "then_to_id"}
    tell.check("Số lượng, hạn, nơi nhận, nơi đi qua lấy từ nhiệm vụ chung", set(duty["taken_over"]), taken)
    tell.check("Ít nhất 01 điển hình", duty["minimum"], 1)
    tell.check(f"Gửi tới {duty['to_name']}", duty["to_id"], str(standing))
    tell.check("Hạn: «trước ngày 05 của tháng cuối quý»", due(duty), too_late)
    last = spoken(due(duty) - SECOND)
    tell.check(f"Giây cuối cùng còn kịp: {last}", last, f"04/{quarter * 3:02d}/{year} 23:59:59")


async def check_counted(tell: Teller, chosen: Chosen, nomination_id: UUID) -> None:
    """The duty knows of the nomination, and is fulfilled."""

    async def counted() -> Row | None:
        row: Row = (await chosen.officer.get("plans", f"/v1/duties/{chosen.duty['id']}")).body
        ours = [p for p in row["presented"] if p["nomination_id"] == str(nomination_id)]
        return row if ours and row["state"] in PRESENT else None

    row = await until("hồ sơ được tính cho nhiệm vụ", counted)
    counted_so_far = f"{row['state_label']}, đã tính {row['counted']:02d}"
    sentence = f"Nhiệm vụ {row['period_key']} của {row['organisation_name']}: {counted_so_far}"
    tell.check(sentence, row["counted"] >= row["minimum"], True)
