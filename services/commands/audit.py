"""`lantoa audit verify`: whether what was noted is still what was noted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from services.commands.events import Json
from services.commands.operator import asked
from services.commands.serve import chosen
from services.commands.terminal import console, print_json
from shared.audit.seal import Verdict, verify
from shared.db import Database

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Sổ theo dõi: mọi việc đã làm, niêm phong thành chuỗi."""


@app.command("verify")
def verify_chain(
    *,
    services: Annotated[list[str] | None, typer.Argument(help="Trống: cả bốn dịch vụ.")] = None,
    head: Annotated[str | None, typer.Option(help="Mã đầu chuỗi lấy từ nhật ký, khi kiểm một dịch vụ.")] = None,
    as_json: Json = False,
) -> None:
    """Tính lại chuỗi niêm phong từ đầu. Mã thoát 1 nếu có dòng bị sửa, bị xóa hay chuỗi bị cắt."""

    async def ask(database: Database) -> Verdict:
        return await verify(database, head=head)

    found = {service: asked(service, ask) for service in chosen(services)}
    if as_json:
        print_json({service: asdict(verdict) for service, verdict in found.items()})
    else:
        table = Table("", "dịch vụ", "niêm phong", "dòng", "chưa niêm phong", "kết luận", "mã đầu chuỗi")
        for service, verdict in found.items():
            sign = "[red]✗[/red]" if verdict.broken else "[green]✓[/green]"
            counts = map(str, (verdict.seals, verdict.rows, verdict.unsealed))
            table.add_row(sign, service, *counts, verdict.broken or "nguyên vẹn", verdict.head or "—")
        console.print(table)
    if any(verdict.broken for verdict in found.values()):
        raise typer.Exit(1)
