"""What was passed over because a represented fact tells the state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "shared_0003"
down_revision = "shared_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only: the version before never writes here, and gives nothing up."""
    op.create_table(
        "given_up",
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("represented", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("producer", "aggregate_id", "first", name=op.f("pk_given_up")),
    )


def downgrade() -> None:
    """The record goes; what was passed over stays passed over."""
    op.drop_table("given_up")
