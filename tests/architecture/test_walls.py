"""Walls that import contracts cannot state: what a module may import at most."""

import ast
import sys
from collections.abc import Iterator

from tests.architecture.sources import sources

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


def imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node, alias.name) for alias in names)
            case ast.ImportFrom(module=module):
                yield node, module or "."
