"""ETag and If-Match (RFC 9110 section 13): nobody changes or decides on a version he has not read."""

from __future__ import annotations

import re
from typing import Annotated, Any, Protocol

from fastapi import Depends, Header, Request, Response
from pydantic import WithJsonSchema

from shared.errors import PreconditionFailed, PreconditionRequired


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Chưa thay đổi từ lần đọc trước"}}
Tag = Annotated[str, WithJsonSchema({"type": "string", "pattern": r'^"[0-9]{1,18}"$'})]


def etag(version: int) -> str:
    """A strong ETag."""
    return f'"{version}"'


def check_version(row: Versioned, version: int | None) -> None:
    """Raises PreconditionRequired when none is given, PreconditionFailed when another is the present one."""
    if version is None:
        raise PreconditionRequired
    if row.version != version:
        raise PreconditionFailed


async def _if_match(
    if_match: Annotated[Tag | None, Header(description="ETag của bản vừa đọc. Cần mà thiếu: 428; đã cũ: 412.")] = None,
) -> int | None:
    if if_match is None:
        return None
    found = re.fullmatch(r'\s*"(\d{1,18})"\s*', if_match)
    if found is None:
        raise PreconditionFailed
    return int(found[1])


async def _required(version: Annotated[int | None, Depends(_if_match)]) -> int:
    if version is None:
        raise PreconditionRequired
    return version


IfMatch = Annotated[int, Depends(_required)]  # 428 without
MaybeIfMatch = Annotated[int | None, Depends(_if_match)]  # PUT: only an existing id needs it


def give(response: Response, row: Versioned) -> None:
    """Sets the ETag of what is being answered."""
    response.headers["etag"] = etag(row.version)


def not_modified(request: Request, tag: str) -> Response | None:
    """A 304 when the reader's `If-None-Match` names this very representation."""
    wanted = request.headers.get("if-none-match", "")
    known = {part.strip().removeprefix("W/") for part in wanted.split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"etag": tag})
    return None
