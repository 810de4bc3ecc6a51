"""Links and forms of the directory store: after their time, on another object, for another deed, and changed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import orjson
import pytest
from fastapi import FastAPI

from shared.files.directory import DirectoryStore, LinkExpired
from shared.files.rest import directory_router
from shared.problems import install_problems
from tests.conftest import calling

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path, ["a key that nobody guesses in a hundred years"])


@pytest.fixture
async def client(store: DirectoryStore) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.state.store = store
    install_problems(app)
    app.include_router(directory_router)
    async with calling(app) as client:
        yield client


def link(store: DirectoryStore, key: str, **more: int) -> str:
    return store.link(key, name="tep.pdf", media_type="application/pdf", public_base="", **more)


def kept(store: DirectoryStore) -> str:
    """The key of a file that lies there."""
    key = f"nominations/{uuid4()}"
    store.path(key).parent.mkdir(parents=True, exist_ok=True)
    store.path(key).write_bytes(PDF)
    return key


def parts(address: str) -> tuple[dict[str, object], str]:
    """What a ticket says, and its seal."""
    body, seal = address.rpartition("/")[2].split(".")
    said: dict[str, object] = orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said, seal


def ticket(said: dict[str, object], seal: str) -> str:
    return f"/files/{base64.urlsafe_b64encode(orjson.dumps(said)).decode().rstrip('=')}.{seal}"


async def test_a_link_opens_its_own_object_only(store: DirectoryStore, client: httpx.AsyncClient) -> None:
    mine, theirs = kept(store), kept(store)
    said, seal = parts(link(store, mine))

    assert (await client.get(link(store, mine))).content == PDF
    for change in (
        {"key": theirs},
        {"until": 99999999999},
        {"may": "post"},
        {"name": "x.html"},
        {"media_type": "text/html"},
    ):
        refused = await client.get(ticket({**said, **change}, seal))
        assert (refused.status_code, PDF in refused.content) == (403, False)


async def test_a_link_is_over_when_its_time_is(store: DirectoryStore, client: httpx.AsyncClient) -> None:
    answer = await client.get(link(store, kept(store), expires_s=-1))

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:lantoa:problem:link-expired")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_link_to_read_does_nothing_else(store: DirectoryStore, client: httpx.AsyncClient, method: str) -> None:
    key = kept(store)

    answer = await client.request(method, link(store, key), files={"file": ("f", b"x")})

    assert answer.status_code in {403, 405}
    assert store.path(key).read_bytes() == PDF


async def test_a_form_to_send_gives_nothing_out_and_takes_only_what_was_announced(
    store: DirectoryStore, client: httpx.AsyncClient
) -> None:
    key, digest = kept(store), hashlib.sha256(b"other").hexdigest()
    form = store.upload_form(key, media_type="application/pdf", size_bytes=5, sha256=digest, public_base="")

    read = await client.get(form.url)
    wrong = await client.post(form.url, files={"file": ("f", b"wrong")})

    assert (read.status_code, wrong.status_code) == (403, 422)
    assert store.path(key).read_bytes() == PDF


def test_no_single_changed_letter_opens_a_link(store: DirectoryStore) -> None:
    whole = link(store, kept(store)).rpartition("/")[2]
    assert store.open(whole, "get")

    for place in range(len(whole) - 1):  # the last letter's low bits are not part of the seal
        changed = f"{whole[:place]}{'A' if whole[place] != 'A' else 'B'}{whole[place + 1 :]}"
        with pytest.raises(LinkExpired):
            store.open(changed, "get")


@pytest.mark.parametrize("wrong", ["", ".", "a.b.c", "é.é", "%00.%00", "e30.e30", "..", "../../etc/passwd"])
def test_what_is_no_ticket_is_refused(store: DirectoryStore, wrong: str) -> None:
    with pytest.raises(LinkExpired):
        store.open(wrong, "get")


def test_another_key_signs_nothing_here(store: DirectoryStore, tmp_path: Path) -> None:
    forger = DirectoryStore(tmp_path, ["another key, just as long as the first one was"])

    with pytest.raises(LinkExpired):
        store.open(link(forger, kept(store)).rpartition("/")[2], "get")
