"""graphql-http, the reference implementation of GraphQL over HTTP, audits both of our graphs."""

from __future__ import annotations

import json

import pytest

from tests.clients.tools import from_npm, node
from tests.walks.walker import Walker

EXCEPTIONS: dict[str, str] = {}  # audit -> why we do not do as it says; none is needed


@pytest.mark.parametrize(("service", "who"), [("publicity", None), ("notifications", "mai")])
async def test_every_audit_of_graphql_over_http_passes(walker: Walker, service: str, who: str | None) -> None:
    from_npm("graphql-http")
    token = [walker.issuer.mint(who, name=who.title())] if who else []

    results = json.loads(await node("audit.cjs", f"{walker.addresses[service]}/graphql", *token))

    asked = {word: [one for one in results if one["name"].startswith(word)] for word in ("MUST", "SHOULD", "MAY")}
    assert {word: len(found) > 5 for word, found in asked.items()} == dict.fromkeys(asked, True)
    failed = [f"{one['id']} {one['name']}: {one['reason']}" for one in results if one["status"] != "ok"]
    assert [line for line in failed if line.split()[0] not in EXCEPTIONS] == []
