"""`lantoa schema`: the contracts, printed or written where they are kept."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import orjson
import typer

from services.commands.terminal import console, fail
from services.contracts import ROOT, contracts, diagrams, graphql_sdl, openapi
from services.serving import SERVICES
from shared.asyncapi import document

app = typer.Typer(no_args_is_help=True)
Service = Annotated[str, typer.Argument(help=", ".join(SERVICES))]


def _known(service: str) -> str:
    if service not in SERVICES:
        fail(f"Không có dịch vụ «{service}». Các dịch vụ: {', '.join(SERVICES)}.")
    return service


@app.command("openapi")
def print_openapi(service: Service) -> None:
    """In tài liệu OpenAPI 3.1 của một dịch vụ."""
    typer.echo(openapi(_known(service)))


@app.command("graphql")
def print_graphql(service: Service) -> None:
    """In lược đồ GraphQL (SDL) của một dịch vụ."""
    sdl = graphql_sdl(_known(service))
    if sdl is None:
        fail(f"Dịch vụ «{service}» không có cửa GraphQL.")
    typer.echo(sdl)


@app.command("asyncapi")
def print_asyncapi() -> None:
    """In tài liệu AsyncAPI 3 của mọi sự việc."""
    typer.echo(orjson.dumps(document(version("lantoa")), option=orjson.OPT_INDENT_2).decode())


@app.command("refresh")
def refresh() -> None:
    """Ghi lại các hợp đồng và sơ đồ trong kho mã."""
    for path, content in {**contracts(), **diagrams()}.items():
        target = ROOT / path
        if not target.exists() or target.read_text("utf-8") != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, "utf-8")
            console.print(f"[green]✓[/green] {path}")
