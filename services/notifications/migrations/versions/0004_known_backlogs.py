"""A backlog of deliveries is soon known to the planner, which else compares it with itself at every look."""

from __future__ import annotations

from alembic import op

revision = "notifications_0004"
down_revision = "notifications_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only. A tenth of the table, PostgreSQL's own measure, would be a day of deliveries."""
    op.execute(
        "ALTER TABLE deliveries SET (autovacuum_analyze_scale_factor = 0.01, autovacuum_analyze_threshold = 500)"
    )


def downgrade() -> None:
    """Known later, and as right."""
    op.execute("ALTER TABLE deliveries RESET (autovacuum_analyze_scale_factor)")
