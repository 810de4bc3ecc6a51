"""The composition root of plans: its doors, what it hears, and its clock."""

from __future__ import annotations

from fastapi import FastAPI

from services.plans import clock
from services.plans.actions import representations
from services.plans.consumers import consumer
from services.plans.rest import ROUTERS
from shared.web import Parts, Service, create_app

SERVICE = Service(
    name="plans",
    title="Lan Tỏa: kế hoạch, tổ chức và nhiệm vụ",
    routers=ROUTERS,
    consumer=consumer,
    loops=[clock.run],
    represents=representations,
)


def create(parts: Parts) -> FastAPI:
    """The application of this service."""
    return create_app(SERVICE, parts)
