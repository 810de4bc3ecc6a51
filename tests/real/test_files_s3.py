"""Files in a real S3 server: it takes exactly what was announced, gives it out by link, and its absence is told."""

from __future__ import annotations

import asyncio
import hashlib

import httpx
import pytest

from shared.db import new_id
from shared.errors import Unavailable
from shared.files.s3 import S3Store
from shared.files.shapes import LOOKED_AT_BYTES, Stored, Upload
from tests.real.servers import Servers, ours_to_kill

pytestmark = pytest.mark.xdist_group("real-files_s3")

CONTENT = b"%PDF-1.7\nxin ch\xc3\xa0o"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
async def store(real: Servers) -> S3Store:
    store = S3Store(real.files.url, None)
    await store.prepare()
    return store


@pytest.fixture
def key() -> str:
    return f"nominations/{new_id()}"


@pytest.fixture
def form(store: S3Store, key: str) -> Upload:
    return store.upload_form(key, media_type="application/pdf", size_bytes=len(CONTENT), sha256=SHA256, public_base="")


async def post(form: Upload, content: bytes = CONTENT, changes: dict[str, str | None] | None = None) -> int:
    """Posts the form with some of its fields changed or (None) left out; the status."""
    fields = {name: value for name, value in (form.fields | (changes or {})).items() if value is not None}
    async with httpx.AsyncClient(timeout=5) as client:
        return (await client.post(form.url, data=fields, files={"file": ("x", content)})).status_code


async def test_what_was_announced_is_taken_and_found_again(store: S3Store, form: Upload, key: str) -> None:
    assert await store.examine(key) is None

    status = await post(form)

    assert status == 204
    assert await store.examine(key) == Stored(len(CONTENT), SHA256, CONTENT, CONTENT)


async def test_what_a_service_puts_is_found_again(store: S3Store, key: str) -> None:
    await store.put(key, CONTENT, media_type="application/pdf")

    assert await store.examine(key) == Stored(len(CONTENT), SHA256, CONTENT, CONTENT)


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"!", CONTENT.swapcase()], ids=["short", "long", "other"])
async def test_any_other_bytes_are_refused(store: S3Store, form: Upload, key: str, content: bytes) -> None:
    assert await post(form, content) == 400
    assert await store.examine(key) is None


@pytest.mark.parametrize(
    "change",
    [
        {"key": "nominations/somebody-elses"},
        {"Content-Type": "text/html"},
        {"x-amz-checksum-sha256": None},
        {"x-amz-checksum-sha256": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
        {"x-amz-signature": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_form_that_was_changed_is_refused(
    store: S3Store, form: Upload, key: str, change: dict[str, str | None]
) -> None:
    assert await post(form, changes=change) == 403
    assert await store.examine(key) is None


async def test_a_link_gives_the_bytes_under_the_files_own_name(store: S3Store, form: Upload, key: str) -> None:
    await post(form)
    link = store.link(key, name="Báo cáo.pdf", media_type="application/pdf", public_base="")

    async with httpx.AsyncClient(timeout=5) as client:
        given = await client.get(link)
        unsigned = await client.get(link.partition("?")[0])

    assert (given.status_code, given.content) == (200, CONTENT)
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["content-disposition"] == (
        "inline; filename=\"bao cao.pdf\"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o.pdf"
    )
    assert unsigned.status_code == 403


async def test_deleting_is_done_once_and_harmless_twice(store: S3Store, form: Upload, key: str) -> None:
    await post(form)

    await store.delete(key)
    await store.delete(key)

    assert await store.examine(key) is None


async def test_a_large_file_is_examined_whole(store: S3Store, key: str) -> None:
    content = CONTENT + b"x" * 5_000_000
    form = store.upload_form(
        key,
        media_type="application/pdf",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        public_base="",
    )
    assert await post(form, content) == 204

    found = await store.examine(key)

    assert found is not None
    assert (found.size_bytes, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (found.first_bytes, found.last_bytes) == (content[:LOOKED_AT_BYTES], content[-LOOKED_AT_BYTES:])


async def test_the_bucket_is_made_once(store: S3Store, real: Servers) -> None:
    await store.prepare()

    assert await store.healthy() is True
    assert await S3Store(f"{real.files.url}-of-nobody", None).healthy() is False


@pytest.mark.parametrize("how", ["killed", "paused"])
async def test_without_an_answer_of_the_server_everything_is_refused_within_two_seconds(
    store: S3Store, real: Servers, form: Upload, key: str, how: str
) -> None:
    server = ours_to_kill(real).files
    await post(form)
    server.kill() if how == "killed" else server.pause()

    async with asyncio.timeout(2):
        healthy = await store.healthy()
    async with asyncio.timeout(2):
        with pytest.raises(Unavailable):
            await store.examine(key)
    async with asyncio.timeout(2):
        with pytest.raises(Unavailable):
            await store.delete(key)

    await server.start() if how == "killed" else server.resume()
    assert healthy is False
    assert await store.examine(key) == Stored(len(CONTENT), SHA256, CONTENT, CONTENT)
