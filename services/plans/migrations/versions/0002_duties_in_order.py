"""Duties are listed by their due instant, and counted by plan and body, out of an index alone."""

from __future__ import annotations

from alembic import op

from shared.migrations.online import create_index, drop_index

revision = "plans_0002"
down_revision = "plans_0001"
branch_labels = None
depends_on = None
INDEXES = {
    "ix_duties_owed": ["organisation_id", "state", "due_before", "id"],
    "ix_duties_issued": ["issuer_id", "state", "due_before", "id"],
    "ix_duties_issued_in": ["issuer_id", "period_key", "state", "due_before", "id"],
    "ix_duties_of_plan": ["plan_id", "state", "due_before", "id"],
    "ix_duties_board": ["plan_id", "organisation_id", "period_key", "state", "waived_by"],
}


def upgrade() -> None:
    """Expand only: the version before finds what it asks for in the new ones."""
    for name, columns in INDEXES.items():
        create_index(name, "duties", columns)
    drop_index("ix_duties_organisation", "duties")
    drop_index("ix_duties_issuer", "duties")


def downgrade() -> None:
    """Back to the indexes of before."""
    op.create_index("ix_duties_organisation", "duties", ["organisation_id", "id"])
    op.create_index("ix_duties_issuer", "duties", ["issuer_id", "id"])
    for name in INDEXES:
        op.drop_index(name, "duties")
