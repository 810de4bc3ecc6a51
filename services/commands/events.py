"""`lantoa events` and `lantoa outbox`: what travels, what waits, and trying again what was parked."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table
from sqlalchemy import text

from services.commands import restoring
from services.commands.operator import as_it_runs, asked
from services.commands.serve import chosen
from services.commands.terminal import console, fail, print_json, settings
from services.serving import SERVICES
from shared.db import Database
from shared.events import PRODUCERS
from shared.road.hearing import Hearer
from shared.road.parking import drain, is_parked, parked
from shared.road.places import Key

app = typer.Typer(no_args_is_help=True)
outbox = typer.Typer(no_args_is_help=True)
app.command("represent")(restoring.represent)
app.command("resume")(restoring.resume)
Json = Annotated[bool, typer.Option("--json", help="In JSON, cho tập lệnh.")]
Service = Annotated[str, typer.Argument(help=", ".join(SERVICES))]


@app.command("parked")
def list_parked(service: Service, as_json: Json = False) -> None:
    """Các sự việc đang phải chờ ở một dịch vụ, lâu nhất trước."""

    async def ask(database: Database) -> list[dict[str, Any]]:
        async with database.transaction() as session:
            return await parked(session)

    rows = asked(chosen([service])[0], ask)
    if as_json:
        print_json(rows)
        return
    table = Table("từ", "đối tượng", "số", "loại", "vì", "lần thử", "thử lại lúc", "lỗi")
    for row in rows:
        names = ("producer", "aggregate_id", "sequence", "type", "reason", "attempts", "next_try_at", "error")
        table.add_row(*(str(row[name] if row[name] is not None else "—") for name in names))
    console.print(table if rows else f"Không có gì phải chờ ở {service}.")


@app.command("retry")
def retry(
    service: Service,
    producer: Annotated[str, typer.Argument(help="Dịch vụ đã gửi: cột «từ» của «lantoa events parked».")],
    aggregate_id: Annotated[UUID, typer.Argument(help="Đối tượng: cột «đối tượng» ở đó.")],
) -> None:
    """Thử lại ngay các sự việc đang chờ của một đối tượng, đúng thứ tự."""
    if producer not in PRODUCERS:
        fail(f"Không có dịch vụ «{producer}». Các dịch vụ: {', '.join(PRODUCERS)}.")
    key, found = Key(producer, aggregate_id), settings()

    async def ask(database: Database) -> bool | None:
        async with database.transaction() as session:
            if not await is_parked(session, key):
                return None
        hearer: Hearer = as_it_runs(service, found, database).state.receiver
        return await drain(hearer, key, only_due=False)

    done = asked(chosen([service])[0], ask)
    if done is None:
        fail(
            f"Không có gì của {producer} {aggregate_id} phải chờ ở {service}; xem «lantoa events parked {service}».", 1
        )
    if not done:
        fail("Vẫn chưa xử lý được; xem lỗi bằng «lantoa events parked».", 1)
    console.print("[green]✓[/green] Đã xử lý xong, đúng thứ tự.")


@app.command("tail")
def tail(service: Service, count: Annotated[int, typer.Option(min=1, max=1000)] = 20, as_json: Json = False) -> None:
    """Những sự việc mới nhất mà một dịch vụ đã ghi; nội dung không in ra."""

    async def ask(database: Database) -> list[dict[str, Any]]:
        statement = text(
            "SELECT sent_position, type, aggregateid::text AS aggregate_id, sequence, time::text, "
            "sent_at::text, correlation_id FROM outbox ORDER BY position DESC LIMIT :count"
        )
        async with database.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(statement, {"count": count})).mappings()]

    rows = asked(chosen([service])[0], ask)[::-1]
    if as_json:
        print_json(rows)
        return
    table = Table("vị trí", "loại", "đối tượng", "số", "lúc", "đã gửi")
    for row in rows:
        names = ("sent_position", "type", "aggregate_id", "sequence", "time", "sent_at")
        table.add_row(*(str(row[name] if row[name] is not None else "—") for name in names))
    console.print(table)


STATUS = text("""
SELECT count(*) FILTER (WHERE sent_at IS NULL) AS unsent, count(*) AS kept,
       coalesce(extract(epoch FROM now() - min(time) FILTER (WHERE sent_at IS NULL)), 0)::float8 AS oldest_unsent_s,
       count(*) FILTER (WHERE parked_reason IS NOT NULL) AS refused_by_broker, max(sent_position) AS last_position
FROM outbox""")


@outbox.command("status")
def outbox_status(as_json: Json = False) -> None:
    """Hộp đi của bốn dịch vụ: còn bao nhiêu chưa gửi, cũ nhất bao lâu."""

    async def ask(database: Database) -> dict[str, Any]:
        async with database.engine.connect() as connection:
            return dict((await connection.execute(STATUS)).mappings().one())

    found = {service: asked(service, ask) for service in SERVICES}
    if as_json:
        print_json(found)
        return
    table = Table("dịch vụ", "chưa gửi", "cũ nhất (giây)", "máy chủ từ chối", "đang giữ", "vị trí cuối")
    for service, row in found.items():
        values = (row["unsent"], f"{row['oldest_unsent_s']:.1f}", row["refused_by_broker"], row["kept"])
        table.add_row(service, *map(str, values), str(row["last_position"] or "—"))
    console.print(table)
