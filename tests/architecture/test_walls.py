"""Walls that import contracts cannot state: what a module may import at most."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, sources

PURE = {"shared.errors"}


def test_workflows_import_the_standard_library_and_errors_only() -> None:
    """A workflow is a table: it must be readable, and testable, without a database or a web framework."""
    strangers = [
        f"{source.place(node)} {module}"
        for source in sources("services")
        if source.path.name == "workflow.py"
        for node, module in imports(source.tree)
        if module not in PURE and module.partition(".")[0] not in sys.stdlib_module_names
    ]

    assert strangers == []


@pytest.mark.parametrize(
    ("room", "content", "broken"),
    [
        ("services/plans/attic.py", "", "every room is declared"),
        ("services/plans/actions/stray.py", "import fastapi\n", "Below the doors nothing knows HTTP"),
        ("services/plans/queries/stray.py", "import shared.settings\n", "Actions and below take values"),
        ("services/plans/stray/__init__.py", "import services.nominations.models\n", "only through facts"),
        ("services/plans/models_too/__init__.py", "import aiokafka\n", "knows the Kafka client"),
        ("shared/stray.py", "import services.serving\n", "Services stand on shared"),
        ("shared/files/stray.py", "import minio\n", "knows the object storage client"),
    ],
    ids=lambda value: value.partition(" ")[0].strip(),
)
def test_a_wall_that_is_broken_is_reported(tmp_path: Path, room: str, content: str, broken: str) -> None:
    """The contracts are only as good as what they refuse."""
    for folder in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / room).parent.mkdir(exist_ok=True)
    (tmp_path / room).write_text(content)

    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    reported = [line for line in found.stdout.splitlines() if " BROKEN" in line]
    assert found.returncode == 1
    assert any(broken in line for line in reported), found.stdout


def imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node, alias.name) for alias in names)
            case ast.ImportFrom(module=module):
                yield node, module or "."
