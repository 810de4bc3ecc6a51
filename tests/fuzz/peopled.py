"""A world with something of everything in it, so that an id picked at random is one that exists."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.walks import world
from tests.walks.walker import Walker

Known = dict[str, list[str]]  # by the name of the parameter or field that takes it
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


async def people(walker: Walker) -> Known:
    """Nominations in every state, items in two, an endpoint that listens to nobody, files; gives their ids."""
    await walker.issue_plan()
    paths = {state: await walker.prepare() for state in ("draft", "returned", "declined", "withdrawn", "held")}
    paths["waiting"] = await walker.present()
    paths["approved"] = await approved(walker)
    for state in ("returned", "declined", "withdrawn", "held"):
        await walker.act("mai", "nominations", paths[state], "submission")
    for state in ("returned", "declined", "held"):
        await walker.act("vinh", "nominations", paths[state], "take-up")
    await walker.act("vinh", "nominations", paths["returned"], "return", {"fields": [remark("title"), remark("body")]})
    await walker.act("an", "nominations", paths["declined"], "decline", {"reason": "Chưa đủ thời gian."})
    await walker.act("mai", "nominations", paths["withdrawn"], "withdrawal")
    await walker.act("an", "nominations", paths["held"], "approval", {"recommend": True})
    held = await walker.done("an", "POST", "nominations", f"{paths['held']}/holds", {"reason": "Chờ xác minh."})
    nominations = [await walker.read("mai", path) for path in paths.values()]
    item = await walker.shown(world.BODY, await walker.read("mai", paths["approved"]))
    picture = str(await walker.upload("mai", PNG, "image/png"))
    return {
        "id": [nomination["id"] for nomination in nominations],
        "consent_id": [consent["id"] for one in nominations for consent in one["consents"]],
        "hold_id": [hold["id"] for hold in held["holds"]],
        "station_id": [station["id"] for one in nominations for station in one["stations"]],
        "file_id": [picture, *(file for one in nominations for file in one["evidence"])],
        "item_id": [item["id"]],
        **await standing(walker),
    }


def remark(field: str) -> dict[str, str]:
    """What to mend."""
    return {"field": field, "remark": "Nêu rõ hơn."}


async def approved(walker: Walker) -> str:
    """A nomination approved at its first station and sent up; its item stands on the portal."""
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": True})
    return path


async def standing(walker: Walker) -> Known:
    """What stands without nominations: bodies, posts, channels, duties, messages, an endpoint."""

    async def ids(who: str, service: str, path: str) -> list[str]:
        page: dict[str, Any] = await walker.done(who, "GET", service, path)
        return [row["id"] for row in page["items"]]

    endpoint, movement = str(uuid4()), str(uuid4())
    body = {"organisation_id": str(world.body_id(world.BODY))}
    listening = {"url": f"{walker.addresses['plans']}/nobody", "events": ["lantoa.item.published.v1"], **body}
    await walker.done("tam", "PUT", "notifications", f"/v1/webhooks/{endpoint}", listening)
    await walker.done("tam", "POST", "notifications", f"/v1/webhooks/{endpoint}/pause", version='"1"')
    await walker.done("ha", "PUT", "plans", f"/v1/movements/{movement}", {**body, "name": "Chung sức xây dựng"})
    return {
        "organisation_id": await ids("ha", "plans", "/v1/organisations?limit=100"),
        "office_id": await ids("tam", "plans", "/v1/offices?limit=100"),
        "channel_id": await ids("ha", "plans", "/v1/channels?limit=100"),
        "duty_id": await ids("ha", "plans", "/v1/duties?limit=100"),
        "message_id": await ids("mai", "notifications", "/v1/messages?limit=100"),
        "plan_id": [str(world.PLAN)],
        "obligation_id": [str(world.OBLIGATION)],
        "movement_id": [movement],
        "endpoint_id": [endpoint],
        "spare_id": [str(uuid4()) for _ in range(3)],
    }
