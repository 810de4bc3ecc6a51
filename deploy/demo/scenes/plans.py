"""A plan comes in as its document: read, confirmed by its officer, issued."""

from __future__ import annotations

from collections import Counter
from typing import Any

from deploy import sample
from deploy.demo.confirming import issued_from
from deploy.demo.doors import Answer, Caller, Doors
from deploy.demo.names import called
from deploy.demo.telling import Teller
from deploy.demo.uploads import Upload, uploaded
from deploy.sample import SamplePlan

PLAN_221 = "ubnd-con-dao-221-2020"
TEXT = "text/plain"
Row = dict[str, Any]


def document_of(plan: SamplePlan) -> Upload:
    """The plan's own text."""
    return Upload(plan.document.name, TEXT, plan.document.read_bytes(), sample.key("file", plan.slug))


async def entered(doors: Doors, plan: SamplePlan) -> Answer:
    """Drafted and issued by its officer; on a further run found as it stands."""
    officer = doors.person(plan.officer)
    file_id = await uploaded(officer, "plans", document_of(plan))
    path = f"/v1/plans/{plan.id}"
    found = await officer.put("plans", path, {**plan.terms, "file_id": str(file_id)})
    if found.body["state"] != "draft":
        return found
    return await officer.post("plans", f"{path}/issue", version=found.version)


async def issue_221(doors: Doors, tell: Teller) -> None:
    """«Kế hoạch 221/KH-UBND» binds from now on."""
    plan = sample.plan(PLAN_221)
    tell.scene("Kế hoạch 221/KH-UBND được ban hành", "the plan is issued; its text lies in object storage")
    then, now = await _issuer(doors.person(plan.officer), plan)
    tell.say(f"Ngày 28/9/2020, {then} ban hành kế hoạch. Nay cơ quan ấy là {now}.")
    tell.say(f"«{plan.terms['title']}»")
    officer = doors.person(plan.officer)
    file_id = await uploaded(officer, "plans", document_of(plan))
    reading, answer, anew = await issued_from(officer, plan, file_id)
    _check_reading(tell, reading, plan)
    for own in anew:
        tell.say(f"Cơ quan máy đề xuất chưa đúng ở {own['label']} («{own['actor']}»): cán bộ chọn lại trong danh bạ.")
    tell.check("Kế hoạch đang có hiệu lực", answer.body["state"], "issued")
    tell.check("Số và ký hiệu là 221/KH-UBND", answer.body["code"], "221/KH-UBND")
    tell.check("Không phải kế hoạch đã qua: còn mở nhiệm vụ", answer.body["history"], False)
    for own in plan.terms["obligations"]:
        _check_owed(tell, own, answer.body["terms"]["obligations"])
    document = await officer.page(f"{doors.anybody.addresses['plans']}/v1/files/{sample.key('file', plan.slug)}")
    tell.check("Tải lại văn bản: đúng từng byte", document.content, plan.document.read_bytes())


def _check_reading(tell: Teller, reading: Row, plan: SamplePlan) -> None:
    """Every leaf says where it stands, and who confirmed it."""
    leaves = reading["leaves"]
    standing = Counter(leaf["standing_label"] for leaf in leaves)
    done = ", ".join(f"{number} {label}" for label, number in standing.items())
    tell.say(f"Máy đọc {len(leaves)} mục; cán bộ kế hoạch: {done}.")
    quoted = [reading["text"][leaf["read"]["start"] : leaf["read"]["end"]] == leaf["read"]["quote"] for leaf in leaves]
    tell.check("Mục nào cũng chỉ đúng câu chữ trong văn bản", all(quoted), True)
    tell.check("Không ai gõ lại: văn bản vào nguyên từng chữ", reading["text"], plan.document.read_text("utf-8"))
    for finding in reading["findings"][:3]:
        tell.say(f"Góp ý {finding['number']}: {finding['sentence']}")


def _check_owed(tell: Teller, own: Row, issued: list[Row]) -> None:
    """What the sample's people know of an obligation is what the plan says after reading."""
    if own["kind"] not in {"nominate", "rotation"}:
        return
    names = ("kind", "minimum", "cadence", "quarter", "to_ids", "via_id", "then_to_id")
    wanted = {name: own.get(name) for name in names if own.get(name)}
    bodies = set(own["bearers"]["organisation_ids"])
    found = [o for o in issued if all(o[name] == part for name, part in wanted.items())]
    told = any(set(o["bearers"]["organisation_ids"]) == bodies for o in found)
    tell.check(f"{own['label']}: đúng ai, bao nhiêu, gửi ai, qua ai", told, True)


async def _issuer(caller: Caller, plan: SamplePlan) -> tuple[str, str]:
    issuer, dated = plan.terms["issuer_id"], plan.terms["date"]
    return await called(caller, issuer, dated), await called(caller, issuer)


async def show_history(doors: Doors, tell: Teller) -> None:
    """Plans whose period is over: issued, readable, opening no duty."""
    tell.scene("Những kế hoạch đã qua vẫn đọc được", "history: issued and readable, opening no duty")
    for plan in sample.plans():
        end = plan.terms["period"].get("end_year")
        if end is None:
            continue
        officer = doors.person(plan.officer)
        found = (await officer.get("plans", f"/v1/plans/{plan.id}")).body
        duties = (await officer.get("plans", "/v1/duties", plan_id=plan.id)).body["items"]
        issuer = await called(officer, plan.terms["issuer_id"], f"{end}-06-30")
        tell.say(f"{issuer}, kế hoạch đến năm {end}:")
        tell.check("đọc được, không mở nhiệm vụ nào", (found["state"], found["history"], duties), ("issued", True, []))
