"""The project's own Python files, parsed once: what the architecture tests look through."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: where it lies, seen from the root, and its text as a tree."""

    path: Path
    lines: int
    tree: ast.Module

    def place(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file under these folders of the root, in a fixed order. Raises when a folder has none."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    empty = {folder for folder in folders if not any(path.is_relative_to(ROOT / folder) for path in paths)}
    if empty:
        raise LookupError(f"no Python file under {sorted(empty)}: the test would look at nothing")
    return tuple(_parsed(path) for path in paths)


def _parsed(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT), len(text.splitlines()), ast.parse(text))
