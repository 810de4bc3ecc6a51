"""What bodies are called: today, and on the day of the plan that names them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from deploy.demo.doors import Caller
from shared.clock import VIETNAM


async def called(caller: Caller, organisation_id: UUID | str, on: str | None = None) -> str:
    """Its name that day, today's without one; of a body that did not stand that day «không còn»."""
    answer = await caller.get("plans", f"/v1/organisations/{organisation_id}", on=on or today().isoformat())
    names = answer.body["names"]
    return str(names[0]["name"]) if names else "không còn"


def today() -> date:
    """In Vietnam."""
    return datetime.now(VIETNAM).date()


def spoken(instant: datetime) -> str:
    """As people write it, in Vietnam's time."""
    return f"{instant.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
