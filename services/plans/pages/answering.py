"""What these doors answer: the whole page without a script, with one only the leaf and what it changed around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.plans.confirming.leaves import family_of
from services.plans.models import PlanReading
from services.plans.pages import deadline_form
from services.plans.pages.bodies import RULES, Bodies, BodyUnknown, filled_links, link_fields, movement_choices
from services.plans.pages.forms import FORMS, filled
from services.plans.pages.linked import linked_movements
from services.plans.pages.marking import dom_id
from services.plans.pages.paper import HEADERS, by_htmx, page, root_of
from services.plans.pages.refusals import refusals
from services.plans.pages.showing import Page, page_of
from services.plans.pages.typed import Typed
from services.plans.queries.movements import movements_alike, movements_by_id
from services.plans.queries.neighbours import neighbours
from services.plans.queries.shown_readings import shown
from services.plans.queries.whole_readings import whole
from services.plans.schemas.readings.given import LABELS, LeafOut, ReadingOut
from shared.auth import Actor, Role
from shared.errors import Invalid

Wrong = RequestValidationError | ValidationError | BodyUnknown | Invalid


@dataclass(frozen=True)
class Editing:
    """The leaf whose form is open, what was typed into it, and what is wrong with that."""

    key: str
    typed: Typed | None = None
    wrong: Wrong | None = None


async def whole_page(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    *,
    row: PlanReading,
    editing: Editing | None,
    status: int = 200,
    **more: Any,
) -> Response:
    """Everything."""
    content = await _content(request, session, actor, row=row, editing=editing)
    return page(request, "reading.html", status=status, **content | more)


async def opened(
    request: Request, session: AsyncSession, actor: Actor, *, row: PlanReading, editing: Editing | None, leaf: str
) -> Response:
    """The page; for a script the form of one leaf, or one leaf as it stands."""
    if not by_htmx(request) or not (editing or leaf):
        return await whole_page(request, session, actor, row=row, editing=editing)
    content = await _content(request, session, actor, row=row, editing=editing)
    return page(request, "one_leaf.html", key=editing.key if editing else leaf, **content)


async def changed(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    *,
    row: PlanReading,
    keys: Sequence[str],
    stays: bool = False,
) -> Response:
    """What was decided is shown; a form that stays open keeps its fields, and only what is around it is new."""
    anchor = f"leaf-{dom_id(keys[0])}" if keys else ""
    if not by_htmx(request):
        return RedirectResponse(f"{root_of(request)}/readings/{row.id}#{anchor}", 303, HEADERS)
    content = await _content(request, session, actor, row=row, editing=None)
    together = request.headers.get("hx-target", "").startswith("group-")
    group = content["page"].group_of(keys[0]) if together else None
    answer = page(request, "changed.html", keys=keys, group=group, stays=stays, wrong=[], **content)
    if stays:
        answer.headers["hx-reswap"] = "none"
    return answer


async def refused(
    request: Request, session: AsyncSession, actor: Actor, *, row: PlanReading, editing: Editing
) -> Response:
    """422: the form as it was typed, with what is wrong; for a script only the latter."""
    if not by_htmx(request):
        return await whole_page(request, session, actor, row=row, editing=editing, status=422)
    wrong = refusals(family_of(editing.key), editing.wrong) if editing.wrong else []
    answer = page(request, "wrong.html", status=422, key=editing.key, wrong=wrong, oob=True)
    answer.headers["hx-reswap"] = "none"
    return answer


async def stale(
    request: Request, session: AsyncSession, actor: Actor, *, row: PlanReading, editing: Editing | None
) -> Response:
    """412: the fresh state, and what was typed, to be sent again by whoever has looked at it."""
    await session.refresh(row)
    answer = await whole_page(request, session, actor, row=row, editing=editing, status=412, stale=True)
    answer.headers.update({"hx-retarget": "#reading", "hx-reselect": "#reading", "hx-reswap": "outerHTML"})
    return answer


async def _content(
    request: Request, session: AsyncSession, actor: Actor, *, row: PlanReading, editing: Editing | None
) -> dict[str, Any]:
    out = ReadingOut.of(await shown(session, await whole(session, row)))
    seen = page_of(out, await movements_by_id(session, linked_movements(out)))
    mine = actor.holds(Role.PLAN_OFFICER, out.issuer_id) and out.issued_at is None
    return {
        "actor": actor,
        "page": seen,
        "out": out,
        "here": f"{root_of(request)}/readings/{out.id}",
        "mine": mine,
        "editing": await _editor(session, seen, editing) if editing and mine else None,
        "stale": False,
        "names": {str(body): name for body, name in out.names.items()},
    }


async def _editor(session: AsyncSession, seen: Page, editing: Editing) -> dict[str, Any]:
    """All that the form of one leaf needs."""
    family = family_of(editing.key)
    view = seen.leaf(editing.key)
    leaf = view.leaf if view else None
    linked = family in {"obligations", "rotation"}
    value = leaf.value if leaf and leaf.value is not None else leaf.read.value if leaf and leaf.read else None
    return {
        "key": editing.key,
        "family": family,
        "label": view.label if view else f"{LABELS[family]} mới",
        "view": view,
        "fields": {field.name: field for field in FORMS[family]},
        "typed": _typed(family, editing.typed) or {**filled(family, value), **filled_links(leaf, family)},
        "links": link_fields(leaf, family, seen.out.names),
        "rules": RULES,
        "issuer": (str(seen.out.issuer_id), seen.out.names.get(seen.out.issuer_id, "cơ quan ban hành")),
        "offered": Bodies(await neighbours(session, seen.out.issuer_id)).offered if linked else [],
        "movements": await _movements(session, seen, leaf) if family == "movements" else {},
        "wrong": refusals(family, editing.wrong) if editing.wrong else [],
        "deadline": deadline_form,
    }


async def _movements(session: AsyncSession, seen: Page, leaf: LeafOut | None) -> dict[str, str]:
    """What the choice of an entry offers, by id."""
    value = (leaf.value or (leaf.read.value if leaf.read else None)) if leaf else None
    words = [value["name"], *value.get("aliases", [])] if value else []
    return movement_choices(leaf, await movements_alike(session, words), seen.movements)


def _typed(family: str, typed: Typed | None) -> Typed | None:
    """What was sent, with every field that a browser leaves out because nothing is chosen there."""
    return {**filled(family, None), **filled_links(None, family), **typed} if typed is not None else None
