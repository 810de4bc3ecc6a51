"""The product: one of its services in a process of its own, put together by its own parts and server.

As with Kafka, relay, sealing and sweeping are at work in the process; the bus is that of one process without hearers.
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy.engine import make_url
from uvicorn.loops.auto import auto_loop_factory

from services.serving import Servers, create, dispatcher, server
from shared import logs
from shared.auth.tokens import verifier_for
from shared.bus.memory import MemoryBus
from shared.db import connect
from shared.files.store import open_store
from shared.loading import loading
from shared.settings import read_settings
from shared.web import Parts


async def main(name: str, port: int) -> None:
    """Serves until told to end."""
    settings = read_settings().model_copy(update={"port": port})
    logs.configure(settings)
    assert settings.database_url is not None
    url = Servers(settings, make_url(settings.database_url)).database_url(name)
    database = connect(url, application=name)
    parts = Parts(settings, database, MemoryBus(), open_store(settings), verifier_for(settings))
    try:
        with loading():
            app = dispatcher({name: create(name, parts)}, settings)
        await server(app, settings).serve()
    finally:
        await database.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # as `lantoa serve` does
        runner.run(main(sys.argv[2], int(sys.argv[1])))
