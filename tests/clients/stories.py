"""Stories that the clients read about: approved, corrected, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.walks import world
from tests.walks.walker import Walker

PUBLISHED, CORRECTED, WITHDRAWN = (f"lantoa.item.{past}.v1" for past in ("published", "corrected", "withdrawn"))


@dataclass(frozen=True)
class Story:
    """A nomination and the item that came of it."""

    path: str
    nomination: dict[str, Any]
    item_id: str

    @property
    def name(self) -> str:
        """Whom it is about; no other story has this name."""
        return str(self.nomination["subject_name"])


async def publish(walker: Walker) -> Story:
    """Approved, shown, and its fact sent."""
    return await is_out(walker, await approved(walker))


async def approved(walker: Walker) -> str:
    """A nomination presented, taken up and approved; gives its path."""
    path = await walker.present()
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": False})
    return path


async def is_out(walker: Walker, path: str) -> Story:
    """An approved nomination's item is on the body's portal, and its fact was sent."""
    nomination = await walker.read("mai", path)
    item = await walker.shown(world.BODY, nomination)
    await sent(walker, item["id"], PUBLISHED)
    return Story(path, nomination, item["id"])


async def correct(walker: Walker, story: Story) -> None:
    """The editor mends the text in public."""
    words = {"title": "Người giữ lửa tổ liên gia số 4", "summary": "Đã sửa.", "body": "Đã sửa."}
    desk = await walker.done("bich", "GET", "publicity", f"/v1/desk/items/{story.item_id}")
    path, said = f"/v1/items/{story.item_id}/corrections", {**words, "note": "Sửa số."}
    await walker.done("bich", "POST", "publicity", path, said, version=f'"{desk["version"]}"')
    await sent(walker, story.item_id, CORRECTED)


async def recall(walker: Walker, story: Story) -> None:
    """The person takes the consent back."""
    (consent,) = story.nomination["consents"]
    await walker.done("mai", "POST", "nominations", f"{story.path}/consents/{consent['id']}/withdrawal")
    await sent(walker, story.item_id, WITHDRAWN)


async def facts_of(walker: Walker, item_id: str) -> list[dict[str, Any]]:
    """What catching up tells of an item."""
    cursor, found = "", []
    while True:
        page = await walker.done(None, "GET", "publicity", f"/v1/events?limit=100&{cursor}")
        found += [fact for fact in page["events"] if fact["subject"] == item_id]
        cursor = f"after={page['next']}"
        if not page["events"]:
            return found


async def sent(walker: Walker, item_id: str, kind: str) -> None:
    """Shown is not yet sent: from here on the fact is on the topic."""

    async def there() -> bool:
        return any(fact["type"] == kind for fact in await facts_of(walker, item_id))

    await walker.until(there)
