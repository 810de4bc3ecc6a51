"""A story that stands on the portal, as both processes know it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from tests.races.product import Product

FOUND = "SELECT id FROM items WHERE nomination_id = $1"
PAPER = "SELECT id FROM channels WHERE kind = 'newspaper'"


@dataclass(frozen=True)
class Shown:
    """An item that stands on the portal and waits for an editor to confirm it in the newspaper."""

    id: str
    nomination_id: str
    newspaper: str
    version: str

    async def confirm(self, product: Product, who: str) -> httpx.Response:
        path = f"/publicity/v1/items/{self.id}/placements/{self.newspaper}"
        return await product.ask(who, "POST", path, version=self.version)

    async def correct(self, product: Product, who: str) -> httpx.Response:
        body = {"title": "Người giữ lửa (đã sửa)", "note": "Sửa tên."}
        path = f"/publicity/v1/items/{self.id}/corrections"
        return await product.ask(who, "POST", path, body, version=self.version)

    async def hold(self, product: Product) -> httpx.Response:
        """It is recalled as soon as the fact arrives."""
        path = f"/nominations/v1/nominations/{self.nomination_id}/holds"
        return await product.done("em", "POST", path, {"reason": "Có đơn thư."})


async def published(product: Product) -> Shown:
    """Approved, and shown where that needs no editor."""
    id_, version = await product.in_review()
    approval = f"/nominations/v1/nominations/{id_}/approval"
    await product.done("an", "POST", approval, {"recommend": False}, version=version)
    found = await _once(product, FOUND, id_)
    desk = await product.done("bich", "GET", f"/publicity/v1/desk/items/{found}")
    return Shown(found, id_, await _once(product, PAPER), desk.headers["etag"])


async def _once(product: Product, statement: str, *values: Any) -> str:
    async with asyncio.timeout(50):
        while not (rows := await product.rows("publicity", statement, *values)):
            await asyncio.sleep(0.02)
    return str(rows[0][0])
