"""`lantoa doctor`: what is wrong with any part, in plain words, and what to do about it."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy.engine import make_url

from services.commands.doctor import carrier, databases, files, machine, outside, processes
from services.commands.doctor.finding import Finding, Level, broken, look, within
from services.commands.terminal import console, print_json
from services.serving import SERVICES, Servers
from shared import logs
from shared.embedded import running_postgres
from shared.settings import Settings, UnsafeSettings, read_settings

EXIT = {Level.FINE: 0, Level.LOOK: 1, Level.BROKEN: 2}
SIGNS = {Level.FINE: "[green]✓[/green]", Level.LOOK: "[yellow]![/yellow]", Level.BROKEN: "[red]✗[/red]"}
At = Annotated[
    list[str] | None,
    typer.Option(
        "--at", envvar="LANTOA_DOCTOR_AT", help="Địa chỉ của một tiến trình, ví dụ http://máy:8000; nhiều lần."
    ),
]


def doctor(
    at: At = None, as_json: Annotated[bool, typer.Option("--json", help="In JSON, cho tập lệnh.")] = False
) -> None:
    """Khám mọi bộ phận: có gì hỏng, ở đâu, cần làm gì. Mã thoát 0: ổn; 1: nên xem; 2: có chỗ hỏng."""
    try:
        settings = read_settings()
    except UnsafeSettings as error:
        findings = [broken(("settings", "Thiết lập"), str(error), "Sửa biến môi trường rồi khám lại.")]
    else:
        logs.configure(settings)
        logging.disable()  # what libraries complain about on the way is said below, in words
        findings = asyncio.run(examine(settings, at or []))
    worst = max((finding.level for finding in findings), key=list(Level).index)
    if as_json:
        print_json({"verdict": worst, "findings": [finding._asdict() for finding in findings]})
    else:
        _show(findings)
    raise typer.Exit(EXIT[worst])


async def examine(settings: Settings, addresses: Sequence[str]) -> list[Finding]:
    """Every part at once, each within its time: with everything dead it is over within fifteen seconds."""
    settings = _without_making_a_key(settings)
    (found, working), (told, answering), elsewhere = await asyncio.gather(
        _databases(settings), processes.examine(addresses, usual=settings.base_url), _elsewhere(settings)
    )
    absent = processes.absent(working | answering)
    return [*machine.examine(settings), *absent, *told, *found, *elsewhere]


def _without_making_a_key(settings: Settings) -> Settings:
    """Where none was made yet none is made now, by whoever runs the doctor and in his name."""
    if settings.secret_key or (settings.home / "secret_key").exists():
        return settings
    return settings.model_copy(update={"secret_key": secrets.token_hex()})


async def _elsewhere(settings: Settings) -> list[Finding]:
    looks = await asyncio.gather(
        within("kafka", "Kafka", carrier.examine(settings)),
        within("files", "Kho tệp", files.examine(settings)),
        within("issuer", "Nơi cấp mã đăng nhập", outside.issuer(settings)),
        within("smtp", "Máy chủ thư", outside.mail(settings)),
        within("collector", "Nơi thu vết", outside.collector(settings)),
    )
    return [finding for look in looks for finding in look]


async def _databases(settings: Settings) -> tuple[list[Finding], set[str]]:
    own = [getattr(settings, f"{service}_database_url") for service in SERVICES]
    url = settings.database_url or running_postgres(settings.home / "postgres")
    if url is None and not all(own):
        advice = "Khởi động «lantoa serve», hoặc đặt LANTOA_DATABASE_URL."
        return [look(("database", "Cơ sở dữ liệu"), "PostgreSQL nhúng chưa chạy", advice)], set()
    return await databases.examine(Servers(settings, make_url(url or own[0])))


def _show(findings: Sequence[Finding]) -> None:
    """The worst first; what is fine is listed only where nothing else is to be said."""
    wrong = sorted((one for one in findings if one.level is not Level.FINE), key=lambda one: -EXIT[one.level])
    table = Table("", "mục", "thấy", "cần làm")
    for finding in wrong or findings:
        table.add_row(SIGNS[finding.level], *map(escape, (finding.what, finding.found, finding.advice)))
    console.print(table)
    if wrong:
        console.print(f"{SIGNS[Level.FINE]} {len(findings) - len(wrong)} mục khác đều ổn.")
