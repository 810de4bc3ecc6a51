"""Plans are found by the code that others cite them by."""

from __future__ import annotations

from alembic import op

from shared.migrations.online import create_index

revision = "plans_0004"
down_revision = "plans_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Alone, as indexes on tables in use are built outside any transaction."""
    create_index("ix_plans_cited", "plans", ["number", "symbol"])


def downgrade() -> None:
    """Back to looking through all plans."""
    op.drop_index("ix_plans_cited", "plans")
