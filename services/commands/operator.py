"""What an operator's commands stand on: one service's database, and the service as it would run itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import FastAPI

from services.commands.terminal import plainly, settings
from services.serving import create, servers
from shared.auth.tokens import verifier_for
from shared.bus.memory import MemoryBus
from shared.db import Database, connect
from shared.files.store import open_store
from shared.settings import Settings
from shared.web import Parts

T = TypeVar("T")


def asked(service: str, ask: Callable[[Database], Awaitable[T]]) -> T:
    """Asks one service's database, as an operator does at night."""

    async def run(url: str) -> T:
        database = connect(url, application="operator")
        try:
            return await ask(database)
        finally:
            await database.close()

    with plainly(), servers(settings()) as running:
        return asyncio.run(run(running.database_url(service)))


def as_it_runs(service: str, found: Settings, database: Database) -> FastAPI:
    """The service itself, not started: what it hears and tells knows its public address."""
    return create(service, Parts(found, database, MemoryBus(), open_store(found), verifier_for(found)))
