"""What all commands share: settings with one clear line when they are unsafe, and how the answer is printed."""

from __future__ import annotations

from typing import Any, NoReturn

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from shared import logs
from shared.settings import Settings, UnsafeSettings, read_settings

console = Console()
complaints = Console(stderr=True)


def settings() -> Settings:
    """The settings of this process; exit code 2 and one line when they are missing or unsafe."""
    try:
        found = read_settings()
    except UnsafeSettings as error:
        fail(str(error))
    logs.configure(found)
    return found


def fail(sentence: str, code: int = 2) -> NoReturn:
    """One line for the person, on stderr."""
    complaints.print(f"[red]✗[/red] {escape(sentence)}", highlight=False)
    raise typer.Exit(code)


def print_json(value: Any) -> None:
    """For scripts: nothing but JSON on stdout."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
