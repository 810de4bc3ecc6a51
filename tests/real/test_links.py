"""Presigned links of a real object store: after their time, on another object, with another method, changed."""

from __future__ import annotations

import asyncio
import hashlib

import httpx
import pytest

from shared.db import new_id
from shared.files.s3 import S3Store
from tests.real.servers import Servers

pytestmark = pytest.mark.xdist_group("real-links")
CONTENT = b"%PDF-1.4\n%%EOF\n"


async def kept(store: S3Store) -> str:
    """The key of an object that lies there."""
    key = f"nominations/{new_id()}"
    form = store.upload_form(
        key,
        media_type="application/pdf",
        size_bytes=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        public_base="",
    )
    async with httpx.AsyncClient(timeout=5) as client:
        (await client.post(form.url, data=form.fields, files={"file": ("x", CONTENT)})).raise_for_status()
    return key


async def test_a_link_is_good_for_its_time_its_object_and_reading_only(real: Servers) -> None:
    store = S3Store(real.files.url, None)
    await store.prepare()
    mine, theirs = await kept(store), await kept(store)
    link = store.link(mine, name="tep.pdf", media_type="application/pdf", public_base="")
    brief = store.link(mine, name="tep.pdf", media_type="application/pdf", public_base="", expires_s=1)

    async with httpx.AsyncClient(timeout=5) as client:
        good = await client.get(link)
        others = [
            await client.get(link.replace(mine, theirs)),
            await client.get(link.replace("X-Amz-Expires=300", "X-Amz-Expires=604800")),
            await client.get(link.replace("pdf", "html")),
            await client.get(f"{link[:-4]}0000"),
            await client.delete(link),
            await client.put(link, content=b"x"),
            await client.get(link.partition("?")[0].rpartition("/nominations")[0]),
        ]
        await asyncio.sleep(2)
        others.append(await client.get(brief))
        still = await client.get(link)

    assert (good.content, still.content) == (CONTENT, CONTENT)
    assert [answer.status_code for answer in others] == [403] * len(others)
