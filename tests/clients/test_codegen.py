"""graphql-codegen makes TypeScript types of the portal graph; a portal upon them compiles under tsc and reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.clients.portal import OWNER, QUERIES, unmarked
from tests.clients.stories import publish
from tests.clients.tools import HERE, MODULES, from_npm, run
from tests.walks.walker import Walker

SCALARS = {"UUID": "string", "Date": "string", "DateTime": "string"}
STRICT = ["--strict", "--noUncheckedIndexedAccess", "false", "--target", "es2022", "--lib", "es2022,dom"]


async def compiled(address: str, folder: Path) -> Path:
    """The portal, checked against types made of the graph at this address."""
    settings = {
        "schema": address,
        "documents": str(QUERIES),
        "generates": {
            str(folder / "schema.ts"): {"plugins": ["typescript"]},
            str(folder / "generated.ts"): {"plugins": ["typescript-operations"]},
        },
        "config": {"scalars": SCALARS, "strictScalars": True, "useTypeImports": True},
    }
    (folder / "codegen.json").write_text(json.dumps(settings))
    await run(from_npm(".bin/graphql-codegen"), "--config", folder / "codegen.json", folder=MODULES.parent)
    program = shutil.copy(HERE / "node" / "portal.ts", folder)
    await run(
        from_npm(".bin/tsc"),
        *STRICT,
        "--module",
        "commonjs",
        "--types",
        "",
        "--outDir",
        folder,
        folder / "schema.ts",
        program,
    )
    return folder / "portal.js"


async def test_a_portal_in_typescript_lists_pages_searches_and_reads(walker: Walker, tmp_path: Path) -> None:
    older, newer = await publish(walker), await publish(walker)
    address = f"{walker.addresses['publicity']}/graphql"

    portal = await compiled(address, tmp_path)
    printed = await run("node", portal, address, QUERIES.read_text("utf-8"), OWNER, unmarked(older.name))

    seen = json.loads(printed)
    assert seen["names"][:2] == [newer.name, older.name]
    assert seen["placements"] == ["portal"]
    assert (seen["item"]["id"], seen["item"]["title"]) == (newer.item_id, newer.nomination["title"])
    assert seen["matching"] == [older.item_id]
