"""What an auditor reads: the deeds of the bodies he audits, a page at a time."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, any_, func, literal, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import AuditRow
from shared.paging import Page, decode_for, keyset


async def deeds(
    session: AsyncSession, bodies: Collection[UUID], *, subject_id: UUID | None, after: str | None, limit: int
) -> Page[AuditRow]:
    """Those at these bodies, the latest first; of one subject where it is named. Raises BadCursor."""
    if subject_id:
        statement = select(AuditRow).where(_among(bodies), AuditRow.subject_id == subject_id)
    else:
        statement = select(AuditRow).where(AuditRow.position.in_(_latest(bodies, after=after, limit=limit)))
    return await keyset(session, statement, [AuditRow.position], after=after, limit=limit, descending=True)


def _among(bodies: Collection[UUID]) -> ColumnElement[bool]:
    """One array, however many bodies there are."""
    return AuditRow.organisation_id == any_(literal(sorted(bodies), ARRAY(Uuid())))


def _latest(bodies: Collection[UUID], *, after: str | None, limit: int) -> Select[int]:
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
