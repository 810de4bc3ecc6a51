"""A document that comes with an ordinary form: its bytes into the store, then read; nothing stays if it is no plan."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import NamedTuple
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from services.plans import actions
from services.plans.actions.readings import Document
from services.plans.models import PlanReading
from services.plans.pages.door import texts
from services.plans.pages.typed import Typed, said
from services.plans.reading.intake.plain import plain_text
from services.plans.reading.problems import FileBroken, FormatUnknown, TooLong
from services.plans.schemas.readings.asked import DOCUMENT_LIMIT_BYTES, LONGEST_TEXT
from shared.auth import Actor
from shared.clock import now
from shared.db import Database, new_id
from shared.errors import AppError, Invalid
from shared.files import actions as files
from shared.files.directory import NotAsAnnounced
from shared.files.kinds import DOCX, HTML, MARKDOWN, PDF, TEXT
from shared.files.rest import FORM_OVERHEAD_BYTES, no_more_than
from shared.files.store import Store

TYPES = {".pdf": PDF, ".docx": DOCX, ".html": HTML, ".htm": HTML, ".md": MARKDOWN, ".txt": TEXT}


class NothingBrought(Invalid):
    """Neither a file nor a text, or both."""

    code = "document-missing"


class Brought(NamedTuple):
    """What the form holds: its fields, and the file by name and bytes where there is one."""

    form: Typed
    name: str
    data: bytes

    @property
    def text(self) -> str | None:
        """What was pasted."""
        return said(self.form, "text") or None

    def id(self, name: str) -> UUID | None:
        """A field that holds an id; one that a stranger made up counts as none."""
        try:
            return UUID(said(self.form, name))
        except ValueError:
            return None


@asynccontextmanager
async def brought(request: Request) -> AsyncIterator[Brought]:
    """The posted form. Raises TooLarge, while it is read."""
    most = DOCUMENT_LIMIT_BYTES + 4 * LONGEST_TEXT + FORM_OVERHEAD_BYTES
    limited = Request(request.scope, no_more_than(most, request))
    async with limited.form(max_files=1, max_fields=8, max_part_size=4 * LONGEST_TEXT) as form:
        name, data = await _file(form)
        yield Brought(texts(form), name, data)


async def _file(form: FormData) -> tuple[str, bytes]:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return "", b""
    return PurePath(file.filename.replace("\\", "/")).name[-255:], await file.read(DOCUMENT_LIMIT_BYTES + 1)


async def read_brought(database: Database, store: Store, holder: Actor, *, given: Brought) -> PlanReading:
    """The reading. Raises NothingBrought, FormatUnknown, FileBroken and what `files.take` and `read_document` raise."""
    if bool(given.data) == bool(given.text):
        raise NothingBrought(pointer="#/file")
    given = _in_unicode(given)
    issuer_id = given.id("issuer_id")
    if issuer_id is None:
        raise Invalid(pointer="#/issuer_id")
    key = given.id("id") or new_id()
    document = Document(key, issuer_id, key if given.data else None, given.text, given.id("amends_id"))
    try:
        if given.data:
            await _take(database, store, holder, given=given, key=key)
        row, _ = await actions.read_document(database, store, holder, document=document, at=now())
    except AppError:
        if given.data:
            await files.drop(database, store, holder, key)
        raise
    return row


def _in_unicode(given: Brought) -> Brought:
    """Text in an encoding of before Unicode is read all the same, but not kept as a file: nobody could open it later.

    Raises TooLong.
    """
    if PurePath(given.name).suffix.casefold() not in {".txt", ".md"} or _is_utf8(given.data):
        return given
    if len(given.data) > 4 * LONGEST_TEXT:
        raise TooLong
    return Brought({**given.form, "text": [plain_text(given.data)]}, "", b"")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


async def _take(database: Database, store: Store, holder: Actor, *, given: Brought, key: UUID) -> None:
    media_type = TYPES.get(PurePath(given.name).suffix.casefold())
    if media_type is None:
        raise FormatUnknown
    data = given.data
    announced = files.Announced(given.name, media_type, len(data), hashlib.sha256(data).hexdigest())
    files.Allowed(frozenset(TYPES.values()), DOCUMENT_LIMIT_BYTES).check(announced)
    try:
        await files.take(database, store, holder, data=data, announced=announced, service="plans", file_id=key)
    except NotAsAnnounced as error:
        raise FileBroken from error
