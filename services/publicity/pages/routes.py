"""The addresses of the pages. They work without any script."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.publicity import queries
from services.publicity.channels import Site
from services.publicity.pages.paper import STYLE, STYLE_NAME, page
from services.publicity.queries import ItemFilter, Shown
from shared.db import Session
from shared.errors import AppError
from shared.messages import say
from shared.pages import PageRoute

ON_A_PAGE = 12

Typed = Annotated[str, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=500)]


class Told(PageRoute):
    """As every page here."""

    def told(self, request: Request, refusal: AppError) -> Response:
        """The refusal in words."""
        return page(request, "problem.html", status=refusal.status, sentence=say(refusal), code=refusal.status)


router = APIRouter(prefix="/p", include_in_schema=False, route_class=Told)
_read = partial(router.api_route, methods=["GET", "HEAD"])  # whoever looks for dead links asks with HEAD


@_read("")
async def start(request: Request, session: Session, q: Typed = "", after: Cursor = None) -> Response:
    """The newest items, or those that the search finds."""
    typed = q.replace("\0", " ").strip()
    found, older = await _items(request, session, ItemFilter(search=typed or None), after=after, q=typed or None)
    return page(request, "start.html", items=found, older=older, typed=typed, first=after is None)


@_read("/items/{id}")
async def item(request: Request, session: Session, id: UUID) -> Response:
    """One item; 410 when it is gone."""
    (shown,) = await queries.shown(session, [await queries.item_to_show(session, id)])
    site: Site = request.app.state.site
    return page(request, "item.html", shown=shown, linked=_linked(shown, site))


@_read("/organisations/{name}")
async def organisation(request: Request, session: Session, name: str, after: Cursor = None) -> Response:
    """What stands on the channels of an organisation, by slug or id."""
    lineage = await queries.organisation(session, name)
    found, older = await _items(request, session, ItemFilter(owner_id=lineage.row.id), after=after)
    title = lineage.today.name if lineage.today else "Cơ quan"
    return page(request, "organisation.html", title=title, items=found, older=older, first=after is None)


@_read(f"/{STYLE_NAME}")
async def style() -> Response:
    """The style sheet; its name changes with its content."""
    return Response(STYLE, media_type="text/css", headers={"cache-control": "public, max-age=31536000, immutable"})


async def _items(
    request: Request, session: Session, wanted: ItemFilter, *, after: str | None, **kept: str | None
) -> tuple[list[Shown], str | None]:
    """The items of a page, and the address of the one with older items."""
    found = await queries.published_items(session, wanted, after=after, limit=ON_A_PAGE)
    if found.next is None:
        return await queries.shown(session, found.rows), None
    query = urlencode({key: value for key, value in {**kept, "after": found.next}.items() if value is not None})
    return await queries.shown(session, found.rows), f"{request.url.path}?{query}"


def _linked(shown: Shown, site: Site) -> dict[str, Any]:
    """schema.org's words for machines that read the page."""
    item, edition = shown.item, shown.edition
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": edition.title,
        "description": edition.summary,
        "inLanguage": "vi",
        "url": site.item(item.id),
        "datePublished": item.published_at,
        "dateModified": item.corrected_at or item.published_at,
        "publisher": {"@type": "GovernmentOrganization", "name": shown.owner.name} if shown.owner.name else None,
        "image": [site.picture(picture["id"]) for picture in edition.pictures] or None,
    }
