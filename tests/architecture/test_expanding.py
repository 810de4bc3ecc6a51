"""Each migration only expands: the version before it goes on working, unharmed, on the new schema.

What is no longer used goes in a later release, by a migration that says since which released version nobody uses it:
`unused_since = "0.2.0"`.
"""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, Source, sources

# They landed before this rule; a database that has rows already went through them in an early version.
BEFORE_THE_RULE = {
    *("plans_0001", "nominations_0001", "publicity_0001", "notifications_0001", "shared_0001"),
    *("notifications_0002", "shared_0002"),
}
TAKES_AWAY = {"drop_table", "drop_column", "rename_table", "batch_alter_table"}
BINDS = {"create_check_constraint", "create_unique_constraint", "create_foreign_key", "create_exclude_constraint"}
IN_WORDS = re.compile(
    r"\b(DROP|RENAME|(?<!OR )TRUNCATE|NOT NULL|ADD CONSTRAINT|CREATE (UNIQUE )?INDEX(?! CONCURRENTLY))\b", re.I
)


def test_a_migration_takes_nothing_away_from_the_version_that_still_runs() -> None:
    found = [
        f"{source.place(node)} {why}"
        for source in migrations()
        if constant(source.tree, "revision") not in BEFORE_THE_RULE
        for node, why in harm(source.tree)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "harmful"),
    [
        ('op.add_column("t", sa.Column("c", sa.Text(), nullable=True))', False),
        ('op.add_column("t", sa.Column("c", sa.Text(), nullable=False, server_default=""))', False),
        ('op.add_column("t", sa.Column("c", sa.Text(), nullable=False))', True),
        ('op.create_index("i", "t", ["c"])', True),
        ('op.create_table("t"); op.create_index("i", "t", ["c"])', False),
        ('create_index("i", "t", ["c"])', False),
        ('op.create_unique_constraint("u", "t", ["c"])', True),
        ('op.create_table("t"); op.create_unique_constraint("u", "t", ["c"])', False),
        ('op.alter_column("t", "c", new_column_name="d")', True),
        ('op.alter_column("t", "c", nullable=False)', True),
        ('op.alter_column("t", "c", type_=sa.Integer())', True),
        ('op.alter_column("t", "c", nullable=True)', False),
        ('op.drop_column("t", "c")', True),
        ('op.drop_table("t")', True),
        ('op.rename_table("t", "u")', True),
        ('op.execute("ALTER TABLE t DROP COLUMN c")', True),
        ('op.execute("UPDATE t SET c = 1 WHERE c IS NULL")', False),
        ("op.execute(made_up(sql))", True),
    ],
)
def test_what_harms_is_told_from_what_does_not(line: str, harmful: bool) -> None:
    tree = ast.parse(f"def upgrade():\n    {line}\ndef downgrade():\n    op.drop_table('t')")

    assert bool(list(harm(tree))) == harmful


@pytest.mark.parametrize(("since", "harmful"), [("0.0.1", False), ("99.0.0", True)])
def test_what_a_released_version_no_longer_uses_may_go(since: str, harmful: bool) -> None:
    tree = ast.parse(f"unused_since = '{since}'\ndef upgrade():\n    op.drop_column('t', 'c')")

    assert bool(list(harm(tree))) == harmful


def migrations() -> list[Source]:
    return [source for source in sources("services", "shared") if "versions" in source.path.parts]


def constant(tree: ast.Module, name: str) -> str | None:
    """The text that a module gives this name."""
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == name
            and isinstance(node.value, ast.Constant)
        ):
            return str(node.value.value)
    return None


def harm(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """What in `upgrade` the version that still runs would feel, or whoever is at work while it is done."""
    upgrade = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade")
    calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
    new = {first(call) for call in calls if named(call) == "create_table"}
    may_go = released(constant(tree, "unused_since"))
    for call in calls:
        if why := judged(call, new=new, may_go=may_go):
            yield call, why


def judged(call: ast.Call, *, new: set[str], may_go: bool) -> str:
    name, keywords = named(call), {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if name in TAKES_AWAY or (name == "alter_column" and keywords.keys() & {"new_column_name", "type_"}):
        return "" if may_go else f"{name}: the version that still runs uses it"
    if name == "alter_column" and keywords.get("nullable") == "False":
        return "" if may_go else "alter_column: the version that still runs leaves it empty"
    if name == "add_column":
        return "" if optional(call.args[1]) else "add_column: the version that still runs cannot fill it"
    if name == "create_index" and first(call, 1) not in new:
        return "create_index: writers would wait; shared.migrations.online builds it beside them"
    if name in BINDS and first(call, 1) not in new:
        return "" if may_go else f"{name}: the version that still runs may write what it refuses"
    return said(call) if name == "execute" and not may_go else ""


def said(call: ast.Call) -> str:
    """SQL is looked at only where it stands as it is."""
    value = call.args[0]
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return "execute: SQL put together elsewhere cannot be looked at"
    found = IN_WORDS.search(value.value)
    return f"execute: {found[0]}" if found else ""


def optional(column: ast.expr) -> bool:
    keywords = {k.arg: ast.unparse(k.value) for k in column.keywords} if isinstance(column, ast.Call) else {}
    return keywords.get("nullable") != "False" or "server_default" in keywords


def released(version: str | None) -> bool:
    """Whether this version is older than the one being made."""
    if version is None:
        return False
    present: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return tuple(map(int, version.split("."))) < tuple(map(int, present.split(".")))


def named(call: ast.Call) -> str:
    """`create_index` for Alembic's own; ours, built beside those who write, has another way of being called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "op" else ""


def first(call: ast.Call, place: int = 0) -> str:
    value = call.args[place] if len(call.args) > place else None
    return str(value.value) if isinstance(value, ast.Constant) else ""
