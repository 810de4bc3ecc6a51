"""The two pages about who may and what threatens: the one is fresh, the other names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.access.page import PAGE, page

ROOT = Path(__file__).resolve().parents[2]
THREATS = ROOT / "docs" / "threats.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
DOORS = (
    "REST",
    "GraphQL",
    "Pages",
    "Sign-in for browsers",
    "SSE and catch-up",
    "Files and presigned links",
    "Webhooks out",
    "Kafka",
    "Databases",
    "Command line and operator",
    "Development issuer",
)


def test_the_page_of_who_may_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tests.access.page"


def _tests_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_the_threats_name_exists() -> None:
    missing = []

    for file, name in NAMED.findall(THREATS.read_text("utf-8")):
        path = ROOT / file
        if not path.is_file() or (name and name not in _tests_of(path)):
            missing.append(f"{file}::{name}")

    assert missing == []


def test_every_line_of_a_door_names_its_test_or_says_that_it_is_not_met() -> None:
    lines = [line for line in THREATS.read_text("utf-8").splitlines() if re.match(r"\| [STRIDE] ", line)]

    assert [line for line in lines if not NAMED.search(line) and "**not met**" not in line] == []


def test_every_door_has_its_lines() -> None:
    sections = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", THREATS.read_text("utf-8"), re.M | re.S))

    for door in DOORS:
        letters = set(re.findall(r"^\| ([STRIDE]) ", sections[door], re.M))
        assert letters == set("STRIDE"), f"{door}: {letters}"
