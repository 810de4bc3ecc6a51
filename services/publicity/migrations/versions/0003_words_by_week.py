"""Search from the newest week on, and lists of one field, kind or type of subject without reading the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.migrations.online import create_index

revision = "publicity_0003"
down_revision = "publicity_0002"
branch_labels = None
depends_on = None
PUBLISHED = sa.text("state = 'published'")
WORDS = sa.text(
    "(search_vector || array_to_tsvector(ARRAY['~'::text || ((EXTRACT(epoch FROM published_at - "
    "'1970-01-01 00:00:00+00'::timestamp with time zone)::bigint / 604800)::text)]))"
)


def upgrade() -> None:
    """Expand only: the version before goes on searching where it did."""
    create_index("ix_items_words", "items", [WORDS], postgresql_using="gin", postgresql_where=PUBLISHED)
    for name in ("field", "kind", "subject_type"):
        create_index(f"ix_items_{name}", "items", [name, "published_at", "id"], postgresql_where=PUBLISHED)


def downgrade() -> None:
    """Slower, and as right."""
    for name in ("words", "field", "kind", "subject_type"):
        op.drop_index(f"ix_items_{name}", table_name="items", if_exists=True)
