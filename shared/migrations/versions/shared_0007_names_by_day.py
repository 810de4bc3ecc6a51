"""What a body is called on a day is found out of an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.migrations.online import create_index, drop_index

revision = "shared_0007"
down_revision = "shared_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only: the version before finds what it asks for in the new one."""
    columns = ["organisation_id", sa.text("from_on NULLS FIRST")]
    create_index("ix_organisation_names_dated", "organisation_names", columns, postgresql_include=["name"])
    drop_index("ix_organisation_names_organisation_id", "organisation_names")


def downgrade() -> None:
    """Back to the index of before."""
    op.create_index("ix_organisation_names_organisation_id", "organisation_names", ["organisation_id"])
    op.drop_index("ix_organisation_names_dated", "organisation_names")
