"""A unit presents its exemplar: files, draft, consent, submission."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from deploy.demo.doors import Answer, Caller, Doors
from deploy.demo.scenes.duties import Chosen
from deploy.demo.telling import Teller
from deploy.demo.uploads import Upload, uploaded
from deploy.sample import SampleStory
from deploy.sample.attachments import picture, summary_pdf

PDF, PNG = "application/pdf", "image/png"


async def present(doors: Doors, story: SampleStory, answers: dict[str, Any] | None = None) -> Answer:
    """A fresh nomination of this story, consented to and submitted. `answers` names plan, obligation and period."""
    nominator, nomination_id = doors.person(story.nominator), uuid4()
    proof = Upload("Tóm tắt thành tích.pdf", PDF, summary_pdf(), uuid4())
    image = Upload("Ảnh minh họa.png", PNG, picture(), uuid4())
    evidence = await uploaded(nominator, "nominations", proof)
    shown = await uploaded(nominator, "nominations", image)
    draft = {
        **story.draft,
        **(answers or {}),
        "evidence": [str(evidence)],
        "pictures": [{"file_id": str(shown), "alternative": story.alternative}],
    }
    path = f"/v1/nominations/{nomination_id}"
    await nominator.put("nominations", path, draft)
    for consent in story.consents:
        last = await nominator.post("nominations", f"{path}/consents", dict(consent))
    return await nominator.post("nominations", f"{path}/submission", version=last.version)


async def present_for(doors: Doors, tell: Teller, chosen: Chosen) -> Answer:
    """The story of the duty's bearer, told and checked."""
    story = chosen.story
    tell.say(f"{chosen.duty['organisation_name']} giới thiệu: {story.draft['subject_name']}.")
    tell.say(f"«{story.draft['title']}». {story.draft['summary']}")
    for result in story.draft["results"]:
        tell.say(f"• {result['label']}: {result['value']}")
    for consent in story.consents:
        tell.say(f"{consent['person_name']} đồng ý, ghi lại nguyên văn: «{consent['statement']}»")
    answer = await present(doors, story, chosen.answers)
    kinds = sorted(set.intersection(*(set(consent["channel_kinds"]) for consent in story.consents)))
    tell.check("Hồ sơ đã chuyển, kèm một tệp tóm tắt thành tích và một ảnh", _shape(answer.body), ("submitted", 1, 1))
    tell.check("Sự đồng ý được ghi theo từng loại kênh", answer.body["consented_kinds"], kinds)
    return answer


def _shape(body: dict[str, Any]) -> tuple[str, int, int]:
    return body["state"], len(body["evidence"]), len(body["pictures"])


async def show_submission(doors: Doors, tell: Teller, chosen: Chosen) -> UUID:
    """The nomination's id; it waits at its first station, on its way through «Phòng Nội vụ»."""
    tell.scene("Đơn vị giới thiệu điển hình, kèm tệp và sự đồng ý", "a nomination with an attachment and consent")
    answer = await present_for(doors, tell, chosen)
    station = answer.body["stations"][0]
    waiting = (station["organisation_id"], station["via_id"], station["state"])
    tell.check(
        f"Đang chờ {chosen.duty['to_name']}, đi qua {chosen.duty['via_name']}",
        waiting,
        (chosen.duty["to_id"], chosen.duty["via_id"], "waiting"),
    )
    return UUID(answer.body["id"])


async def read(caller: Caller, nomination_id: UUID) -> Answer:
    """As it stands, with its version."""
    return await caller.get("nominations", f"/v1/nominations/{nomination_id}")
