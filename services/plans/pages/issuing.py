"""The last step: the question before the deed, the deed, and what binds from then on."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, permissions
from services.plans.models import PlanReading
from services.plans.pages.door import DeskRoute, Sent, version_of
from services.plans.pages.paper import HEADERS, page, root_of
from services.plans.pages.showing import page_of
from services.plans.queries import plans
from services.plans.queries import readings as queries
from services.plans.queries.binding import binding
from services.plans.queries.shown_readings import shown
from services.plans.queries.whole_readings import whole
from services.plans.schemas.readings.given import ReadingOut
from shared.auth import Actor
from shared.auth.browser import HolderHere, SignedInHere, check_same_origin
from shared.clock import now
from shared.db import Database, Session
from shared.errors import AppError, Conflict, Invalid, NotFound, PreconditionFailed
from shared.messages import say

router = APIRouter(
    prefix="/readings", include_in_schema=False, route_class=DeskRoute, dependencies=[Depends(check_same_origin)]
)


@router.get("/{id}/issue")
async def ask(request: Request, session: Session, actor: SignedInHere, *, id: UUID) -> Response:
    """What would bind, and whether everything is decided."""
    row, actor = await _own(session, actor, id)
    if row.issued_at is not None:
        return RedirectResponse(f"{root_of(request)}/readings/{id}/binding", 303, HEADERS)
    return await _asked(request, session, actor, row=row)


@router.post("/{id}/issue")
async def issue(request: Request, holder: HolderHere, id: UUID, *, form: Sent) -> Response:
    """The plan binds from now on. What stands in the way is told on the page that asked; nothing was changed."""
    database: Database = request.app.state.database
    try:
        async with database.transaction() as session:
            actor = await permissions.in_office(session, holder)
            await actions.issue_reading(session, actor, id, version=version_of(form), at=now())
    except (Conflict, Invalid, PreconditionFailed) as error:
        async with database.transaction() as session:
            row, actor = await _own(session, holder, id)
            return await _asked(request, session, actor, row=row, error=error)
    return RedirectResponse(f"{root_of(request)}/readings/{id}/binding", 303, HEADERS)


@router.get("/{id}/binding")
async def bound(request: Request, session: Session, actor: SignedInHere, *, id: UUID) -> Response:
    """Each obligation: whom it meets today, to whom, through whom, and by which second next."""
    row, actor = await _own(session, actor, id)
    if row.issued_at is None:
        raise NotFound
    plan = await plans.plan(session, row.plan_id)
    obligations = await binding(session, plan, at=now())
    return page(request, "binding.html", actor=actor, row=row, plan=plan, bound=obligations)


async def _own(session: AsyncSession, holder: Actor, reading_id: UUID) -> tuple[PlanReading, Actor]:
    """Raises NotFound."""
    row = await queries.reading(session, reading_id)
    actor = await permissions.in_office(session, holder)
    await permissions.check_may_read_reading(session, actor, row)
    return row, actor


async def _asked(
    request: Request, session: AsyncSession, actor: Actor, *, row: PlanReading, error: AppError | None = None
) -> Response:
    permissions.check_may_plan(actor, row.issuer_id)
    out = ReadingOut.of(await shown(session, await whole(session, row)))
    pointer = (error.pointer or "") if error else ""
    content = {
        "page": page_of(out, {}),  # movements are not told here
        "out": out,
        "here": f"{root_of(request)}/readings/{row.id}",
        "sentence": say(error) if error else None,
        "place": pointer.removeprefix("#/leaves/") if pointer.startswith("#/leaves/") else "",
    }
    return page(request, "issue.html", status=error.status if error else 200, actor=actor, **content)
