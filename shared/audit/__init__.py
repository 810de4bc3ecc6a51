"""Who did what when, written in the change's own transaction: ids and field names, never values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared import context
from shared.auth import Actor
from shared.clock import now
from shared.db import Base, new_row


class AuditRow(Base):
    """One deed. `organisation_id` is the body it concerns, under whose auditors it falls."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_organisation", "organisation_id", "position"),
        Index("ix_audit_subject", "subject_id", "position"),
        Index("ix_audit_unsealed", "position", postgresql_where=text("sealed_in IS NULL")),
        Index("ix_audit_sealed_in", "sealed_in"),
    )

    position: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]  # null: the system itself or the operator
    actor_kind: Mapped[str]  # person, system or operator
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None]
    fields: Mapped[list[str]]
    correlation_id: Mapped[str | None]
    sealed_in: Mapped[int | None]  # the seal that holds it; null for the second or so until there is one


def note(
    session: AsyncSession,
    actor: Actor,
    action: str,
    subject: tuple[str, UUID],
    *,
    organisation_id: UUID | None,
    fields: Iterable[str] = (),
) -> None:
    """One row for one deed, e.g. `note(session, actor, "approve", ("nomination", id), organisation_id=…)`."""
    session.add(deed(actor, action, subject, organisation_id=organisation_id, fields=fields))


def deed(
    actor: Actor, action: str, subject: tuple[str, UUID], *, organisation_id: UUID | None, fields: Iterable[str] = ()
) -> AuditRow:
    """The row of a deed, for who writes it without a session."""
    return new_row(
        AuditRow,
        at=now(),
        actor_id=actor.person_id,
        actor_kind=actor.kind,
        action=action,
        subject_type=subject[0],
        subject_id=subject[1],
        organisation_id=organisation_id,
        fields=sorted(fields),
        correlation_id=context.current().correlation_id,
    )
