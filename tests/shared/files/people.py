"""People whose applications upload files, and what is left of it in the store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Actor
from shared.errors import NotAllowed, NotSignedIn
from shared.files.directory import DirectoryStore
from shared.files.kinds import PDF
from shared.files.tables import File

PDF_BYTES = b"%PDF-1.7\nxin ch\xc3\xa0o"
LIMIT = 200_000


async def may_read(session: AsyncSession, visitor: Actor | None, file: File) -> None:
    if visitor is None:
        raise NotSignedIn
    if file.created_by != visitor.person_id:
        raise NotAllowed


def announced(content: bytes = PDF_BYTES, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Báo cáo.pdf",
        "media_type": PDF,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    } | changes


@dataclass
class Person:
    """Somebody with an application that uploads files."""

    client: httpx.AsyncClient
    headers: dict[str, str]

    async def announce(self, content: bytes = PDF_BYTES, **changes: Any) -> httpx.Response:
        return await self.client.post("/v1/files", json=announced(content, **changes), headers=self.headers)

    async def post(self, form: dict[str, Any], content: bytes = PDF_BYTES) -> httpx.Response:
        return await self.client.post(form["url"], data=form["fields"], files={"file": ("x", content)})

    async def complete(self, file_id: str) -> httpx.Response:
        return await self.client.put(f"/v1/files/{file_id}/completion", headers=self.headers)

    async def read(self, file_id: str) -> httpx.Response:
        return await self.client.get(f"/v1/files/{file_id}", headers=self.headers)

    async def completed(self, content: bytes = PDF_BYTES, **changes: Any) -> UUID:
        told = (await self.announce(content, **changes)).json()
        assert (await self.post(told["upload"], content)).status_code == 204
        assert (await self.complete(told["id"])).status_code == 200
        return UUID(told["id"])


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def kept(store: DirectoryStore) -> list[str]:
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())
