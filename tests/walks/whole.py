"""The whole walk, twice up the ladder, and back down by the person's own decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.walks import world
from tests.walks.walker import Walker

Between = Callable[[str], Awaitable[None]]


async def nothing(step: str) -> None:
    """Nobody is disturbed."""


async def walk(walker: Walker, between: Between = nothing) -> None:
    """Every step checked; `between` may kill and start what it likes after each."""
    await walker.issue_plan()
    duty = await walker.duty()
    await between("issued")
    path = await walker.present()
    nomination = await walker.read("mai", path)
    await between("submitted")
    await walker.told("vinh", "lantoa.nomination.submitted.v1", nomination["id"])
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": True})
    await between("approved")
    below = await walker.shown(world.BODY, nomination)
    assert below["title"] == nomination["title"]
    await walker.told("tren", "lantoa.nomination.recommended.v1", nomination["id"])
    await walker.act("tren", "nominations", path, "take-up")
    await walker.act("tren", "nominations", path, "approval", {"recommend": False})
    await between("approved above")
    above = await walker.shown(world.ABOVE, nomination)
    assert above["id"] != below["id"]
    await duty_fulfilled(walker, duty["id"])
    await recalled(walker, path, [below["id"], above["id"]], between)


async def duty_fulfilled(walker: Walker, duty_id: str) -> None:
    """What was presented counts towards the unit's duty."""

    async def fulfilled() -> bool:
        page = await walker.done("mai", "GET", "plans", f"/v1/duties?organisation_id={world.body_id(world.UNIT)}")
        return any(duty["id"] == duty_id and duty["state"] == "fulfilled" for duty in page["items"])

    await walker.until(fulfilled)


async def recalled(walker: Walker, path: str, items: list[str], between: Between) -> None:
    """The person takes the consent back; both items answer 410 and show nothing of the story."""
    nomination = await walker.read("mai", path)
    (consent,) = nomination["consents"]
    await walker.done("mai", "POST", "nominations", f"{path}/consents/{consent['id']}/withdrawal")
    await between("recalled")
    for item in items:

        async def gone(item: str = item) -> bool:
            return (await walker.ask(None, "GET", "publicity", f"/v1/items/{item}")).status_code == 410

        await walker.until(gone)
        answer = await walker.ask(None, "GET", "publicity", f"/v1/items/{item}")
        assert nomination["subject_name"] not in answer.text
