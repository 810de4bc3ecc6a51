"""`lantoa events represent` and `resume`: after a restore from a dump, or when a service is new to a topic."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from services.commands.operator import as_it_runs, asked
from services.commands.serve import chosen
from services.commands.terminal import complaints, console, fail, plainly, print_json, settings
from services.serving import SERVICES, Servers, open_bus, servers
from shared.db import Database, connect
from shared.events import topic_of
from shared.road import representing
from shared.road.resuming import Resumed, StillRunning, Unknown
from shared.road.resuming import resume as resume_service

Json = Annotated[bool, typer.Option("--json", help="In JSON, cho tập lệnh.")]
SHOWN = 50  # lines on a screen; --json has them all


def represent(
    producer: Annotated[str, typer.Argument(help=f"Dịch vụ phát lại: {', '.join(SERVICES)}.")],
    since: Annotated[
        datetime | None,
        typer.Option(help="Chỉ những gì thay đổi từ lúc này (nhìn lại được 7 ngày); mặc định: tất cả."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Kể lại tình trạng hiện nay của mọi thứ mà dịch vụ này giữ, cho nơi mới nghe hoặc vừa mất dữ liệu.

    Không ai nhận thư hay webhook vì việc này. Chạy lại bao nhiêu lần cũng được, cả khi dịch vụ đang chạy.
    """
    (service,), found = chosen([producer]), settings()

    def told(kind: str, count: int) -> None:
        if not as_json:
            complaints.print(f"{kind}: {count} …", highlight=False)

    async def tell(database: Database) -> dict[str, int]:
        kinds = as_it_runs(service, found, database).state.represents
        return await representing.represent(database, kinds, since=since.astimezone() if since else None, told=told)

    counts = asked(service, tell)
    if as_json:
        print_json(counts)
    elif not counts:
        console.print(f"Không dịch vụ nào giữ bản sao của {service}: không có gì để kể lại.")
    else:
        said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        console.print(f"[green]✓[/green] Đã ghi để phát lại: {said}. Nơi còn thiếu các số ở giữa sẽ nhận sau một phút.")


def resume(
    service: Annotated[str, typer.Argument(help=f"Dịch vụ vừa phục hồi từ bản sao lưu: {', '.join(SERVICES)}.")],
    as_json: Json = False,
) -> None:
    """Sau khi phục hồi: liệt kê những gì đã phát đi mà cơ sở dữ liệu không còn biết, và nâng số thứ tự lên trên chúng.

    Dịch vụ ấy phải đang dừng; ba cơ sở dữ liệu kia và Kafka phải trả lời.
    """
    (name,) = chosen([service])
    with plainly(), servers(settings()) as running:
        try:
            resumed = asyncio.run(_resumed(running, name))
        except StillRunning:
            fail(f"Dịch vụ {name} đang chạy và đang gửi sự việc. Hãy dừng mọi tiến trình của nó rồi chạy lại.", 1)
    if as_json:
        print_json({"renumbered": resumed.renumbered, "unknown": [_row(one) for one in resumed.unknown]})
    else:
        _show(name, resumed)


async def _resumed(running: Servers, name: str) -> Resumed:
    bus = open_bus(running.settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bus.close)
        databases = {other: connect(running.database_url(other), application="operator") for other in SERVICES}
        for database in databases.values():
            stack.push_async_callback(database.close)
        own = databases.pop(name)
        return await resume_service(own, bus.history(topic_of(name)), databases, service=name)


def _row(one: Unknown) -> dict[str, Any]:
    return {
        "aggregate_id": str(one.aggregate_id),
        "known": one.known,
        "heard": one.heard.last,
        "latest": one.heard.type,
        "time": one.heard.time.isoformat() if one.heard.time else None,
    }


def _show(name: str, resumed: Resumed) -> None:
    table = Table("đối tượng", "biết đến số", "đã phát đến số", "sự việc cuối", "lúc")
    latest_first = sorted(resumed.unknown, key=lambda one: str(one.heard.time or ""), reverse=True)
    for row in map(_row, latest_first[:SHOWN]):
        table.add_row(*(str(value if value is not None else "—") for value in row.values()))
    if resumed.unknown:
        console.print(table)
        if len(resumed.unknown) > SHOWN:
            console.print(f"… và {len(resumed.unknown) - SHOWN} đối tượng nữa: xem --json.")
    withdrawn = [one for one in resumed.unknown if (one.heard.type or "").endswith((".withdrawn.v1", ".declined.v1"))]
    console.print(
        f"[green]✓[/green] {len(resumed.unknown)} đối tượng có số cao hơn ở bên ngoài, nay đã nâng; "
        f"{resumed.renumbered} sự việc chưa gửi được đánh số lại."
    )
    if withdrawn:
        console.print(
            f"[yellow]![/yellow] {len(withdrawn)} đối tượng đã bị gỡ hoặc thu hồi sau bản sao (cột «sự việc cuối»): "
            "phục hồi có thể đưa chúng trở lại, hãy gỡ lại ngay khi khởi động."
        )
    others = " ; ".join(f"lantoa events represent {other}" for other in SERVICES if other != "notifications")
    console.print(f"Tiếp theo: khởi động {name}, rồi chạy: {others}")
