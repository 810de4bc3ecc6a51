"""The officer's desk: the documents that wait for him, those issued, and the way to bring another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.models import PlanReading
from services.plans.pages.door import DeskRoute
from services.plans.pages.paper import HEADERS, asset, page, root_of
from services.plans.pages.taking import TYPES, brought, read_brought
from services.plans.pages.typed import Typed, said
from services.plans.queries import readings as queries
from services.plans.queries.binding import issued_plans
from shared.auth import Actor, Role
from shared.auth.browser import HolderHere, SignedInHere, check_same_origin
from shared.clock import today
from shared.db import Database, Session, new_id
from shared.directory.queries import names_on
from shared.errors import AppError
from shared.messages import Sentence, say
from shared.paging import After, keyset

MOST_WAITING, ON_A_PAGE = 100, 30

router = APIRouter(include_in_schema=False, route_class=DeskRoute, dependencies=[Depends(check_same_origin)])


@router.get("/readings")
async def desk(request: Request, session: Session, actor: SignedInHere, after: After = None) -> Response:
    """What waits first, what was issued below it, and the form for another document."""
    actor = await permissions.with_inherited(session, actor)
    return await _shown(request, session, actor, after=after)


@router.post("/files/readings")  # where uploads come: the frame lets no more than a megabyte pass elsewhere
async def bring(request: Request, holder: HolderHere) -> Response:
    """Reads the document; what is wrong with it is said beside the form, which keeps what was typed."""
    database: Database = request.app.state.database
    form: Typed = {}
    try:
        async with brought(request) as given:
            form = given.form
            row = await read_brought(database, request.app.state.store, holder, given=given)
    except AppError as error:
        async with database.transaction() as session:
            actor = await permissions.in_office(session, holder)
            return await _shown(request, session, actor, form=form, status=error.status, sentence=say(error))
    return RedirectResponse(f"{root_of(request)}/readings/{row.id}", 303, HEADERS)


@router.get("/readings/assets/{address}")
async def give(address: str) -> Response:
    """Style and scripts."""
    return asset(address)


async def _shown(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    *,
    after: str | None = None,
    form: Typed | None = None,
    status: int = 200,
    sentence: Sentence | None = None,
) -> Response:
    mine = actor.organisations(Role.PLAN_OFFICER)
    waiting = await _readings(session, mine, issued=False, after=None)
    issued = await _readings(session, mine, issued=True, after=after)
    names = await names_on(session, {*mine, *(row.issuer_id for row in (*waiting.rows, *issued.rows))}, today())
    content = {
        "actor": actor,
        "waiting": waiting.rows,
        "issued": issued,
        "names": names,
        "issuers": sorted(mine, key=lambda body: names.get(body, "")),
        "plans": await issued_plans(session, mine),
        "form": _kept(form or {}),
        "sentence": sentence,
        "accepted": ",".join(TYPES),
    }
    return page(request, "desk.html", status=status, **content)


async def _readings(session: AsyncSession, mine: frozenset[UUID], *, issued: bool, after: str | None) -> Any:
    statement = queries.readings_of(mine, issued=issued, plan_id=None)
    limit = ON_A_PAGE if issued else MOST_WAITING
    return await keyset(session, statement, [PlanReading.id], after=after, limit=limit, descending=True)


def _kept(form: Typed) -> dict[str, str]:
    """What was typed; an id of its own makes sending twice harmless."""
    return {name: said(form, name) for name in ("issuer_id", "amends_id", "text")} | {"id": str(new_id())}
