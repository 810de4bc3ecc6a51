"""Composition root of publicity: the only file that knows every room."""

from __future__ import annotations

from fastapi import FastAPI

from services.publicity import graphql, pages, rest
from services.publicity.actions import representations
from services.publicity.channels import Site
from services.publicity.consumers import hear
from services.publicity.graphql.compiled import lane
from shared.files.rest import directory_router
from shared.graphql import create_router
from shared.web import Parts, Service, create_app

NAME = "publicity"


def create(parts: Parts) -> FastAPI:
    """The service on these parts."""
    site = Site(f"{parts.settings.base_url}/{NAME}")
    shown = parts.settings.introspection
    schema = graphql.create(introspection=shown)
    portal_graph = create_router(schema, described=shown)
    routers = [*rest.routers, portal_graph, pages.router, directory_router]
    service = Service(
        NAME,
        "Lan Tỏa: đăng tin",
        routers,
        hear(site),
        represents=representations(site),
        lane=lane(schema, parts.database, site, keep=parts.settings.graph_cache),
    )
    app = create_app(service, parts)
    app.state.site, app.state.tail = site, rest.Tail(parts.database)
    return app
