"""Where the clients are, what happens when one is missing, and running one with a time limit."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).resolve().parent
THERE = HERE.parents[1] / ".clients"
MODULES = THERE / "node" / "node_modules"
LIMIT_S = 200.0


def missing(what: str, how: str) -> NoReturn:
    """Skips with a word on a developer's machine; in CI nothing is skipped."""
    reason = f"{what} is not here: {how}"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


def from_debian(program: str) -> str:
    """The path of a program that the system brings."""
    return shutil.which(program) or missing(program, f"apt-get install {program}")


def from_pypi(program: str) -> str:
    """The path of a program in the environment of its own."""
    path = THERE / "python" / "bin" / program
    return str(path) if path.exists() else missing(program, "run `make clients`")


def from_npm(package: str) -> Path:
    """The folder of a package."""
    path = MODULES / package
    return path if path.exists() else missing(package, "run `make clients` (needs npm and Node 20)")


async def run(
    *command: str | Path, told: str = "", environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> str:
    """What the program printed; fails the test with all it said when it did not succeed."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(environment or {})},
        cwd=folder,
    )
    try:
        printed, complained = await asyncio.wait_for(process.communicate(told.encode()), LIMIT_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    said = f"{Path(command[0]).name}: {process.returncode}\n{printed.decode()}\n{complained.decode()}"
    assert process.returncode == 0, said
    return printed.decode()


async def node(script: str, *arguments: str, told: str = "") -> str:
    """Runs a script of `node/`, which finds the installed packages."""
    from_npm("graphql")
    program = shutil.which("node") or missing("node", "install Node 20")
    return await run(program, HERE / "node" / script, *arguments, told=told, environment={"NODE_PATH": str(MODULES)})
