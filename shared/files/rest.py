"""The REST door for files, the same in every service that takes any, and the directory store's two paths."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.types import Message

from shared.auth import Actor, SignedIn, TokenHolder
from shared.db import Database, Session
from shared.errors import BadRequest, NotAllowed, NotFound, NotSignedIn, TooLarge, Unavailable
from shared.exact import Whole
from shared.files import actions
from shared.files.directory import DirectoryStore, NotAsAnnounced
from shared.files.shapes import disposition
from shared.files.store import Store
from shared.files.tables import File
from shared.problems import responses
from shared.routes import ExactRoute
from shared.settings import Settings
from shared.text import Line

MayRead = Callable[[AsyncSession, Actor, File], Awaitable[None]]
MayAnnounce = Callable[[Actor], None]
COMPLETING = (actions.FileNotFound, actions.FileNotUploaded, actions.FileNotOpenable)
FORM_OVERHEAD_BYTES = 64 * 1024  # boundaries and the other fields of a form


class NewFile(BaseModel):
    """A file about to be uploaded. With an id of the client's choice the same request is the same file."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Báo cáo thành tích.pdf",
                    "media_type": "application/pdf",
                    "size_bytes": 48213,
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                }
            ]
        },
    )

    id: UUID | None = None
    name: Annotated[Line, Field(max_length=255)]
    media_type: Annotated[str, StringConstraints(max_length=127, pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
    size_bytes: Annotated[Whole, Field(ge=1)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class UploadForm(BaseModel):
    """A form to post as multipart/form-data: all `fields`, then the bytes as `file`."""

    method: Literal["POST"]
    url: str
    fields: dict[str, str]
    expires_at: datetime


class AnnouncedFile(BaseModel):
    """The file's id, and where its bytes go."""

    id: UUID
    upload: UploadForm


class FileView(BaseModel):
    """A file as announced; `completed_at` is null until its bytes were examined."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    completed_at: datetime | None


def public_base(request: Request) -> str:
    """The service's address as people reach it. From the settings: the Host header is a stranger's word."""
    settings: Settings = request.app.state.settings
    return f"{settings.base_url}{request.scope.get('root_path', '')}"


def files_router(
    name: str, *, may_announce: MayAnnounce, may_read: MayRead, media_types: frozenset[str], limit_bytes: int
) -> APIRouter:
    """`/v1/files` of the service `name`. `may_announce` and `may_read` raise when this person may not."""
    router = APIRouter(prefix="/v1/files", tags=["files"], route_class=ExactRoute)
    allowed = actions.Allowed(media_types, limit_bytes)

    @router.post(
        "",
        status_code=201,
        summary="Báo trước một tệp và nhận biểu mẫu tải lên",
        description="Không cần Idempotency-Key: cùng mã tệp và nội dung thì nhận lại tệp đó với biểu mẫu mới.",
        responses=responses(NotSignedIn, NotAllowed, actions.FileIdTaken, actions.FileTypeNotAllowed, TooLarge),
    )
    async def announce(request: Request, session: Session, actor: SignedIn, body: NewFile) -> AnnouncedFile:
        announced = actions.Announced(body.name, body.media_type, body.size_bytes, body.sha256)
        allowed.check(announced)
        may_announce(actor)
        file = await actions.announce(session, actor, announced, service=name, file_id=body.id)
        return AnnouncedFile(id=file.id, upload=_form(request, file))

    router.put(
        "/{id}/completion",
        summary="Xác nhận đã tải lên xong",
        description="Máy chủ kiểm tra kích thước, mã băm và những byte đầu. Gọi lại nhiều lần cũng không sao.",
        responses=responses(NotSignedIn, Unavailable, NotAsAnnounced, *COMPLETING),
    )(complete)

    @router.get(
        "/{id}",
        status_code=302,
        response_class=RedirectResponse,
        summary="Tải tệp: chuyển tới một liên kết có hiệu lực 5 phút",
        responses=responses(NotSignedIn, NotFound),
    )
    async def download(request: Request, session: Session, actor: SignedIn, id: UUID) -> Response:
        file = await session.get(File, id)
        if file is None or file.completed_at is None or file.sweeping_at is not None:
            raise NotFound
        await may_read(session, actor, file)
        return redirect_to(request, file.key, name=file.name, media_type=file.media_type)

    return router


def _form(request: Request, file: File) -> UploadForm:
    store: Store = request.app.state.store
    form = store.upload_form(
        file.key,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        public_base=public_base(request),
    )
    return UploadForm(method=form.method, url=form.url, fields=form.fields, expires_at=form.expires_at)


async def complete(request: Request, holder: TokenHolder, id: UUID) -> FileView:
    """The bytes are there and are what was announced; may be asked again."""
    database: Database = request.app.state.database
    return FileView.model_validate(await actions.complete(database, request.app.state.store, holder, id))


def redirect_to(request: Request, key: str, *, name: str, media_type: str) -> Response:
    """302 to a five-minute link; nobody keeps it."""
    store: Store = request.app.state.store
    link = store.link(key, name=name, media_type=media_type, public_base=public_base(request))
    return RedirectResponse(link, 302, {"cache-control": "no-store"})


directory_router = APIRouter(prefix="/files", include_in_schema=False)


@directory_router.post("/{ticket}", status_code=204)
async def take(request: Request, ticket: str) -> Response:
    """Takes the form that the directory store gave out. Nothing is read before the ticket was checked."""
    store = _directory(request)
    content = store.open(ticket, "post")
    limit = content["size_bytes"] + FORM_OVERHEAD_BYTES
    limited = Request(request.scope, no_more_than(limit, request), request._send)
    async with limited.form(max_files=1, max_fields=8) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise BadRequest
        await asyncio.to_thread(store.keep, file.file, content)
    return Response(status_code=204)


@directory_router.get("/{ticket}")
async def give(request: Request, ticket: str) -> Response:
    """The bytes behind a link that is still good."""
    store = _directory(request)
    content = store.open(ticket, "get")
    path = store.path(content["key"])
    if not path.is_file():
        raise NotFound
    headers = {
        "content-disposition": disposition(content["name"], content["media_type"]),
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=300",
    }
    return FileResponse(path, headers=headers, media_type=content["media_type"])


def _directory(request: Request) -> DirectoryStore:
    store: Store = request.app.state.store
    if not isinstance(store, DirectoryStore):
        raise NotFound
    return store


def no_more_than(limit_bytes: int, request: Request) -> Callable[[], Awaitable[Message]]:
    """What the request sends; it is cut off where it sends more. Raises TooLarge, while it is read."""
    left = limit_bytes

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge(limit_bytes=limit_bytes)
        return message

    return receive
