"""Vietnamese letters that come apart (NFD) are kept together (NFC), and found however they are typed."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.walks import world
from tests.walks.walker import Walker

pytestmark = pytest.mark.xdist_group("fuzz")


async def test_letters_that_came_apart_are_kept_together_and_found_either_way(walker: Walker) -> None:
    mark = uuid4().hex[:8]
    name = f"Bà Nguyễn Thị Hường Giữ Lửa {mark}"
    apart = unicodedata.normalize("NFD", name)
    path, family = await walker.prepare(), "👨\u200d👩\u200d👧"
    read = await walker.ask("mai", "GET", "nominations", path)
    changed = {"title": f"{apart} và {family}"}
    await walker.done("mai", "PATCH", "nominations", path, changed, version=read.headers["etag"])
    await walker.act("mai", "nominations", path, "submission")
    await walker.act("vinh", "nominations", path, "take-up")
    await walker.act("an", "nominations", path, "approval", {"recommend": False})
    nomination = await walker.read("mai", path)
    await walker.shown(world.BODY, nomination)

    assert nomination["title"] == f"{name} và {family}"
    for typed in (name, apart, f"ba nguyen thi huong giu lua {mark}", f"giữ\u200b lửa {mark}"):
        found = await walker.done(None, "GET", "publicity", f"/v1/items?search={quote(typed)}&limit=100")
        assert nomination["title"] in [item["title"] for item in found["items"]], typed
