"""The item on a portal: found by GraphQL as a portal finds it, read as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from deploy import sample
from deploy.demo.doors import Caller
from deploy.demo.telling import Teller
from deploy.demo.waiting import until
from deploy.sample.attachments import picture
from shared.text import fold

Item = dict[str, Any]
QUESTION = """
query Portal($owner: UUID!, $search: String) {
  items(filter: {ownerId: $owner}, search: $search, first: 100) {
    edges { node {
      id nominationId url title summary body credit subjectName
      results { label value }
      pictures { url alternative }
      owner { name slug } organisation { name } movement { name }
      placements { kind name }
    } }
  }
}
"""


async def items_of(caller: Caller, owner: UUID, search: str | None = None) -> list[Item]:
    """What a portal lists of this body's channels."""
    data = await caller.graph("publicity", QUESTION, owner=str(owner), search=search)
    return [edge["node"] for edge in data["items"]["edges"]]


async def on_portal(caller: Caller, owner: UUID, nomination_id: UUID) -> Item:
    """The item of this nomination, once it is published there."""

    async def published() -> Item | None:
        items = await items_of(caller, owner)
        return next((item for item in items if item["nominationId"] == str(nomination_id)), None)

    return await until("tin trên cổng", published)


async def show_item(tell: Teller, caller: Caller, nomination_id: UUID, *, owner: str, draft: Mapping[str, Any]) -> Item:
    """The address printed, the content read and compared with what was approved."""
    owner_id = sample.organisation_id(owner)
    item = await on_portal(caller, owner_id, nomination_id)
    tell.say("Địa chỉ của bài:")
    tell.address(item["url"])
    tell.quote(f"{item['title']}\n\n{item['summary']}", f"{item['owner']['name']} · đọc qua GraphQL")
    names = ("title", "summary", "body", "results", "credit")
    tell.check("Nội dung trên cổng đúng như đã duyệt", {n: item[n] for n in names}, {n: draft[n] for n in names})
    tell.check("Đăng trên cổng của đúng cơ quan", item["owner"]["slug"], owner)
    places = [place["name"] for place in item["placements"] if place["kind"] == "portal"]
    tell.check(f"Vị trí đăng: {'; '.join(places)}", len(places), 1)
    page = await caller.page(item["url"])
    tell.check("Trang cho người đọc mở được", draft["title"] in page.text, True)
    return item


async def show_search(tell: Teller, caller: Caller, item: Item, *, owner: str) -> None:
    """Typed without marks, and the picture as it was uploaded."""
    typed = fold(item["title"])
    found = await items_of(caller, sample.organisation_id(owner), typed)
    tell.check(f"Gõ không dấu «{typed}» vẫn tìm được", item["id"] in {one["id"] for one in found}, True)
    image = await caller.page(item["pictures"][0]["url"])
    tell.check(f"Ảnh tải được, có lời mô tả: «{item['pictures'][0]['alternative']}»", image.content, picture())
