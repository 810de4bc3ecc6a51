"""Changing tables that are in use: what a migration needs beside Alembic's own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alembic import op


def create_index(name: str, table: str, columns: Sequence[Any], **options: Any) -> None:
    """An index on an existing table, built while people write to it; may be repeated after being broken off.

    Outside any transaction: what the migration did before is committed then, so it comes last or alone.
    """
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for those at work without being in anybody's way
        # one that was broken off is left behind, invalid: slows down every write and answers no question
        op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **options)
        op.execute("RESET lock_timeout")


def drop_index(name: str, table: str) -> None:
    """One that another index does the work of, while people write to the table; outside any transaction, as above."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
        op.execute("RESET lock_timeout")
