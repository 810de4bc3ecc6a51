"""The audit chain: seals, and in which of them a row lies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "shared_0002"
down_revision = "shared_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only: the version before keeps running, and its rows are sealed by the new one."""
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seals")),
    )
    op.add_column("audit", sa.Column("sealed_in", sa.BigInteger(), nullable=True))
    op.create_index("ix_audit_sealed_in", "audit", ["sealed_in"])
    op.create_index("ix_audit_unsealed", "audit", ["position"], postgresql_where=sa.text("sealed_in IS NULL"))


def downgrade() -> None:
    """Back to rows without a chain."""
    op.drop_index("ix_audit_unsealed", "audit")
    op.drop_index("ix_audit_sealed_in", "audit")
    op.drop_column("audit", "sealed_in")
    op.drop_table("audit_seals")
