"""`lantoa serve` and `lantoa migrate`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer
from uvicorn.loops.auto import auto_loop_factory

from services.commands.terminal import console, fail, plainly, settings
from services.serving import SERVICES, CannotStart, Servers, application, migrate, only_one, open_bus, server, servers
from shared.bus.kafka import KafkaBus
from shared.files.store import open_store
from shared.settings import Settings

Names = Annotated[list[str] | None, typer.Argument(help="plans, nominations, publicity, notifications; trống: cả bốn")]


def chosen(names: Sequence[str] | None) -> list[str]:
    """The services asked for; exit code 2 for a name that is none."""
    for name in names or []:
        if name not in SERVICES:
            fail(f"Không có dịch vụ «{name}». Các dịch vụ: {', '.join(SERVICES)}.")
    return list(names or SERVICES)


def serve(names: Names = None) -> None:
    """Chạy cả bốn dịch vụ sau một cổng, hoặc chỉ những dịch vụ được nêu."""
    wanted, found = chosen(names), settings()
    # the HTTP server, once it has ended what was under way, sends itself the same signal again
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with plainly(), only_one(found, wanted), servers(found) as running:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # uvloop where there is one
            runner.run(_serve(running, wanted))


async def _serve(running: Servers, names: Sequence[str]) -> None:
    if running.settings.env == "development":
        await prepare(running, names)
    async with application(running, names) as app:
        console.print(f"[bold]Lan Tỏa[/bold] · {', '.join(names)} · {running.settings.base_url}/  (Ctrl-C để dừng)")
        try:
            with suppress(KeyboardInterrupt):  # asked politely to end, it ends well: exit code 0
                await server(app, running.settings).serve()
        except SystemExit as ended:  # how uvicorn says that the port is taken; why stands in the log
            port = running.settings.port
            raise CannotStart(f"Không mở được cổng {port}. Hãy đặt LANTOA_PORT khác rồi chạy lại.") from ended


async def prepare(running: Servers, names: Sequence[str]) -> None:
    """Topics and bucket made, databases migrated; each step may be repeated and raced."""
    await prepare_outside(running.settings)
    await migrate(running, names)


async def prepare_outside(found: Settings) -> None:
    """The broker's topics and the object store's bucket."""
    await open_store(found).prepare()
    bus = open_bus(found)
    if isinstance(bus, KafkaBus):
        await bus.prepare()


def migrate_all(names: Names = None) -> None:
    """Đưa cơ sở dữ liệu về lược đồ mới nhất; tạo chủ đề Kafka và kho tệp nếu chưa có."""
    wanted, found = chosen(names), settings()
    with plainly(), servers(found) as running:
        asyncio.run(prepare(running, wanted))
    console.print(f"[green]✓[/green] {', '.join(wanted)}: lược đồ mới nhất.")
