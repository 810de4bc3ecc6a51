"""What all commands share: settings with one clear line when they are unsafe, and how the answer is printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from services.serving import CannotStart
from shared import logs
from shared.errors import Unavailable
from shared.messages import say
from shared.settings import Settings, UnsafeSettings, read_settings
from shared.transient import is_transient

NAMED_BY = {"bus": "LANTOA_BUS_URL", "storage": "LANTOA_FILES_URL", "identity": "LANTOA_AUTH_ISSUER"}
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


@contextmanager
def plainly() -> Iterator[None]:
    """What cannot start says so in one line, and what is away is named; only a mistake of ours is a traceback."""
    try:
        yield
    except (CannotStart, UnsafeSettings) as error:
        fail(str(error))
    except Unavailable as error:
        fail(f"{say(error).detail} Xem {NAMED_BY[str(error.params['part'])]}; chạy «lantoa doctor».", 1)
    except Exception as error:
        if not is_transient(error):
            raise
        fail(f"Không nối được cơ sở dữ liệu ({error}). Xem LANTOA_DATABASE_URL; chạy «lantoa doctor».", 1)


def print_json(value: Any) -> None:
    """For scripts: nothing but JSON on stdout."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
