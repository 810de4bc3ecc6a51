"""The composition of nominations: the only file that knows every room."""

from __future__ import annotations

from fastapi import FastAPI

from services.nominations.actions import representations
from services.nominations.clock import hand_over_loop
from services.nominations.consumers import consumer
from services.nominations.pages import pages
from services.nominations.rest import lane, routers
from shared.web import Parts, Service, create_app


def create(parts: Parts) -> FastAPI:
    """The service's application."""
    title = "Lan Tỏa: giới thiệu điển hình"
    service = Service(
        "nominations",
        title,
        [*routers, pages],
        consumer,
        [hand_over_loop],
        lane=lane(parts.database, parts.verifier),
        represents=representations,
    )
    return create_app(service, parts)
