"""What the product finds outside: an OpenID Connect issuer and a mail server, both on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP
from fastapi import FastAPI

from deploy.native.servers import free_ports
from shared.auth.issuer import DevelopmentIssuer
from shared.auth.issuer_doors import issuer_router
from tests.notifications.receiver import PostOffice

HOST = "outside.test"  # tests/containers/outside.yml says where that is
EVERYWHERE = "0.0.0.0"  # noqa: S104  containers come by the engine's bridge


class Issuer(DevelopmentIssuer):
    """A stranger to the product, which knows it by its address and asks it for its keys."""

    def __init__(self, address: str, keys: Path) -> None:
        self.issuer, self.audience, self.client_id, self.path = address, "lantoa", "lantoa", keys


@dataclass(frozen=True)
class Outside:
    """The issuer, and the post office with the letters it got."""

    issuer: Issuer
    post: PostOffice


@asynccontextmanager
async def outside(folder: Path) -> AsyncIterator[Outside]:
    """Both, listening for as long as the block lasts."""
    port, post_port = free_ports(2)
    issuer = Issuer(f"http://{HOST}:{port}/issuer", folder / "keys.json")
    app = FastAPI(openapi_url=None)
    app.include_router(issuer_router(issuer, f"http://{HOST}:{port}"))
    server = uvicorn.Server(uvicorn.Config(app, host=EVERYWHERE, port=port, log_config=None))
    serving = asyncio.create_task(server.serve())
    post = PostOffice(post_port)
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(post, loop=loop), EVERYWHERE, post_port)
    try:
        yield Outside(issuer, post)
    finally:
        mail.close()
        server.should_exit = True
        await serving
