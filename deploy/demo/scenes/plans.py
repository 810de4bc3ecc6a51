"""A plan is put in with its document, and issued."""

from __future__ import annotations

from deploy import sample
from deploy.demo.doors import Answer, Caller, Doors
from deploy.demo.names import called
from deploy.demo.telling import Teller
from deploy.demo.uploads import Upload, uploaded
from deploy.sample import SamplePlan

PLAN_221 = "ubnd-con-dao-221-2020"
TEXT = "text/plain"


async def entered(doors: Doors, plan: SamplePlan) -> Answer:
    """Drafted and issued by its officer; on a further run found as it stands."""
    officer = doors.person(plan.officer)
    text = Upload(plan.document.name, TEXT, plan.document.read_bytes(), sample.key("file", plan.slug))
    file_id = await uploaded(officer, "plans", text)
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
    answer = await entered(doors, plan)
    stated = plan.terms["obligations"]
    tell.check("Kế hoạch đang có hiệu lực", answer.body["state"], "issued")
    tell.check("Số và ký hiệu là 221/KH-UBND", answer.body["code"], "221/KH-UBND")
    tell.check("Không phải kế hoạch đã qua: còn mở nhiệm vụ", answer.body["history"], False)
    tell.check(f"Đủ {len(stated)} nhiệm vụ đọc từ văn bản", len(answer.body["obligations"]), len(stated))
    document = await doors.person(plan.officer).page(
        f"{doors.anybody.addresses['plans']}/v1/files/{sample.key('file', plan.slug)}"
    )
    tell.check("Tải lại văn bản: đúng từng byte", document.content, plan.document.read_bytes())


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
