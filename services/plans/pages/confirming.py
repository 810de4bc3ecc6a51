"""One reading, to be confirmed: each press decides on leaves, each correction is saved as it is made."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import actions, permissions
from services.plans.confirming import Decision, Links, Standing
from services.plans.confirming.leaves import family_of, is_key
from services.plans.models import PlanReading
from services.plans.pages.answering import Editing, changed, opened, refused, stale
from services.plans.pages.bodies import Bodies, BodyUnknown, given_links
from services.plans.pages.door import DeskRoute, Sent, version_of
from services.plans.pages.forms import FORMS, given
from services.plans.pages.paper import HEADERS, root_of
from services.plans.pages.typed import Typed, said
from services.plans.queries import readings as queries
from services.plans.queries.neighbours import neighbours
from services.plans.schemas.readings.asked import DecisionIn, Key, taken
from shared.auth import Actor
from shared.auth.browser import SignedInHere, check_same_origin
from shared.clock import now
from shared.db import Session
from shared.errors import Invalid, NotFound, PreconditionFailed


class Shown(BaseModel):
    """A leaf with the bodies that were shown beside it: that, and nothing else, is what a person confirms."""

    key: Key
    links: Links = Links()


router = APIRouter(
    prefix="/readings", include_in_schema=False, route_class=DeskRoute, dependencies=[Depends(check_same_origin)]
)


@router.get("/{id}")
async def show(
    request: Request, session: Session, actor: SignedInHere, *, id: UUID, edit: str = "", leaf: str = ""
) -> Response:
    """The document beside its leaves; `edit` opens the form of one, `leaf` asks for one as it stands."""
    row, actor = await _readable(session, actor, id)
    editing = Editing(edit) if edit and _editable(edit) else None
    return await opened(request, session, actor, row=row, editing=editing, leaf=leaf)


@router.post("/{id}/decisions")
async def decide(request: Request, session: Session, actor: SignedInHere, *, id: UUID, form: Sent) -> Response:
    """Confirms or dismisses the leaves sent, exactly as they were shown."""
    decisions = _decisions(form)
    try:
        row = await actions.decide(session, actor, id, decisions, version=version_of(form), at=now())
    except PreconditionFailed:
        row, actor = await _readable(session, actor, id)
        return await stale(request, session, actor, row=row, editing=None)
    actor = await permissions.with_inherited(session, actor)
    return await changed(request, session, actor, row=row, keys=[each.key for each in decisions])


@router.post("/{id}/corrections")
async def correct(request: Request, session: Session, actor: SignedInHere, *, id: UUID, form: Sent) -> Response:
    """Saves one leaf as typed; `done` closes its form. What is wrong is said, and what was typed stays."""
    key = said(form, "key")
    if not _editable(key):
        raise NotFound
    row, reader = await _readable(session, actor, id)
    try:
        decision = await _correction(session, row, key, form)
        row = await actions.decide(session, actor, id, [decision], version=version_of(form), at=now())
    except PreconditionFailed:
        return await stale(request, session, reader, row=row, editing=Editing(key, form))
    except (RequestValidationError, ValidationError, BodyUnknown, Invalid) as error:
        return await refused(request, session, reader, row=row, editing=Editing(key, form, error))
    return await changed(request, session, reader, row=row, keys=[key], stays=not said(form, "done"))


@router.post("/{id}/discard")
async def discard(request: Request, session: Session, actor: SignedInHere, *, id: UUID, form: Sent) -> Response:
    """Nothing of it stays but the audit; its file will be swept."""
    await actions.discard_reading(session, actor, id, version=version_of(form))
    return RedirectResponse(f"{root_of(request)}/readings", 303, HEADERS)


async def _readable(session: AsyncSession, actor: Actor, reading_id: UUID) -> tuple[PlanReading, Actor]:
    """Raises NotFound."""
    row = await queries.reading(session, reading_id)
    actor = await permissions.with_inherited(session, actor)
    await permissions.check_may_read_reading(session, actor, row)
    return row, actor


def _editable(key: str) -> bool:
    return is_key(key) and family_of(key) in FORMS


def _decisions(form: Typed) -> list[Decision]:
    """Raises Invalid for what no form of ours sends."""
    try:
        standing = Standing(said(form, "standing"))
        leaves = [Shown.model_validate_json(each) for each in form.get("leaf", [])]
    except ValueError as error:
        raise Invalid from error
    if standing is Standing.CORRECTED or not leaves:
        raise Invalid
    return [Decision(leaf.key, standing, None, leaf.links) for leaf in leaves]


async def _correction(session: AsyncSession, row: PlanReading, key: str, form: Typed) -> Decision:
    """Raises RequestValidationError, ValidationError, BodyUnknown."""
    family = family_of(key)
    bodies = Bodies(await neighbours(session, row.issuer_id))
    links = Links.model_validate(given_links(family, form, bodies))
    typed = DecisionIn(key=key, standing=Standing.CORRECTED, value=given(family, form), links=links)
    return taken(typed, (), body=None)
