"""`lantoa demo`: the whole walk on sample data, told in plain words and checked at every step."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Literal

import typer

from deploy.demo import StepFailed, load, play
from deploy.native.cluster import cluster
from services.commands.directory import import_sample
from services.commands.serve import prepare
from services.commands.terminal import console, fail, settings
from services.serving import SERVICES, CannotStart, Servers, only_one, servers, serving
from shared import logs
from shared.auth.issuer import DevelopmentIssuer
from shared.settings import Settings, UnsafeSettings

Where = Literal["embedded", "native", "compose"]


def demo(
    once: Annotated[bool, typer.Option("--once", help="Chạy hết rồi dừng; mã thoát 0 nếu mọi bước đều đúng.")] = False,
    where: Annotated[
        Where, typer.Option("--servers", help="embedded, native (Kafka, MinIO) hoặc compose.")
    ] = "embedded",
) -> None:
    """Xem trọn một vòng trên dữ liệu mẫu: kế hoạch, nhiệm vụ, hồ sơ, phê duyệt, đăng tải, báo lên cấp trên, gỡ bài."""
    # the receiver of the demonstration's webhook is on this machine
    found = settings().model_copy(update={"allow_private_webhooks": True})
    found.home.mkdir(parents=True, exist_ok=True)
    try:
        with (found.home / "demo.log").open("a", encoding="utf-8") as log:
            logs.configure(found, log)
            asyncio.run(_demo(found, where, once=once))
    except (CannotStart, UnsafeSettings) as error:
        fail(str(error))
    except StepFailed as failure:
        fail(str(failure), 1)


async def _demo(found: Settings, where: Where, *, once: bool) -> None:
    async with _running(found, where) as addresses:
        issuer = DevelopmentIssuer(found)
        with console.status("Nạp các kế hoạch mẫu …"):
            await load(addresses, issuer)
        # the services' containers reach ours by the address it is listening on; on one machine there is only one
        heard_at = socket.gethostbyname(socket.gethostname()) if where == "compose" else "127.0.0.1"
        await play(addresses, issuer, console, heard_at=heard_at)
        if not once:
            console.print("\nCác dịch vụ vẫn đang chạy để bạn xem tiếp. Ctrl-C để dừng.")
            await asyncio.Event().wait()


@asynccontextmanager
async def _running(found: Settings, where: Where) -> AsyncIterator[Mapping[str, str]]:
    """Embedded: all four in this process. Native: one process a service. Compose: they run already, at our address."""
    if where == "embedded":
        with only_one(found, SERVICES), servers(found) as running:
            with console.status("Chuẩn bị cơ sở dữ liệu và danh bạ mẫu …"):
                await _ready(running)
            async with serving(running, SERVICES) as addresses:
                yield addresses
        return
    if where == "compose":
        with servers(found) as running:
            await import_sample(running)
        yield {name: f"{found.base_url}/{name}" for name in SERVICES}
        return
    async with cluster(found) as (settings_there, addresses):
        with servers(settings_there) as running:
            await import_sample(running)
        yield addresses


async def _ready(running: Servers) -> None:
    await prepare(running, SERVICES)
    await import_sample(running)
