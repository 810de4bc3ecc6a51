"""The portal graph: everything a portal shows, read by anyone, published things only."""

from __future__ import annotations

from services.publicity.graphql.questions import Query
from shared.graphql import Schema, create_schema


def create(*, introspection: bool = True) -> Schema:
    """The schema as a service offers it."""
    return create_schema(Query, introspection=introspection)


schema = create()

__all__ = ["create", "schema"]
