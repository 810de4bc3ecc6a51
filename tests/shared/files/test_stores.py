"""Kinds of file by their first bytes, and the stores that the settings may name."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.db import new_id
from shared.errors import Unavailable
from shared.files.kinds import DOCX, HTML, JPEG, PDF, PNG, TEXT, WEBP, is_what_it_says
from shared.files.store import open_store
from shared.settings import Settings, UnsafeSettings


@pytest.mark.parametrize(
    ("media_type", "good", "bad"),
    [
        (PDF, b"%PDF-1.4 ...", b"PDF"),
        (PNG, b"\x89PNG\r\n\x1a\n....", b"\x89PNG"),
        (JPEG, b"\xff\xd8\xff\xe0", b"\xff\xd8"),
        (WEBP, b"RIFF\x10\x00\x00\x00WEBPVP8 ", b"RIFF\x10\x00\x00\x00WAVE"),
        (DOCX, b"PK\x03\x04....", b"PK\x05\x06"),
        (TEXT, "Kế hoạch".encode(), b"a\x00b"),
        (TEXT, "Kế hoạch".encode()[:-1] + "ế".encode()[:2], b"\xff\xfea"),
        (HTML, b"\xef\xbb\xbf\n<!DOCTYPE html><p>", b"%PDF-1.4"),
        (HTML, b"<html lang=vi>", b"<script>alert(1)</script>"),
    ],
)
def test_the_first_bytes_tell_the_kind(media_type: str, good: bytes, bad: bytes) -> None:
    assert is_what_it_says(media_type, good)
    assert not is_what_it_says(media_type, bad)


def test_an_unknown_kind_never_fits() -> None:
    assert not is_what_it_says("application/zip", b"PK\x03\x04")


@pytest.mark.parametrize("url", ["ftp://x/y", "s3+http://host/bucket", "s3+http://key:secret@host", "s3://k:s@h/b"])
def test_a_store_that_cannot_be_meant_stops_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnsafeSettings):
        open_store(Settings(_env_file=None, home=tmp_path, files_url=url))


async def test_a_folder_named_in_the_settings_is_used(tmp_path: Path) -> None:
    store = open_store(Settings(_env_file=None, home=tmp_path, files_url=f"file://{tmp_path}/T%E1%BB%87p"))
    assert await store.healthy() is False

    await store.prepare()

    assert await store.healthy() is True
    assert (tmp_path / "Tệp").is_dir()


async def test_s3_that_is_not_there_is_unavailable_within_two_seconds(tmp_path: Path) -> None:
    store = open_store(Settings(_env_file=None, home=tmp_path, files_url="s3+http://key:secret@127.0.0.1:9/lantoa"))

    async with asyncio.timeout(2):
        assert await store.healthy() is False
        with pytest.raises(Unavailable):
            await store.examine(f"shared/{new_id()}")


def test_forms_and_links_of_s3_need_no_network_and_name_the_public_host(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None,
        home=tmp_path,
        files_url="s3+http://key:se%2Fcret@10.0.0.1:9000/lantoa",
        files_public_url="https://files.example",
    )
    store, key = open_store(settings), f"shared/{new_id()}"

    form = store.upload_form(key, media_type=PDF, size_bytes=1, sha256="0" * 64, public_base="")
    link = urlsplit(store.link(key, name="a.pdf", media_type=PDF, public_base=""))

    assert form.url == "https://files.example/lantoa"
    assert (link.scheme, link.netloc, link.path) == ("https", "files.example", f"/lantoa/{key}")
