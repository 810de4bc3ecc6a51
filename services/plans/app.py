"""The composition root of plans: its doors, what it hears, and its clock."""

from __future__ import annotations

from fastapi import FastAPI

from services.plans import clock, pages, rest
from services.plans.actions import representations
from services.plans.consumers import consumer
from shared.auth.browser import sign_in_router
from shared.web import Parts, Service, create_app


def create(parts: Parts) -> FastAPI:
    """The application of this service."""
    signing_in = sign_in_router(parts.settings, start="/readings")
    service = Service(
        name="plans",
        title="Lan Tỏa: kế hoạch, tổ chức và nhiệm vụ",
        routers=[*pages.ROUTERS, signing_in, *rest.ROUTERS],  # pages first: documents come to an address below /files
        consumer=consumer,
        loops=[clock.run],
        represents=representations,
    )
    return create_app(service, parts)
