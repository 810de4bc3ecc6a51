"""The auditor's door: what was done at and below the bodies he is auditor of. The same in all four services."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Select, Uuid, any_, func, literal, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import AuditRow
from shared.auth import Actor, Role, SignedIn
from shared.clock import today
from shared.db import Session
from shared.directory.queries import audited
from shared.errors import Invalid, NotAllowed, NotSignedIn
from shared.paging import After, BadCursor, Limit, Listing, decode_for, keyset, link_next
from shared.problems import responses

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class AuditView(BaseModel):
    """One deed: ids and names of fields, never values."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    at: datetime
    actor_id: UUID | None
    actor_kind: str
    action: str
    subject_type: str
    subject_id: UUID
    organisation_id: UUID | None
    fields: list[str]
    correlation_id: str | None


async def reached(session: AsyncSession, actor: Actor) -> set[UUID]:
    """The bodies whose audit he reads. Raises NotAllowed."""
    held = actor.organisations(Role.AUDITOR)
    if not held:
        raise NotAllowed
    return await audited(session, held, today())


def among(bodies: Collection[UUID]) -> ColumnElement[bool]:
    """One array, however many bodies there are."""
    return AuditRow.organisation_id == any_(literal(sorted(bodies), ARRAY(Uuid())))


def latest(bodies: Collection[UUID], *, after: str | None, limit: int) -> Select[int]:
    """The positions of the next page: a glance at the last deed of each body, then the latest of the latest bodies.

    A page of so many rows holds deeds of no other bodies than of as many, whose last deeds are the latest.
    """
    enough: ColumnElement[int] = literal_column(str(limit + 1))
    body = func.unnest(literal(sorted(bodies), ARRAY(Uuid()))).table_valued("id", name="body").render_derived()
    before = [AuditRow.position < decode_for([AuditRow.position], after)[0]] if after is not None else []
    of_body = select(AuditRow.position).where(AuditRow.organisation_id == body.c.id, *before)
    newest = of_body.order_by(AuditRow.position.desc())
    last = newest.limit(literal_column("1")).lateral("last")
    acting = select(body.c.id).join(last, true()).order_by(last.c.position.desc()).limit(enough).cte("acting")
    deeds = (
        select(AuditRow.position)
        .where(AuditRow.organisation_id == acting.c.id, *before)
        .order_by(AuditRow.position.desc())
        .limit(enough)
        .lateral("deeds")
    )
    page = select(deeds.c.position).select_from(acting).join(deeds, true())
    return page.order_by(deeds.c.position.desc()).limit(enough)


@router.get(
    "",
    summary="Nhật ký: ai làm gì, lúc nào; dành cho người kiểm tra",
    responses=responses(NotSignedIn, NotAllowed, Invalid, BadCursor),
    operation_id="audit",
)
async def read_audit(
    *,
    request: Request,
    response: Response,
    session: Session,
    actor: SignedIn,
    organisation_id: UUID | None = None,
    subject_id: UUID | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Listing[AuditView]:
    """Việc làm tại và dưới cơ quan mình kiểm tra, mới nhất trước; chỉ có mã và tên trường, không có giá trị."""
    bodies = await reached(session, actor)
    wanted = bodies & {organisation_id} if organisation_id else bodies
    if subject_id:
        statement = select(AuditRow).where(among(wanted), AuditRow.subject_id == subject_id)
    else:
        statement = select(AuditRow).where(AuditRow.position.in_(latest(wanted, after=after, limit=limit)))
    page = await keyset(session, statement, [AuditRow.position], after=after, limit=limit, descending=True)
    link_next(request, response, page.next)
    return Listing(items=[AuditView.model_validate(row) for row in page.rows], next=page.next)
