"""The command line `lantoa`; `python -m services` is the same. A command's code is loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_group

from shared.loading import loading


class Place(NamedTuple):
    """Where a command or family of commands is, below `services.commands`, and what it is for in one line."""

    module: str
    name: str
    purpose: str


COMMANDS = {
    "serve": Place("serve", "serve", "Chạy cả bốn dịch vụ sau một cổng, hoặc chỉ những dịch vụ được nêu."),
    "migrate": Place("serve", "migrate_all", "Đưa cơ sở dữ liệu về lược đồ mới nhất; tạo chủ đề Kafka và kho tệp."),
    "token": Place("directory", "token", "In một mã đăng nhập để thử (chỉ trong môi trường development)."),
    "demo": Place("demo", "demo", "Xem trọn một vòng trên dữ liệu mẫu, từ kế hoạch đến tin đăng và tin gỡ."),
    "doctor": Place("doctor", "doctor", "Xem có gì hỏng ở đâu, và cần làm gì."),
    "plan": Place("plan", "app", "Đọc, soát một kế hoạch từ tệp: tiêu đề, căn cứ, nhiệm vụ, thời hạn."),
    "directory": Place("directory", "app", "Danh bạ: cơ quan đầu tiên, người quản trị, nạp từ tệp."),
    "events": Place("events", "app", "Các sự việc: mới ghi, đang phải chờ, thử lại."),
    "outbox": Place("events", "outbox", "Hộp đi của từng dịch vụ."),
    "audit": Place("audit", "app", "Sổ theo dõi: mọi việc đã làm, niêm phong thành chuỗi."),
    "schema": Place("schema", "app", "Hợp đồng: OpenAPI, GraphQL, AsyncAPI, sự việc."),
}


class Commands(TyperGroup):
    """Lists its commands by their lines; only the one that is called is imported (all together take two seconds)."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The named command itself instead of its line in the list."""
        name, listed, rest = super().resolve_command(ctx, args)
        if name not in COMMANDS:
            return name, listed, rest
        with loading():
            return name, loaded(name), rest


def loaded(name: str) -> Any:
    """The command with its options and its own help."""
    place, home = COMMANDS[name], typer.Typer(add_completion=False)
    found = getattr(import_module(f"services.commands.{place.module}"), place.name)
    if isinstance(found, typer.Typer):
        home.add_typer(found, name=name, help=place.purpose)
    else:
        home.command(name)(found)
    return get_group(home).commands[name]


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"lantoa {version('lantoa')}")
        raise typer.Exit


def lantoa(
    told: Annotated[
        bool, typer.Option("--version", help="In phiên bản.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Lan Tỏa: từ kế hoạch tuyên truyền điển hình tiên tiến đến tin đăng trên cổng."""


app = typer.Typer(name="lantoa", cls=Commands, no_args_is_help=True, pretty_exceptions_show_locals=False)
app.callback()(lantoa)
for listed_name, listed_place in COMMANDS.items():
    app.command(listed_name, help=listed_place.purpose)(lambda: None)

if __name__ == "__main__":
    app()
