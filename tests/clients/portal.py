"""What portals ask of the graph: one document for the clients in Python and in TypeScript."""

from __future__ import annotations

from typing import Any

from gql import GraphQLRequest, gql

from shared.text import fold
from tests.clients.tools import HERE
from tests.walks import world

QUERIES = HERE / "node" / "portal.graphql"
OWNER = str(world.body_id(world.BODY))
BROKEN = gql("{ items { edges { node { nominator } } } }")


def wanted(name: str, variables: dict[str, Any]) -> GraphQLRequest:
    """One of the queries, with its variables."""
    return GraphQLRequest(QUERIES.read_text("utf-8"), variable_values=variables, operation_name=name)


def unmarked(name: str) -> str:
    """As somebody types it who has no Vietnamese keyboard."""
    return fold(name)
