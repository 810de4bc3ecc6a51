"""The coming period's duty: who, how many, to whom, through whom, until when; chosen from what the product opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from deploy import sample
from deploy.demo.doors import Caller, Doors
from deploy.demo.names import called, spoken
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

    @property
    def answers(self) -> Row:
        """What a nomination names to count here."""
        names = ("plan_id", "obligation_id", "period_key")
        return {name: self.duty[name] for name in names}


async def choose(doors: Doors, slug: str, kind: str) -> Chosen:
    """Of the duties still to come, the first that is open and whose bearer has a story; else the first."""
    plan = sample.plan(slug)
    officer = doors.person(plan.officer)

    async def opened() -> list[tuple[Row, SampleStory]] | None:
        rows = (await officer.get("plans", "/v1/duties", plan_id=plan.id, limit=100)).body["items"]
        coming = [row for row in rows if row["kind"] == kind and due(row) > datetime.now(VIETNAM)]
        told = [(row, sample.story_for(UUID(row["organisation_id"]))) for row in coming]
        return [(row, story) for row, story in told if story] or None

    found = await until(f"nhiệm vụ sắp tới của kế hoạch {slug}", opened)
    duty, story = min(found, key=lambda pair: (pair[0]["state"] in PRESENT, pair[0]["due_before"]))
    return Chosen(plan, duty, story, officer)


def due(row: Row) -> datetime:
    """The instant from which it is too late, in Vietnam's time."""
    return datetime.fromisoformat(row["due_before"]).astimezone(VIETNAM)


async def show_turn(doors: Doors, tell: Teller) -> Chosen:
    """The rotation of plan 221 in the coming quarter."""
    tell.scene("Nhiệm vụ của quý tới, theo phân công luân phiên", "the coming quarter's duty by its rotation")
    chosen = await choose(doors, PLAN_221, "rotation")
    duty, officer = chosen.duty, chosen.officer
    rows = (await officer.get("plans", "/v1/duties", plan_id=chosen.plan.id, limit=100)).body["items"]
    turn = [row for row in rows if (row["kind"], row["period_key"]) == ("rotation", duty["period_key"])]
    tell.table(
        ("Kỳ", "Ai", "Số lượng", "Gửi tới", "Qua", "Hạn cuối", "Trạng thái"),
        [_told(row) for row in turn],
    )
    await _tell_names(tell, officer, chosen)
    _check_terms(tell, duty)
    await _check_who(tell, chosen, turn)
    return chosen


def _told(row: Row) -> Sequence[object]:
    last = spoken(due(row) - SECOND)
    amount = f"từ {row['minimum']:02d} trở lên"
    return (
        row["period_key"],
        row["organisation_name"],
        amount,
        row["to_name"],
        row["via_name"],
        last,
        row["state_label"],
    )


async def _tell_names(tell: Teller, officer: Caller, chosen: Chosen) -> None:
    """Then and now: what the plan named, and who stands for it today."""
    via = sample.organisation_id("phong-noi-vu-con-dao")
    then = await called(officer, via, chosen.plan.terms["date"])
    heir = (await officer.get("plans", f"/v1/organisations/{via}")).body["heirs"][0]
    tell.say(f"Kế hoạch ghi «qua» {then}; cơ quan ấy kết thúc ngày 30/6/2025.")
    tell.say(f"Nay hồ sơ đi qua {chosen.duty['via_name']} (nguồn của việc kế thừa: {heir['source']}).")
    tell.check("Tên cũ hiện đúng vào ngày của kế hoạch", then.startswith("Phòng Nội vụ - Lao động"), True)
    tell.check("Cơ quan kế thừa là cơ quan nhận hôm nay", chosen.duty["via_id"], heir["organisation_id"])


def _check_terms(tell: Teller, duty: Row) -> None:
    year, quarter = int(duty["period_key"][:4]), int(duty["period_key"][-1])
    too_late = datetime(year, quarter * 3, 5, tzinfo=VIETNAM)
    standing = sample.organisation_id("thuong-truc-hoi-dong-tdkt-con-dao")
    tell.check(
        "Số lượng, hạn, nơi nhận, nơi đi qua lấy từ nhiệm vụ chung của kế hoạch",
        set(duty["taken_over"]),
        {
            "minimum",
            "deadline",
            "to_ids",
            "via_id",
            "then_to_id",
        },
    )
    tell.check("Ít nhất 01 điển hình", duty["minimum"], 1)
    tell.check(f"Gửi tới {duty['to_name']}", duty["to_id"], str(standing))
    tell.check("«Trước ngày 05 của tháng cuối quý»", due(duty), too_late)
    tell.check(
        f"Giây cuối cùng còn kịp: {spoken(due(duty) - SECOND)}",
        spoken(due(duty) - SECOND),
        f"04/{quarter * 3:02d}/{year} 23:59:59",
    )


async def _check_who(tell: Teller, chosen: Chosen, turn: Sequence[Row]) -> None:
    """The bearers are those the plan names for that quarter, or their heirs today."""
    quarter = int(chosen.duty["period_key"][-1])
    obligation = next(o for o in chosen.plan.terms["obligations"] if o.get("quarter") == quarter)
    tell.say(f"Văn bản ghi: «{obligation['quote']}»")
    wanted = set()
    for named in obligation["bearers"]["organisation_ids"]:
        body = (await chosen.officer.get("plans", f"/v1/organisations/{named}")).body
        wanted.add(named if body["valid_to"] is None else body["heirs"][0]["organisation_id"])
    found = {row["organisation_id"] for row in turn}
    tell.check(f"Đến lượt: {'; '.join(row['organisation_name'] for row in turn)}", found, wanted)


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
