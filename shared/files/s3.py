"""Files in any S3 server: presigned forms and links, so that bytes go straight between browser and store."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import urllib3
from minio import Minio
from minio.datatypes import PostPolicy
from minio.error import MinioException, S3Error

from shared.clock import now
from shared.errors import NotFound, TooLarge, Unavailable
from shared.files.shapes import FIRST_BYTES, FORM_LIFETIME_S, LOOKED_AT_BYTES, Fault, Stored, Trial, Upload, disposition

STARTING_S = 5.0
REGION = "us-east-1"  # named, so that presigning never asks the server for it
MISSING = {"NoSuchKey", "NoSuchBucket"}
FAULTS = {
    "InvalidAccessKeyId": Fault.KEY,
    "SignatureDoesNotMatch": Fault.KEY,
    "NoSuchBucket": Fault.NO_PLACE,
    "XMinioStorageFull": Fault.FULL,
    "XMinioStorageQuotaExceeded": Fault.FULL,
    "QuotaExceeded": Fault.FULL,
    "AccessDenied": Fault.READ_ONLY,
    "MethodNotAllowed": Fault.READ_ONLY,
}
# Who waits for an answer of ours gets one within two seconds, also when the store is there and says nothing.
TIME_LIMITS = urllib3.Timeout(connect=1, read=1.8)
R = TypeVar("R")


class S3Store:
    """One bucket. `public_url` is the host in forms and links: it is part of what is signed."""

    def __init__(self, url: str, public_url: str | None) -> None:
        self.bucket = urlsplit(url).path.strip("/")
        self.inner = _client(url, None)
        self.outer = _client(url, public_url)
        self.outer_url = _origin(public_url or url)

    def upload_form(self, key: str, *, media_type: str, size_bytes: int, sha256: str, public_base: str) -> Upload:
        """A POST policy: exact key, type, length and checksum."""
        expires_at = now() + timedelta(seconds=FORM_LIFETIME_S)
        exact = {
            "key": key,
            "Content-Type": media_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode(),
        }
        policy = PostPolicy(self.bucket, expires_at)
        for element, value in exact.items():
            policy.add_equals_condition(element, value)
        policy.add_content_length_range_condition(size_bytes, size_bytes)
        signed = self.outer.presigned_post_policy(policy)
        return Upload(f"{self.outer_url}/{self.bucket}", {**exact, **signed}, expires_at)

    async def examine(self, key: str) -> Stored | None:
        """Reads the object once, whole: only what was read is known."""
        return await _ask(lambda: self._examine(key))

    def _examine(self, key: str) -> Stored | None:
        try:
            response = self.inner.get_object(self.bucket, key)
        except S3Error as error:
            if error.code in MISSING:
                return None
            raise
        digest, size, first, last = hashlib.sha256(), 0, b"", b""
        try:
            for chunk in response.stream(1024 * 1024):
                digest.update(chunk)
                size += len(chunk)
                first = first or chunk[:LOOKED_AT_BYTES]
                last = (last + chunk)[-LOOKED_AT_BYTES:]
        finally:
            response.close()
            response.release_conn()
        return Stored(size, digest.hexdigest(), first, last)

    async def read(self, key: str, *, limit_bytes: int) -> bytes:
        """In pieces, no further than the limit. Raises NotFound, TooLarge, Unavailable."""
        return await _ask(lambda: self._read(key, limit_bytes))

    def _read(self, key: str, limit_bytes: int) -> bytes:
        try:
            response = self.inner.get_object(self.bucket, key)
        except S3Error as error:
            if error.code in MISSING:
                raise NotFound from error
            raise
        data = bytearray()
        try:
            for chunk in response.stream(1024 * 1024):
                data += chunk
                if len(data) > limit_bytes:
                    raise TooLarge(limit_bytes=limit_bytes)
        finally:
            response.close()
            response.release_conn()
        return bytes(data)

    async def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """Raises Unavailable."""
        await _ask(lambda: self.inner.put_object(self.bucket, key, io.BytesIO(data), len(data), media_type))

    def link(self, key: str, *, name: str, media_type: str, public_base: str, expires_s: int = 300) -> str:
        """A presigned GET."""
        shown = {
            "response-content-disposition": disposition(name, media_type),
            "response-content-type": media_type,
        }
        return self.outer.presigned_get_object(
            self.bucket, key, expires=timedelta(seconds=expires_s), response_headers={**shown}
        )

    async def delete(self, key: str) -> None:
        """S3 answers the same whether it was there or not."""
        await _ask(lambda: self.inner.remove_object(self.bucket, key))

    async def healthy(self) -> bool:
        """Whether the bucket is there."""
        try:
            async with asyncio.timeout(2):
                return await _ask(lambda: self.inner.bucket_exists(self.bucket))
        except (Unavailable, TimeoutError):
            return False

    async def trial(self) -> Trial:
        """What the server itself says to a small object."""
        return await asyncio.to_thread(self._try)

    def _try(self) -> Trial:
        key = f"trial/{secrets.token_hex(8)}"
        try:
            self.inner.put_object(self.bucket, key, io.BytesIO(bytes(FIRST_BYTES)), FIRST_BYTES)
            self.inner.remove_object(self.bucket, key)
        except S3Error as error:
            return Trial(FAULTS.get(error.code or "", Fault.OTHER), error.code or "")
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError) as error:
            return Trial(Fault.AWAY, type(error).__name__)
        except urllib3.exceptions.TimeoutError:
            return Trial(Fault.SILENT)
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            return Trial(Fault.OTHER, type(error).__name__)
        return Trial(None)

    async def prepare(self) -> None:
        """Makes the bucket; another process may have been quicker.

        A server that was started a moment ago answers 503 for a while: it is waited for, not longer than five seconds.
        """
        clock = asyncio.get_running_loop()
        deadline = clock.time() + STARTING_S
        while True:
            try:
                return await _ask(self._make_bucket)
            except Unavailable:
                if clock.time() > deadline:
                    raise
            await asyncio.sleep(0.2)

    def _make_bucket(self) -> None:
        if not self.inner.bucket_exists(self.bucket):
            try:
                self.inner.make_bucket(self.bucket, REGION)
            except S3Error as error:
                if error.code != "BucketAlreadyOwnedByYou":
                    raise


async def _ask(question: Callable[[], R]) -> R:
    try:
        return await asyncio.to_thread(question)
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        raise Unavailable(part="storage") from error


def _client(url: str, public_url: str | None) -> Minio:
    parts, shown = urlsplit(url), urlsplit(public_url or url)
    return Minio(
        shown.netloc.rpartition("@")[2],
        access_key=unquote(parts.username or ""),
        secret_key=unquote(parts.password or ""),
        secure=shown.scheme.endswith("https"),
        region=REGION,
        http_client=urllib3.PoolManager(timeout=TIME_LIMITS, retries=False, maxsize=8),
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.removeprefix('s3+')}://{parts.netloc.rpartition('@')[2]}"
