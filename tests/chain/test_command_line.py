"""The command line answers at once what it can do, and knows every command that it lists."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from services.__main__ import COMMANDS, app

HEAVY = ("fastapi", "sqlalchemy", "aiokafka", "minio", "strawberry", "opentelemetry")


def test_the_version_is_that_of_the_package() -> None:
    answer = CliRunner().invoke(app, ["--version"])

    assert (answer.exit_code, answer.output) == (0, f"lantoa {version('lantoa')}\n")


def test_the_list_of_commands_loads_none_of_them() -> None:
    asked = "import sys; from services.__main__ import app; app(['--help'], standalone_mode=False); print(*sys.modules)"

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=30).stdout

    *listed, modules = said.splitlines()
    assert [name for name in COMMANDS if not any(re.match(rf"│ {name}\b", line) for line in listed)] == []
    assert [name for name in HEAVY if name in modules.split()] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_is_listed_is_there(name: str) -> None:
    answer = CliRunner().invoke(app, [name, "--help"])

    assert (answer.exit_code, f"lantoa {name} " in answer.output) == (0, True)
