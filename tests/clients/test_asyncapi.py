"""@asyncapi/parser reads our AsyncAPI document and finds nothing to complain of: no error, no warning, no advice."""

from __future__ import annotations

import json
from pathlib import Path

from services.contracts import FOLDER, ROOT
from shared.events import CATALOGUE, PRODUCERS, topic_of
from tests.clients.tools import from_npm, node


async def test_the_asyncapi_document_is_valid_and_tells_of_every_topic_and_fact() -> None:
    from_npm("@asyncapi/parser")

    said = json.loads(await node("asyncapi.cjs", str(ROOT / FOLDER / "asyncapi.json")))

    assert said["findings"] == []
    assert said["version"] == "3.1.0"
    with_facts = {topic_of(name) for name in PRODUCERS if any(fact.service == name for fact in CATALOGUE.values())}
    assert set(said["channels"]) == with_facts
    assert set(said["messages"]) == set(CATALOGUE)


async def test_a_broken_document_is_seen_to_be_broken(tmp_path: Path) -> None:
    """The check above can fail."""
    from_npm("@asyncapi/parser")
    document = json.loads((ROOT / FOLDER / "asyncapi.json").read_text("utf-8"))
    del document["channels"]["publicity"]
    broken = tmp_path / "asyncapi.json"
    broken.write_text(json.dumps(document), "utf-8")

    said = json.loads(await node("asyncapi.cjs", str(broken)))

    assert {finding["severity"] for finding in said["findings"]} >= {0}
