"""What bodies are called: today, and on the day of the plan that names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from deploy.demo.doors import Caller
from shared.clock import VIETNAM


async def called(caller: Caller, organisation_id: UUID | str, on: str | None = None) -> str:
    """Its name that day, today's without one; of a body that did not stand that day «không còn»."""
    answer = await caller.get("plans", f"/v1/organisations/{organisation_id}", on=on or today().isoformat())
    names = answer.body["names"]
    return str(names[0]["name"]) if names else "không còn"


@dataclass(frozen=True, slots=True)
class Lineage:
    """A body as a plan names it, and who stands for it today; `source` says what the succession rests on."""

    id: str
    then: str
    now: str
    source: str
    ended_on: date | None

    @property
    def told(self) -> str:
        """One sentence; empty while the body itself stands under the same name."""
        if self.ended_on is None:
            return "" if self.then == self.now else f"{self.then}, nay gọi là {self.now}."
        return f"{self.then} kết thúc ngày {self.ended_on:%d/%m/%Y}; nay là {self.now} (nguồn: {self.source})."


async def lineage(caller: Caller, organisation_id: UUID | str, on: str) -> Lineage:
    """Of a body named on a day."""
    body = (await caller.get("plans", f"/v1/organisations/{organisation_id}")).body
    ended = body["valid_to"] and date.fromisoformat(body["valid_to"])
    heir = body["heirs"][0] if ended else {"organisation_id": str(organisation_id), "source": ""}
    then = await called(caller, organisation_id, on)
    now = await called(caller, heir["organisation_id"])
    return Lineage(heir["organisation_id"], then, now, heir["source"], ended)


def today() -> date:
    """In Vietnam."""
    return datetime.now(VIETNAM).date()


def spoken(instant: datetime) -> str:
    """As people write it, in Vietnam's time."""
    return f"{instant.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
