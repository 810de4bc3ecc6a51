"""A plan's document: sent by form, attached to the plan, and read by those at the issuer and below it."""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

import httpx

from shared.db import new_id
from tests.plans.places import Place

CONTENT = "Kế hoạch số 221/KH-UBND về tuyên truyền điển hình tiên tiến\n".encode()


class Caller(Protocol):
    """Who sends requests, each by a person."""

    client: httpx.AsyncClient

    async def call(self, method: str, path: str, who: str = "officer", **given: Any) -> httpx.Response:
        """A request."""


async def announced(place: Caller, content: bytes = CONTENT, **given: Any) -> dict[str, Any]:
    """A document its sender is about to upload."""
    body = {
        "name": "Kế hoạch 221.txt",
        "media_type": "text/plain",
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        **given,
    }
    answer: dict[str, Any] = (await place.call("POST", "/v1/files", json=body)).json()
    return answer


async def uploaded(place: Caller, content: bytes = CONTENT) -> str:
    """A completed document's id."""
    told = await announced(place, content)
    form = told["upload"]
    sent = await place.client.post(form["url"], data=form["fields"], files={"file": ("x", content)})
    done = await place.call("PUT", f"/v1/files/{told['id']}/completion")
    assert (sent.status_code, done.status_code) == (204, 200)
    return str(told["id"])


async def test_the_document_is_read_at_the_issuer_and_below(place: Place) -> None:
    file_id, plan_id = await uploaded(place), new_id()
    before = await place.call("GET", f"/v1/files/{file_id}", "nominator")
    await place.call("PUT", f"/v1/plans/{plan_id}", json=place.plan(file_id=file_id))
    draft = await place.call("GET", f"/v1/files/{file_id}", "nominator")
    await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)

    below = await place.call("GET", f"/v1/files/{file_id}", "nominator")
    content = await place.client.get(below.headers["location"])
    stranger = await place.call("GET", f"/v1/files/{file_id}", "lan")
    anonymous = await place.client.get(f"/v1/files/{file_id}")

    assert [r.status_code for r in (before, draft, below, stranger, anonymous)] == [404, 404, 302, 404, 401]
    assert content.content == CONTENT


async def test_a_document_that_was_not_sent_is_not_attached(place: Place) -> None:
    told = await announced(place)

    refused = await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan(file_id=told["id"]))
    unknown = await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan(file_id=str(new_id())))
    listed = await place.call("GET", "/v1/plans")

    assert refused.json()["type"] == "urn:lantoa:problem:file-not-completed"
    assert unknown.json()["type"] == "urn:lantoa:problem:file-not-found"
    assert listed.json()["items"] == []


async def test_a_document_belongs_to_one_plan(place: Place) -> None:
    file_id = await uploaded(place)
    await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan(file_id=file_id))

    second = await place.call("PUT", f"/v1/plans/{new_id()}", json=place.plan(number="9", file_id=file_id))

    assert (second.status_code, second.json()["type"]) == (409, "urn:lantoa:problem:file-attached-elsewhere")


async def test_an_amendment_keeps_or_lets_go_of_the_document(place: Place) -> None:
    file_id, plan_id = await uploaded(place), new_id()
    plan = place.plan(file_id=file_id)
    await place.call("PUT", f"/v1/plans/{plan_id}", json=plan)
    await place.call("POST", f"/v1/plans/{plan_id}/issue", match=1)

    kept = await place.call("POST", f"/v1/plans/{plan_id}/amendments", json=plan | {"title": "Sửa đổi"}, match=2)
    still = await place.call("GET", f"/v1/files/{file_id}", "nominator")

    assert (kept.status_code, still.status_code) == (200, 302)


async def test_a_picture_is_no_plan(place: Place) -> None:
    told = await announced(place, media_type="image/png")

    assert told["type"] == "urn:lantoa:problem:file-type-not-allowed"
