"""Seeded rows of a portal: bodies, movements and items with their texts, as many as are asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from services.publicity.queries import search_text
from shared.text import fold

SEED = 20_261_120
BODIES, MOVEMENTS, PLACES = 240, 40, 200
LAST = datetime(2026, 11, 20, 10, tzinfo=UTC)


def _words(line: str) -> list[str]:
    return line.split()


FAMILIES = _words("Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nông Lò Vàng Giàng Sùng Hà")
GIVEN = _words("Hoa Lan Mai Cúc Hạnh Bình An Sơn Hải Dũng Thắng Thủy Phương Quyên Tâm Đức Khánh Ngọc Tuyết Vân")
SYLLABLES = _words("Tân Phú Bình An Long Hòa Đông Xuân Sơn Thủy Lâm Mỹ Thanh Vĩnh Hưng Khánh Ninh Yên Phước Lộc")
DEEDS = [
    "Người giữ lửa tổ liên gia tự quản",
    "Con đường không rác",
    "Mười năm đưa trẻ đến lớp",
    "Tổ hợp tác trồng rừng gỗ lớn",
    "Cây cầu của lòng dân",
    "Lớp học xóa mù chữ buổi tối",
    "Vườn thuốc nam của khu dân cư",
    "Hiến đất mở đường vào thôn",
    "Đội cứu hộ bến sông",
    "Bữa cơm trưa cho học sinh nghèo",
]
SENTENCES = [
    "Mỗi sáng thứ Bảy, bà con cùng nhau dọn vệ sinh tuyến đường và trồng thêm hoa hai bên.",
    "Sau ba năm, số hộ nghèo giảm còn một nửa, mọi trẻ em trong độ tuổi đều đến trường.",
    "Kinh phí do các hộ tự nguyện đóng góp, thu chi được niêm yết công khai ở nhà văn hóa.",
    "Cách làm này đã được bốn khu dân cư lân cận học theo và điều chỉnh cho hợp với nơi mình.",
    "Khi có bão, tổ xung kích đến từng nhà giúp người già chằng chống nhà cửa và di dời an toàn.",
]

Row = tuple[Any, ...]


class Stories:
    """What does not grow with the number of items; `items` gives the rest, one after another."""

    def __init__(self) -> None:
        self.dice = random.Random(SEED)
        self.places = sorted({f"{self._one(SYLLABLES)} {self._one(SYLLABLES)} {n}" for n in range(PLACES)})
        self.bodies = [(self.id(), f"co-quan-{n}", f"Ủy ban {place}") for n, place in enumerate(self._places(BODIES))]
        self.movements = [(self.id(), f"Phong trào thi đua {place}") for place in self._places(MOVEMENTS)]

    def id(self) -> UUID:
        """Of no order, as ids of items are."""
        return UUID(int=self.dice.getrandbits(128), version=4)

    def _one(self, words: list[str]) -> str:
        return self.dice.choice(words)

    def _places(self, count: int) -> list[str]:
        return [self.places[n % len(self.places)] for n in range(count)]

    def directory(self) -> tuple[list[Row], list[Row], list[Row]]:
        """Organisations, their names (every third had another one before), movements."""
        names: list[Row] = []
        for number, (body, _, name) in enumerate(self.bodies):
            renamed = datetime(2025, 7, 1, tzinfo=UTC).date() if number % 3 == 0 else None
            if renamed:
                before = f"{name} (trước sắp xếp)"
                names.append((self.id(), body, before, fold(before), None, renamed - timedelta(days=1)))
            names.append((self.id(), body, name, fold(name), renamed, None))
        organisations: list[Row] = [(id, slug, "state", 1) for id, slug, _ in self.bodies]
        movements: list[Row] = [(id, name, "[]", fold(name)) for id, name in self.movements]
        return organisations, names, movements

    def items(self, count: int) -> Iterator[tuple[Row, Row]]:
        """Items with their live editions, oldest first; one in twenty is under an editor's banner, one a draft."""
        for number in range(count):
            state = {7: "withdrawn", 13: "draft"}.get(number % 20, "published")
            yield self._item(LAST - timedelta(seconds=61 * (count - number), microseconds=number % 997), state)

    def _item(self, at: datetime, state: str) -> tuple[Row, Row]:
        id, place, movement = self.id(), self._one(self.places), self.dice.choice([*self.movements, None])
        name = f"{self._one(FAMILIES)} Thị {self._one(GIVEN)} {self._one(GIVEN)}"
        title = f"{self._one(DEEDS)} ở {place}"
        summary = f"{name} và bà con {place}: {self._one(SENTENCES)}"
        body = " ".join(self._one(SENTENCES) for _ in range(14))
        search = search_text([title, summary, name])
        withdrawal = "withdrawn" if state == "withdrawn" else None
        item = (
            *(id, self.id(), self.dice.choice(self.bodies)[0], self.dice.choice(self.bodies)[0]),
            *("individual", name, "exemplar", movement[0] if movement else None, self.id(), self.id()),
            *(state, withdrawal, at if state != "draft" else None, search, 1),
        )
        results = orjson.dumps([{"label": "Hộ tham gia", "value": "24/24"}]).decode()
        edition = (self.id(), id, 1, "live", self.id(), title, summary, body, results, "[]", "Ảnh: tổ tự quản", at, at)
        return item, edition
