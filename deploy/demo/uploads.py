"""A file goes the whole way: announced, posted to object storage by the signed form, completed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from deploy.demo.doors import Caller
from deploy.demo.failed import StepFailed


@dataclass(frozen=True, slots=True)
class Upload:
    """The same id with the same content is the same file, however often it is sent."""

    name: str
    media_type: str
    content: bytes
    id: UUID


async def uploaded(caller: Caller, service: str, upload: Upload) -> UUID:
    """The id of the completed file. Raises StepFailed."""
    announced = await caller.post(
        service,
        "/v1/files",
        {
            "id": str(upload.id),
            "name": upload.name,
            "media_type": upload.media_type,
            "size_bytes": len(upload.content),
            "sha256": hashlib.sha256(upload.content).hexdigest(),
        },
    )
    form = announced.body["upload"]
    file = (upload.name, upload.content, upload.media_type)
    stored = await caller.http.post(form["url"], data=form["fields"], files={"file": file})
    if not stored.is_success:
        raise StepFailed(f"Kho tệp từ chối «{upload.name}»: {stored.status_code} {stored.text[:300]}")
    await caller.put(service, f"/v1/files/{upload.id}/completion", None)
    return upload.id
