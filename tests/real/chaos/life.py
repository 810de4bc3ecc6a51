"""The lives of nominations under load: each is drafted, presented, judged on two levels, and often taken back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.real.chaos.client import Change, Client
from tests.real.chaos.uploading import PDF, PNG, Kind, upload
from tests.walks import world

Json = dict[str, Any]
RELEASED, RECALLED, NOTICE = "nomination.story_released", "nomination.story_recalled", "nomination.notice_prepared"


@dataclass
class Nomination:
    """What its people know of one nomination: the version they last read, and what it must announce next."""

    client: Client
    rng: random.Random
    id: str
    terms: Json  # of the plan it answers
    version: int = 0
    approved: list[Json] = field(default_factory=list)  # stations whose approval stands
    consent: str | None = None
    body: Json = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Its address."""
        return f"/v1/nominations/{self.id}"

    @property
    def shown(self) -> int:
        """On how many stations' word it is shown."""
        return len(self.approved) if self.consent else 0

    async def step(
        self, who: str, verb: str, body: Any = None, *, facts: tuple[str, ...] = (), conditional: bool = True
    ) -> Json:
        """POST of a verb on the version last read. Raises Refused, GivenUp."""
        version = self.version if conditional else None
        return await self._done(
            "POST", f"{self.path}/{verb}", verb=verb, who=who, body=body, version=version, facts=facts
        )

    async def _done(self, method: str, path: str, *, verb: str, who: str, **more: Any) -> Json:
        change = Change(who, method, "nominations", path, verb.split("/")[-1], self.id, **more)
        self.body = (await self.client.make(change)).json()
        self.version = self.body["version"]
        return self.body

    async def draft(self) -> None:
        """With evidence, often with a picture, and with the person's consent."""
        evidence = await self._file(PDF)
        picture = await self._file(PNG) if self.rng.random() < 0.5 else None
        if self.rng.random() < 0.15:
            await self._file(PDF)  # she changes her mind: it is attached to nothing, and will be swept
        content = {
            **world.draft(),
            **self.terms,
            "subject_name": f"Bà Trần Thị Mẫu {self.id[:8]}",
            "title": f"Người giữ lửa {self.id[:8]}",
            "evidence": [evidence] if evidence else [],
            "pictures": [{"file_id": picture, "alternative": "Bờ biển sạch"}] if picture else [],
        }
        await self._done("PUT", self.path, verb="draft", who="mai", body=content, facts=())
        self.consent = str(self._new_id())
        given = {
            "id": self.consent,
            "person_name": content["subject_name"],
            "role": "self",
            "channel_kinds": self.rng.choice([["portal"], ["portal", "newspaper"]]),
            "statement": "Tôi đồng ý cho đăng bài này.",
        }
        await self.step("mai", "consents", given, conditional=False)

    async def _file(self, kind: Kind) -> str | None:
        return await upload(self.client, self.rng, kind, about=self.id)

    def _new_id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    async def present(self) -> None:
        """Submitted; a quarter is sent back once and mended."""
        await self.step("mai", "submission", facts=("nomination.submitted",))
        if self.rng.random() < 0.25:
            await self.step("vinh", "take-up", facts=("nomination.taken_up",))
            remarks = {"fields": [{"field": "summary", "remark": "Nêu rõ số hộ."}]}
            await self.step("vinh", "return", remarks, facts=("nomination.returned",))
            mended = {"summary": f"Giúp {self.rng.randint(2, 90)} hộ thoát nghèo."}
            await self._done("PATCH", self.path, verb="amend", who="mai", body=mended, version=self.version, facts=())
            await self.step("mai", "resubmission", facts=("nomination.resubmitted",))

    async def decide(self, reviewer: str, approver: str, *, recommend: bool, decline: bool) -> bool:
        """Taken up and decided; whether it was approved."""
        await self.step(reviewer, "take-up", facts=("nomination.taken_up",))
        if decline:
            await self.step(approver, "decline", {"reason": "Chưa đủ thời gian."}, facts=("nomination.declined",))
            return False
        facts = ["nomination.approved", *((RELEASED, NOTICE) if self.consent else ())]
        facts += ["nomination.recommended"] if recommend else []
        found = await self.step(approver, "approval", {"recommend": recommend}, facts=tuple(facts))
        self.approved.append([s for s in found["stations"] if s["state"] == "approved"][-1])
        return True

    async def withdraw_consent(self) -> None:
        """The person takes his yes back: it goes from everywhere."""
        recalled = (RECALLED,) * self.shown
        await self.step("mai", f"consents/{self.consent}/withdrawal", facts=recalled, conditional=False)
        self.consent = None

    async def hold_and_lift(self) -> None:
        """Publication stopped for a while."""
        found = await self.step(
            "an", "holds", {"reason": "Đang xác minh."}, facts=(RECALLED,) * self.shown, conditional=False
        )
        hold = found["holds"][-1]["id"]
        again = (*(RELEASED,) * self.shown, *((NOTICE,) if self.shown else ()))
        await self.step("an", f"holds/{hold}/lift", facts=again, conditional=False)

    async def revoke(self) -> None:
        """The first level takes its approval back."""
        station = self.approved[0]
        facts = ("nomination.approval_revoked", *((RECALLED,) if self.shown else ()))
        reason = {"station_id": station["id"], "reason": "Số liệu không đúng."}
        await self.step("an", "revocation", reason, facts=facts)
        self.approved.remove(station)


async def live(client: Client, rng: random.Random, terms: Json) -> None:
    """One nomination from its draft to wherever chance leads it. Raises Refused, GivenUp."""
    one = Nomination(client, rng, str(UUID(int=rng.getrandbits(128), version=4)), terms)
    await one.draft()
    await one.present()
    if rng.random() < 0.12:
        await one.step("mai", "withdrawal", facts=("nomination.withdrawn",))
        return
    recommend = rng.random() < 0.7
    if not await one.decide("vinh", "an", recommend=recommend, decline=rng.random() < 0.08):
        return
    if rng.random() < 0.15:
        await one.hold_and_lift()
    if recommend and rng.random() < 0.9:
        await one.decide("tren", "tren", recommend=False, decline=rng.random() < 0.1)
    chance = rng.random()
    if chance < 0.45:
        await one.withdraw_consent()
    elif chance < 0.55:
        await one.revoke()
