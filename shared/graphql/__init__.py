"""What both GraphQL doors share: the router, the limits, and connections with keyset cursors."""

from shared.graphql.connections import Connection, Edge, PageInfo, connection, page_size
from shared.graphql.router import Context, Info, Router, Schema, create_router, create_schema, media_type

__all__ = [
    "Connection",
    "Context",
    "Edge",
    "Info",
    "PageInfo",
    "Router",
    "Schema",
    "connection",
    "create_router",
    "create_schema",
    "media_type",
    "page_size",
]
