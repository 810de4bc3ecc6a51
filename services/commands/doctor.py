"""`lantoa doctor`: what is wrong on this machine, and what to do about it."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Sequence
from typing import NamedTuple

import typer
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from rich.table import Table
from sqlalchemy import Connection

from services.commands.events import Json
from services.commands.terminal import console, print_json, settings
from services.serving import SERVICES, Servers, open_bus, servers
from shared.db import connect
from shared.files.store import open_store
from shared.migrations import configuration
from shared.transient import is_transient

NEEDED_GB = 1


class Finding(NamedTuple):
    """One thing looked at; `advice` is what to do when it is not fine."""

    what: str
    fine: bool
    found: str
    advice: str = ""


def doctor(as_json: Json = False) -> None:
    """Xem máy này đã sẵn sàng chưa: cơ sở dữ liệu, Kafka, kho tệp, lược đồ, chỗ trống. Mã thoát 1 nếu chưa."""
    found = settings()
    with servers(found) as running:
        findings = [_python(), _disk(), *asyncio.run(_outside(running))]
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        _show(findings)
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)


def _show(findings: Sequence[Finding]) -> None:
    table = Table("", "mục", "thấy", "cần làm")
    for finding in findings:
        sign = "[green]✓[/green]" if finding.fine else "[red]✗[/red]"
        table.add_row(sign, finding.what, finding.found, "" if finding.fine else finding.advice)
    console.print(table)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), version, "Cần Python 3.11 trở lên.")


def _disk() -> Finding:
    free_gb = shutil.disk_usage(".").free / 1e9
    return Finding("Đĩa", free_gb > NEEDED_GB, f"còn {free_gb:.1f} GB", "Giải phóng chỗ trống.")


async def _outside(running: Servers) -> list[Finding]:
    bus, store = open_bus(running.settings), open_store(running.settings)
    try:
        findings = [await _schema(running, service) for service in SERVICES]
        bus_fine, store_fine = await bus.healthy(), await store.healthy()
    finally:
        await bus.close()
    return [
        *findings,
        Finding("Đường truyền sự việc", bus_fine, running.settings.bus_url, "Xem LANTOA_BUS_URL và máy chủ Kafka."),
        Finding("Kho tệp", store_fine, _place(running), "Xem LANTOA_FILES_URL; chạy «lantoa migrate» để tạo kho."),
    ]


def _place(running: Servers) -> str:
    url = running.settings.files_url
    return url.rpartition("@")[2] if url else str(running.settings.home / "files")  # never the secret


async def _schema(running: Servers, service: str) -> Finding:
    what = f"Cơ sở dữ liệu {service}"
    database = connect(running.database_url(service), application="doctor")
    try:
        async with database.engine.connect() as connection:
            current = set(await connection.run_sync(_heads))
    except Exception as error:
        if not is_transient(error) and not _no_such_database(error):
            raise
        return Finding(what, False, "không kết nối được", "Xem LANTOA_DATABASE_URL; chạy «lantoa migrate».")
    finally:
        await database.close()
    wanted = set(ScriptDirectory.from_config(configuration(service)).get_heads())
    return Finding(what, current == wanted, ", ".join(sorted(current)) or "trống", "Chạy «lantoa migrate».")


def _no_such_database(error: Exception) -> bool:
    """SQLSTATE 3D000: nothing was migrated here yet."""
    return getattr(error.__cause__ or error, "sqlstate", None) == "3D000"


def _heads(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()
