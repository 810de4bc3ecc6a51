"""Files in a folder: forms and links as S3 gives them, signed by us and served by the service itself."""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import hmac
import io
import os
import re
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from shared.clock import now
from shared.errors import AppError, Invalid, NotFound, TooLarge, Unavailable
from shared.files.shapes import FIRST_BYTES, FORM_LIFETIME_S, LOOKED_AT_BYTES, Fault, Stored, Trial, Upload

KEY = re.compile(r"[a-z]+/[0-9a-f-]{36}")
PIECE = 1024 * 1024
FAULTS = {
    errno.ENOENT: Fault.NO_PLACE,
    errno.ENOTDIR: Fault.NO_PLACE,
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EACCES: Fault.READ_ONLY,
    errno.EPERM: Fault.READ_ONLY,
    errno.EROFS: Fault.READ_ONLY,
}


class LinkExpired(AppError):
    """A link or form whose time is over, or that we did not sign."""

    status, code = 403, "link-expired"


class NotAsAnnounced(Invalid):
    """The bytes are not those that were announced."""

    code = "file-not-as-announced"


class DirectoryStore:
    """One folder. A ticket is what we signed: the key, what may be done with it, and until when."""

    def __init__(self, folder: Path, secret_keys: Sequence[str]) -> None:
        self.folder, self.secret_keys = folder, secret_keys

    def upload_form(self, key: str, *, media_type: str, size_bytes: int, sha256: str, public_base: str) -> Upload:
        """The ticket is in the address, so that nothing is read from a stranger."""
        ticket = self._sign(
            FORM_LIFETIME_S, may="post", key=key, media_type=media_type, size_bytes=size_bytes, sha256=sha256
        )
        expires_at = now() + timedelta(seconds=FORM_LIFETIME_S)
        return Upload(f"{public_base}/files/{ticket}", {"key": key, "Content-Type": media_type}, expires_at)

    def link(self, key: str, *, name: str, media_type: str, public_base: str, expires_s: int = 300) -> str:
        """An address at the service itself."""
        ticket = self._sign(expires_s, may="get", key=key, name=name, media_type=media_type)
        return f"{public_base}/files/{ticket}"

    async def examine(self, key: str) -> Stored | None:
        """Reads the file once."""
        return await asyncio.to_thread(self._examine, self.path(key))

    def _examine(self, path: Path) -> Stored | None:
        try:
            with path.open("rb") as file:
                first = file.read(LOOKED_AT_BYTES)
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - LOOKED_AT_BYTES))
                last = file.read()
                file.seek(0)
                return Stored(size, hashlib.file_digest(file, "sha256").hexdigest(), first, last)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(part="storage") from error

    async def read(self, key: str, *, limit_bytes: int) -> bytes:
        """Raises NotFound, TooLarge, Unavailable."""
        return await asyncio.to_thread(self._read, self.path(key), limit_bytes)

    def _read(self, path: Path, limit_bytes: int) -> bytes:
        try:
            with path.open("rb") as file:
                data = file.read(limit_bytes + 1)
        except FileNotFoundError as error:
            raise NotFound from error
        except OSError as error:
            raise Unavailable(part="storage") from error
        if len(data) > limit_bytes:
            raise TooLarge(limit_bytes=limit_bytes)
        return data

    async def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """Whole or not at all. Raises Unavailable."""
        ticket = {"key": key, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        await asyncio.to_thread(self.keep, io.BytesIO(data), ticket)

    async def delete(self, key: str) -> None:
        """The folder stays."""
        try:
            await asyncio.to_thread(self.path(key).unlink, missing_ok=True)
        except OSError as error:
            raise Unavailable(part="storage") from error

    async def healthy(self) -> bool:
        """Whether the folder can be written."""
        return await asyncio.to_thread(lambda: self.folder.is_dir() and os.access(self.folder, os.W_OK))

    async def trial(self) -> Trial:
        """Writes a file as an upload would, and removes it."""
        return await asyncio.to_thread(self._try)

    def _try(self) -> Trial:
        draft = self.folder / f"trial.{secrets.token_hex(4)}.part"
        try:
            draft.write_bytes(bytes(FIRST_BYTES))
        except OSError as error:
            return Trial(FAULTS.get(error.errno or 0, Fault.OTHER), error.strerror or "")
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return Trial(None)

    async def prepare(self) -> None:
        """Makes the folder."""
        await asyncio.to_thread(self.folder.mkdir, parents=True, exist_ok=True)

    def path(self, key: str) -> Path:
        """Where the bytes lie. Raises ValueError for anything that is not a key of ours."""
        if not KEY.fullmatch(key):
            raise ValueError(key)
        return self.folder / key

    def keep(self, source: BinaryIO, ticket: dict[str, Any]) -> None:
        """Takes the bytes if they are those announced, whole. Raises NotAsAnnounced, Unavailable."""
        path = self.path(ticket["key"])
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            digest, size = _copy(source, draft, ticket["size_bytes"])
            if size != ticket["size_bytes"] or digest != ticket["sha256"]:
                raise NotAsAnnounced(pointer="#/file")
            draft.replace(path)
        except OSError as error:
            raise Unavailable(part="storage") from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def _sign(self, lifetime_s: int, **content: str | int) -> str:
        body = orjson.dumps({**content, "until": int(time.time()) + lifetime_s})
        return f"{_text(body)}.{_text(_mac(self.secret_keys[0], body))}"

    def open(self, ticket: str, may: str) -> dict[str, Any]:
        """What was signed. Raises LinkExpired."""
        try:
            body, mac = map(_raw, ticket.split("."))
        except ValueError as error:
            raise LinkExpired from error
        if not any(hmac.compare_digest(mac, _mac(key, body)) for key in self.secret_keys):
            raise LinkExpired
        content: dict[str, Any] = orjson.loads(body)
        if content["may"] != may or content["until"] < time.time():
            raise LinkExpired
        return content


def _copy(source: BinaryIO, target: Path, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        while (piece := source.read(PIECE)) and size <= limit:
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _mac(key: str, body: bytes) -> bytes:
    return hmac.digest(hashlib.sha256(f"files:{key}".encode()).digest(), body, "sha256")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
