"""The title of a story in messages about its nomination, so that it can be taken out of their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only: the version before keeps running."""
    op.add_column("messages", sa.Column("story_title", sa.Text(), nullable=True))
    op.create_index(
        "ix_messages_story", "messages", ["nomination_id"], postgresql_where=sa.text("story_title IS NOT NULL")
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_messages_story", table_name="messages")
    op.drop_column("messages", "story_title")
