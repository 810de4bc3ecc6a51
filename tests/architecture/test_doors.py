"""Doors run where the event loop is: a plain function would be sent to a thread and back at every request."""

from __future__ import annotations

import ast

from tests.architecture.sources import sources

DOORS = ("get", "post", "put", "patch", "delete")


def test_whatever_a_door_depends_on_is_asynchronous() -> None:
    """Of functions in the same module, named in `Depends(…)` or behind a route."""
    waiting = [
        f"{source.place(node)} {node.name}"
        for source in sources("services", "shared")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef) and (node.name in depended(source.tree) or is_door(node))
    ]

    assert waiting == []


def depended(tree: ast.AST) -> set[str]:
    """Names inside `Depends(…)`."""
    return {
        argument.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Depends"
        for argument in node.args
        if isinstance(argument, ast.Name)
    }


def is_door(function: ast.FunctionDef) -> bool:
    """Whether a decorator like `@router.get(…)` stands over it."""
    return any(
        isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute) and made.func.attr in DOORS
        for made in function.decorator_list
    )
