"""Uploading: announced, posted, completed; what is not as announced is refused, and never half kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from shared.auth import Actor
from shared.auth.tokens import Verifier
from shared.db import Database, new_id
from shared.files import actions
from shared.files.directory import DirectoryStore
from shared.files.kinds import DOCUMENTS, PDF, PNG
from shared.files.rest import directory_router, files_router
from shared.files.tables import File
from shared.settings import Settings
from tests.conftest import calling
from tests.shared.apps import framed
from tests.shared.files.people import LIMIT, PDF_BYTES, Person, code, kept, may_read

Bearer = Callable[..., dict[str, str]]


async def test_a_file_is_announced_and_gets_a_form(mai: Person) -> None:
    answer = await mai.announce()

    told = answer.json()
    assert answer.status_code == 201
    assert (told["upload"]["method"], told["upload"]["fields"]["Content-Type"]) == ("POST", PDF)
    assert told["upload"]["url"].startswith("http://testserver/files/")


async def test_the_same_id_and_content_is_the_same_file_with_a_fresh_form(mai: Person, committed: Database) -> None:
    chosen = str(new_id())

    answers = [await mai.announce(id=chosen) for _ in range(2)]

    assert [answer.json()["id"] for answer in answers] == [chosen, chosen]
    async with committed.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(File)) == 1


async def test_an_id_announced_twice_at_once_is_one_file(mai: Person) -> None:
    chosen = str(new_id())

    answers = await asyncio.gather(*(mai.announce(id=chosen) for _ in range(5)))

    assert {answer.status_code for answer in answers} == {201}


@pytest.mark.parametrize("change", [{"name": "Khác.pdf"}, {"size_bytes": 5}, {"sha256": "0" * 64}, {"media_type": PNG}])
async def test_a_known_id_with_other_content_is_refused(mai: Person, change: dict[str, Any]) -> None:
    chosen = str(new_id())
    await mai.announce(id=chosen)

    assert code(await mai.announce(id=chosen, **change)) == (409, "file-id-taken")


async def test_somebody_elses_id_is_refused(mai: Person, lan: Person) -> None:
    chosen = str(new_id())
    await mai.announce(id=chosen)

    assert code(await lan.announce(id=chosen)) == (409, "file-id-taken")


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"media_type": "application/x-msdownload"}, 422, "#/media_type"),
        ({"media_type": "PDF"}, 422, "#/media_type"),
        ({"size_bytes": 0}, 422, "#/size_bytes"),
        ({"size_bytes": LIMIT + 1}, 413, "#/size_bytes"),
        ({"size_bytes": 2**70}, 413, "#/size_bytes"),
        ({"sha256": "abc"}, 422, "#/sha256"),
        ({"sha256": "A" * 64}, 422, "#/sha256"),
        ({"name": ""}, 422, "#/name"),
        ({"name": "a\x00b"}, 422, "#/name"),
        ({"name": "a" * 256}, 422, "#/name"),
        ({"id": "42"}, 422, "#/id"),
        ({"key": "../../etc/passwd"}, 422, "#/key"),
    ],
)
async def test_a_malformed_announcement_names_its_field(
    mai: Person, change: dict[str, Any], status: int, pointer: str
) -> None:
    answer = await mai.announce(**change)

    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (status, [pointer])


async def test_nobody_announces_without_signing_in(client: httpx.AsyncClient) -> None:
    assert code(await Person(client, {}).announce()) == (401, "not-signed-in")


async def test_what_was_announced_is_taken(mai: Person, store: DirectoryStore) -> None:
    told = (await mai.announce()).json()

    answer = await mai.post(told["upload"])

    assert (answer.status_code, kept(store)) == (204, [told["id"]])


@pytest.mark.parametrize(
    "content", [PDF_BYTES[:-1], PDF_BYTES + b"!", PDF_BYTES.swapcase(), b""], ids=["short", "long", "other", "empty"]
)
async def test_any_other_bytes_are_refused_and_nothing_is_kept(
    mai: Person, store: DirectoryStore, content: bytes
) -> None:
    told = (await mai.announce()).json()

    answer = await mai.post(told["upload"], content)

    assert code(answer) == (422, "file-not-as-announced")
    assert kept(store) == []


async def test_a_body_far_over_what_was_announced_is_broken_off(mai: Person, store: DirectoryStore) -> None:
    told = (await mai.announce()).json()

    answer = await mai.post(told["upload"], b"x" * 300_000)

    assert code(answer) == (413, "too-large")
    assert kept(store) == []


async def test_a_file_over_the_json_limit_passes_as_announced(
    committed: Database, settings: Settings, verifier: Verifier, store: DirectoryStore, bearer: Bearer
) -> None:
    router = files_router(
        "shared",
        may_announce=lambda actor: None,
        may_read=may_read,
        media_types=DOCUMENTS,
        limit_bytes=5_000_000,
    )
    app = framed(router, committed, settings, verifier, store)
    app.include_router(directory_router)
    content = PDF_BYTES + b"x" * 3_000_000

    async with calling(app) as client:
        file_id = await Person(client, bearer("mai")).completed(content)

    assert kept(store) == [str(file_id)]


async def test_a_form_without_a_file_is_refused(mai: Person, client: httpx.AsyncClient) -> None:
    told = (await mai.announce()).json()

    no_file = await client.post(told["upload"]["url"], data=told["upload"]["fields"])
    no_form = await client.post(told["upload"]["url"], content=b"xin chao")
    broken = await client.post(
        told["upload"]["url"], content=b"--x\r\n", headers={"content-type": "multipart/form-data; boundary=y"}
    )

    assert [answer.status_code for answer in (no_file, no_form, broken)] == [400, 400, 400]


async def test_a_ticket_is_good_for_its_purpose_only(mai: Person, client: httpx.AsyncClient) -> None:
    told = (await mai.announce()).json()
    ticket = told["upload"]["url"].rpartition("/")[2]
    body, mac = ticket.split(".")

    assert code(await client.get(f"/files/{ticket}")) == (403, "link-expired")
    for forged in (f"{body}.{mac[:-2]}AA", f"{body}x.{mac}", body, "", "a.b.c", "%00.%00", "é.é"):
        assert (await client.post(f"/files/{forged}", files={"file": b"x"})).status_code in {403, 404, 405}


async def test_completion_checks_the_bytes_and_may_be_repeated(mai: Person) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])

    first, again = await mai.complete(told["id"]), await mai.complete(told["id"])

    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["completed_at"] is not None


async def test_nothing_is_completed_before_it_was_uploaded(mai: Person) -> None:
    told = (await mai.announce()).json()

    assert code(await mai.complete(told["id"])) == (409, "file-not-uploaded")


async def test_bytes_of_another_kind_are_refused_and_deleted(mai: Person, store: DirectoryStore) -> None:
    told = (await mai.announce(b"MZ an executable")).json()
    await mai.post(told["upload"], b"MZ an executable")

    answer = await mai.complete(told["id"])

    assert code(answer) == (422, "file-not-as-announced")
    assert kept(store) == []


async def test_bytes_that_changed_in_the_store_are_refused(mai: Person, store: DirectoryStore) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])
    store.path(f"shared/{told['id']}").write_bytes(PDF_BYTES.swapcase())

    assert code(await mai.complete(told["id"])) == (422, "file-not-as-announced")


async def test_only_its_owner_completes_a_file(mai: Person, lan: Person) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])

    assert code(await lan.complete(told["id"])) == (404, "file-not-found")
    assert code(await lan.complete(str(new_id()))) == (404, "file-not-found")


async def test_no_transaction_is_open_while_the_store_is_asked(
    mai: Person, committed: Database, store: DirectoryStore, me: UUID
) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])
    busy: list[int] = []

    class Watching(DirectoryStore):
        async def examine(self, key: str) -> Any:
            busy.append(committed.engine.pool.checkedout())  # type: ignore[attr-defined]
            return await super().examine(key)

    owner = Actor("person", me, "Mai")
    await actions.complete(committed, Watching(store.folder, store.secret_keys), owner, UUID(told["id"]))

    assert busy == [0]
