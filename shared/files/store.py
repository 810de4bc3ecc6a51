"""The seam to object storage: a directory, or any S3 server, with which no bytes pass through a service."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from shared.files.directory import DirectoryStore
from shared.files.s3 import S3Store
from shared.files.shapes import Stored, Trial, Upload
from shared.settings import Settings, UnsafeSettings

__all__ = ["Store", "Stored", "Upload", "open_store"]


class Store(Protocol):
    """Object storage under keys of ours, `<service>/<file id>`. What is awaited raises Unavailable."""

    def upload_form(self, key: str, *, media_type: str, size_bytes: int, sha256: str, public_base: str) -> Upload:
        """A form by which exactly these bytes can be posted for fifteen minutes."""

    async def examine(self, key: str) -> Stored | None:
        """What lies there now, or None."""

    async def read(self, key: str, *, limit_bytes: int) -> bytes:
        """The bytes, for a service that must look into them itself. Raises NotFound, TooLarge."""

    async def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """Bytes that came to a service itself, by an ordinary form of a page."""

    def link(self, key: str, *, name: str, media_type: str, public_base: str, expires_s: int = 300) -> str:
        """An address that gives the bytes for five minutes, under the file's own name."""

    async def delete(self, key: str) -> None:
        """Harmless when nothing is there."""

    async def healthy(self) -> bool:
        """Whether it answers, within two seconds."""

    async def trial(self) -> Trial:
        """Puts a few bytes and takes them away, for whoever wants to know why it is not healthy."""

    async def prepare(self) -> None:
        """Makes the bucket or folder if it is not there."""


def open_store(settings: Settings) -> Store:
    """The store that `LANTOA_FILES_URL` names; by default a folder in `.lantoa`. Raises UnsafeSettings."""
    if settings.files_url is None:
        return DirectoryStore(settings.home / "files", settings.secret_keys)
    url = urlsplit(settings.files_url)
    if url.scheme == "file":
        return DirectoryStore(Path(unquote(url.path)), settings.secret_keys)
    complete = url.hostname and url.username and url.password and url.path.strip("/")
    if url.scheme not in {"s3+http", "s3+https"} or not complete:
        raise UnsafeSettings("LANTOA_FILES_URL phải là file:///thư-mục hoặc s3+https://khóa:mật-khẩu@máy-chủ/kho.")
    return S3Store(settings.files_url, settings.files_public_url)
