"""The service as its people use it, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx

Headers = Callable[..., dict[str, str]]
UNKNOWN = "0198c0de-0000-7000-8000-00000000ffff"  # nobody has made it


class Door:
    """The service as three people use it: mai nominates, an approves below, duc above."""

    def __init__(self, client: httpx.AsyncClient, bearer: Headers, unit: UUID) -> None:
        self.client, self.bearer, self.unit = client, bearer, unit
        self.id = str(uuid4())
        self.etag = '"0"'

    async def ask(self, who: str, method: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        """With the version last seen, unless told otherwise."""
        sent = {"if-match": self.etag, **self.bearer(who), **headers}
        answer = await self.client.request(method, f"/v1/nominations/{self.id}{path}", json=json, headers=sent)
        if answer.is_success:
            self.etag = answer.headers.get("etag", self.etag)
        return answer

    def body(self, **changes: Any) -> dict[str, Any]:
        """Five fields are enough."""
        return {
            "organisation_id": str(self.unit),
            "subject_type": "individual",
            "subject_name": "Trần Thị Hoa",
            "title": "Người giữ lửa",
            "summary": "Mười năm giữ đường làng sạch.",
            **changes,
        }

    async def draft(self, **changes: Any) -> httpx.Response:
        """Created under an id of the client's choice."""
        return await self.ask("mai", "PUT", "", self.body(**changes))

    async def submit(self) -> None:
        """Drafted, consented to and submitted."""
        await self.draft()
        given = {
            "person_name": "Trần Thị Hoa",
            "role": "self",
            "channel_kinds": ["portal"],
            "statement": "Tôi đồng ý.",
        }
        assert (await self.ask("mai", "POST", "/consents", given)).status_code == 201
        assert (await self.ask("mai", "POST", "/submission")).status_code == 200

    async def approve(self) -> httpx.Response:
        """Approved by the first station."""
        await self.submit()
        assert (await self.ask("an", "POST", "/take-up")).status_code == 200
        return await self.ask("an", "POST", "/approval", {"recommend": True})


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("urn:lantoa:problem:")
