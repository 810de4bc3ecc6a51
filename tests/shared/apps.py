"""Small applications around the kernel, in the frame every service has."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from shared.auth.tokens import Verifier
from shared.bus import Consumer
from shared.bus.memory import MemoryBus
from shared.db import Database
from shared.files.store import Store, open_store
from shared.settings import Settings
from shared.web import Parts, Service, create_app


def framed(
    router: APIRouter, database: Database, settings: Settings, verifier: Verifier, store: Store | None = None
) -> FastAPI:
    """The router in the frame of a service named `shared`."""
    parts = Parts(settings, database, MemoryBus(), store or open_store(settings), verifier)
    return create_app(Service("shared", "Nhân", [router], Consumer("shared")), parts)
