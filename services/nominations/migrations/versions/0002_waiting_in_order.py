"""What waits at a body is read in the order of its list; what was indexed without that order is no longer needed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.migrations.online import create_index, drop_index

revision = "nominations_0002"
down_revision = "nominations_0001"
branch_labels = None
depends_on = None
OPEN = sa.text("state IN ('waiting', 'in_review', 'returned')")


def upgrade() -> None:
    """Expand only: the version before finds what it asks for in the new ones."""
    create_index(
        "ix_stations_waiting_at",
        "stations",
        ["organisation_id", "nomination_created_at", "nomination_id"],
        postgresql_where=OPEN,
    )
    create_index(
        "ix_stations_waiting_via",
        "stations",
        ["via_id", "nomination_created_at", "nomination_id"],
        postgresql_where=OPEN,
    )
    drop_index("ix_stations_open_at", "stations")
    drop_index("ix_stations_open_via", "stations")


def downgrade() -> None:
    """Back to the indexes of before."""
    op.create_index("ix_stations_open_at", "stations", ["organisation_id"], postgresql_where=OPEN)
    op.create_index("ix_stations_open_via", "stations", ["via_id"], postgresql_where=OPEN)
    op.drop_index("ix_stations_waiting_at", "stations")
    op.drop_index("ix_stations_waiting_via", "stations")
