"""The trace to which a delivery belongs, so that sending it is seen as a part of what caused it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0003"
down_revision = "notifications_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only: the version before keeps running, and its deliveries begin traces of their own."""
    op.add_column("deliveries", sa.Column("traceparent", sa.Text(), nullable=True))


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("deliveries", "traceparent")
