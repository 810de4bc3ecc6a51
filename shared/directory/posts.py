"""«…/me»: a person's posts today with the names of their bodies, as every service tells them."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Actor, Role
from shared.clock import today
from shared.directory.queries import names_on


class OfficeView(BaseModel):
    """A post held today; the name is null while the body's fact has not arrived here."""

    organisation_id: UUID
    organisation_name: str | None
    role: Role


async def posts(session: AsyncSession, actor: Actor) -> list[OfficeView]:
    """One statement, whoever asks; none for a person without an office."""
    names = await names_on(session, actor.organisations(), today())
    return [
        OfficeView(
            organisation_id=office.organisation_id,
            organisation_name=names.get(office.organisation_id),
            role=office.role,
        )
        for office in actor.offices
    ]
