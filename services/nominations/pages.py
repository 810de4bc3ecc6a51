"""The HTML door: the page of the person concerned behind his signed link, and the preview.

Plain pages: no script, nothing from another host; what a person is shown comes from our own copies.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions, permissions, queries
from services.nominations.actions.copies import PUBLISHED
from services.nominations.actions.notice import KIND_LABELS, check_form, form_token, notice_of
from services.nominations.models import Consent, Item, Movement, Nomination, Notice
from services.nominations.schemas.given import PreviewView
from shared.auth import SignedIn
from shared.clock import VIETNAM, now, today
from shared.db import Session
from shared.directory.queries import names_on
from shared.errors import AppError
from shared.files.rest import public_base
from shared.files.store import Store
from shared.messages import say
from shared.pages import PageRoute
from shared.settings import Settings
from shared.text import fold

ROLES = {
    "self": "chính người được giới thiệu",
    "guardian": "người giám hộ",
    "adult": "người lớn trong hộ",
    "representative": "người đại diện tập thể",
}


SUBJECTS = {"collective": "Tập thể", "individual": "Cá nhân", "household": "Hộ gia đình"}
KINDS = {
    "exemplar": "Điển hình tiên tiến",
    "new_model": "Mô hình mới",
    "new_factor": "Nhân tố mới",
    "good_deed": "Người tốt, việc tốt",
}


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


def _paragraphs(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


LOADER = PackageLoader("services.nominations")
TEMPLATES = Environment(loader=LOADER, autoescape=True, undefined=StrictUndefined)
TEMPLATES.filters.update({"moment": _moment, "day": _day, "paragraphs": _paragraphs})
CSS = LOADER.get_source(TEMPLATES, "style.css")[0]
STYLE = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{STYLE}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "content-language": "vi",
}


Picture = dict[str, str]  # url, alternative


def _page(template: str, status: int = 200, *, shown: Sequence[Picture] = (), **content: object) -> Response:
    """Only the pictures `shown` may be fetched, from where they lie."""
    html = TEMPLATES.get_template(template).render(css=CSS, **content)
    hosts = sorted({"{0.scheme}://{0.netloc}".format(urlsplit(picture["url"])) for picture in shown})
    policy = f"{POLICY}; img-src {' '.join(hosts)}" if hosts else POLICY
    return HTMLResponse(html, status, {**HEADERS, "content-security-policy": policy})


class Told(PageRoute):
    """As every page here."""

    def told(self, request: Request, refusal: AppError) -> Response:
        """The refusal in Vietnamese."""
        title, detail = say(refusal)
        return _page("problem.html", refusal.status, title=title, detail=detail)


pages = APIRouter(route_class=Told, include_in_schema=False)


@pages.get("/n/{token}")
async def notice(request: Request, session: Session, token: str) -> Response:
    """What is shown where, what he agreed to, and the way to withdraw."""
    found, nomination = await _opened(request, session, token)
    own = _own(nomination, found)
    places = await _places(session, nomination)
    withdrawn = [consent.withdrawn_at for consent in own if consent.withdrawn_at]
    active = any(consent.withdrawn_at is None for consent in own)
    names = await names_on(session, [nomination.organisation_id], today())
    stories = [
        {"story": content["story"], "pictures": _pictures(request, content)}
        for content in await queries.contents_shown(session, nomination.id)
    ]
    return _page(
        "notice.html",
        shown=[picture for story in stories for picture in story["pictures"]],
        stories=stories,
        token=token,
        title=nomination.title,
        person_name=found.person_name,
        unit=names.get(nomination.organisation_id, "cơ quan đã giới thiệu"),
        places=places,
        showing=any(place["standing"] for place in places),
        consents=[_consent(consent) for consent in own],
        active=active,
        withdrawn_at=max(withdrawn) if withdrawn and not active else None,
    )


@pages.get("/n/{token}/withdrawal")
async def ask(request: Request, session: Session, token: str) -> Response:
    """The question before the deed."""
    found, nomination = await _opened(request, session, token)
    form = form_token(found.id, _keys(request), at=now())
    return _page("confirm.html", token=token, form=form, title=nomination.title, person_name=found.person_name)


@pages.post("/n/{token}/withdrawal")
async def withdraw(request: Request, session: Session, token: str, form: Annotated[str, Form()] = "") -> Response:
    """Withdraws what this person agreed to; twice is once. Then back to the page, which tells what happened."""
    found = await notice_of(session, token, _keys(request))
    check_form(form, found.id, _keys(request))
    await actions.withdraw_as_person(session, found)
    return RedirectResponse(f"../{token}", 303, HEADERS)


@pages.get("/v1/nominations/{id}/preview/page")
async def preview(request: Request, session: Session, actor: SignedIn, id: UUID) -> Response:
    """The story as a page, for the people of the nomination."""
    found = await queries.nomination_whole(session, id)
    permissions.check_may_read(await queries.with_lineage(session, actor), found)
    content = await queries.present_content(session, found)
    view = PreviewView.of(found, content, base=public_base(request), due_before=None)
    movement = await session.get(Movement, found.movement_id) if found.movement_id else None
    names = await names_on(session, [found.organisation_id], today())
    pictures = _pictures(request, content)
    return _page(
        "preview.html",
        shown=pictures,
        preview=view,
        pictures=pictures,
        kind=KINDS[found.kind],
        subject=SUBJECTS[found.subject_type],
        unit=names.get(found.organisation_id, ""),
        movement=movement and movement.name,
        kinds=KIND_LABELS,
        roles=ROLES,
    )


def _pictures(request: Request, content: dict[str, Any]) -> list[Picture]:
    """By links of five minutes: who reads the page in his browser has no token to send for them."""
    store: Store = request.app.state.store
    return [
        {
            "url": store.link(
                p["key"], name=p["file_id"], media_type=p["media_type"], public_base=public_base(request)
            ),
            "alternative": p["alternative"],
        }
        for p in content["story"]["pictures"]
    ]


def _keys(request: Request) -> Sequence[str]:
    settings: Settings = request.app.state.settings
    return settings.secret_keys


async def _opened(request: Request, session: AsyncSession, token: str) -> tuple[Notice, Nomination]:
    found = await notice_of(session, token, _keys(request))
    return found, await queries.nomination_whole(session, found.nomination_id)


def _own(nomination: Nomination, found: Notice) -> list[Consent]:
    return [c for c in nomination.consents if c.role == found.role and fold(c.person_name) == found.person_key]


def _consent(consent: Consent) -> dict[str, object]:
    kinds = "; ".join(KIND_LABELS[kind] for kind in consent.channel_kinds)
    return {"given_on": consent.given_on, "kinds": kinds, "withdrawn_at": consent.withdrawn_at}


async def _places(session: AsyncSession, nomination: Nomination) -> list[dict[str, object]]:
    """Each place it stands or stood; one whose kind is no longer released is on its way out."""
    items = await queries.items_of(session, nomination.id)
    releases = await queries.releases_of(session, nomination.id)
    released = {kind for release in releases.values() for kind in release.kinds}
    names = await names_on(session, [item.owner_id for item in items], today())
    return [
        {
            "owner": names.get(item.owner_id, "Cơ quan đăng"),
            "name": placement["name"],
            "kind": KIND_LABELS.get(placement["kind"], placement["kind"]),
            "url": item.url if placement["kind"] == "portal" else placement["url"],
            **_standing(item, shown=placement["kind"] in released),
        }
        for item in items
        for placement in item.placements
    ]


def _standing(item: Item, *, shown: bool) -> dict[str, object]:
    if item.state != PUBLISHED:
        at = f" lúc {_moment(item.withdrawn_at)}" if item.withdrawn_at else ""
        return {"status": f"đã gỡ{at}", "shown": False, "standing": False}
    status = "đang đăng" if shown else "đã yêu cầu gỡ"
    return {"status": status, "shown": shown, "standing": True}
