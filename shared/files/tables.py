"""The rows about files; the bytes lie in object storage under `key`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class File(Base):
    """A file announced by a person. Only completed ones attach: `attached_to` is the row that uses it."""

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_unattached", "created_at", postgresql_where=text("attached_to IS NULL")),
        Index("ix_files_attached_to", "attached_to"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]  # hexadecimal
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    attached_to: Mapped[UUID | None]
    sweeping_at: Mapped[datetime | None]  # its object is being deleted; the row follows
