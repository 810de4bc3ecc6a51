"""The table as a page for people: `python -m tests.access.page` writes `docs/access.md`; a test demands it fresh."""

from __future__ import annotations

from pathlib import Path

from services.serving import SERVICES
from tests.access.table import ANYONE, EMPTY, PEOPLE, READERS, SIGNED, TABLE, Row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
SAID = {ANYONE: "anyone", SIGNED: "anyone signed in", PEOPLE: "any person signed in", READERS: "readers¹"}
HEAD = f"""# Who may

Made from `tests/access/table.py`, which is written from the design and not from the code that decides;
`tests/access/test_matrix.py` asks every line at the doors of the product as everybody. A route, an OpenAPI operation
or a GraphQL field without a line here fails the build. Write this page anew with `python -m tests.access.page`.

A post is `office@place`, seen from the body `own` that plans, decides and publishes: `above` is its superior, `below`
the unit that nominates, `via` the body in between, `other` has nothing to do with it; `all` is every office, `*` every
place. An office that ended yesterday or begins tomorrow counts as none. `machine` is a system's token with the scope
`publications`, `operations` one with that scope. Without a token the answer is 401 wherever not anyone may. Who is
`barred` holds the office and is refused all the same: the exemplar himself (`concerned`), and who declared a conflict
(`recused`). «Others» is what everybody else gets: 403, 404 as if it were not there, or a list without it.

¹ readers of a nomination: {READERS.replace(" ", ", ")}

"""


def _who(said: str) -> str:
    return SAID.get(said) or ", ".join(said.split()) or "nobody"


def _line(row: Row) -> str:
    refused = [_who(row.sees)] if row.sees else []
    refused += [f"barred: {_who(row.barred)}"] if row.barred else []
    others = "empty" if row.others == EMPTY else row.others
    if row.without:
        others += f"; empty: {_who(row.without)}"
    if row.expected("guest") == "done" and row.expected("operations") == "done":
        others = ""
    action = row.action.replace("|", "\\|")
    return f"| `{action}` | {row.about} | {_who(row.may)} | {'; '.join(refused)} | {others} |"


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for service in SERVICES:
        lines = [_line(row) for row in TABLE if row.service == service]
        parts.append(f"## {service}\n\n| action | on what | may | 403 | others |\n|---|---|---|---|---|\n")
        parts.append("\n".join(lines) + "\n\n")
    return "".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
