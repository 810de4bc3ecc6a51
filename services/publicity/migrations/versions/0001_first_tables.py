"""The tables of publicity as they begin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "publicity_0001"
down_revision = None
branch_labels = ("publicity",)
depends_on = None


def upgrade() -> None:
    """Channels and movements (copies); items and what hangs on them."""
    op.create_table(
        "channels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("built_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    op.create_index("ix_channels_organisation", "channels", ["organisation_id"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("nominator_id", sa.Uuid(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("next_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("next_via_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "published", "withdrawn", name="state", native_enum=False, create_constraint=True, length=None
            ),
            nullable=False,
        ),
        sa.Column(
            "withdrawal",
            sa.Enum("gone", "withdrawn", name="withdrawal", native_enum=False, create_constraint=True, length=None),
            nullable=True,
        ),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("editions_made", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "search_vector",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple', search)", persisted=True),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawal IS NOT NULL)", name=op.f("ck_items_withdrawn_somehow")),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_items_published_sometime")
        ),
        sa.CheckConstraint(
            "withdrawal <> 'gone' OR (subject_name IS NULL AND search = '' AND explanation IS NULL)",
            name=op.f("ck_items_gone_holds_nothing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index("ix_items_movement", "items", ["movement_id", "published_at", "id"], unique=False)
    op.create_index("ix_items_organisation", "items", ["organisation_id", "published_at", "id"], unique=False)
    op.create_index("ix_items_owner", "items", ["owner_id", "published_at", "id"], unique=False)
    op.create_index(
        "ix_items_published",
        "items",
        ["published_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index("ix_items_search", "items", ["search_vector"], unique=False, postgresql_using="gin")
    op.create_table(
        "movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("launched_by", sa.Text(), nullable=True),
        sa.Column("launched_on", sa.Date(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movements")),
    )
    op.create_index("ix_movements_name", "movements", ["name", "id"], unique=False)
    op.create_table(
        "editions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("draft", "live", "past", name="state", native_enum=False, create_constraint=True, length=None),
            nullable=False,
        ),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pictures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("credit", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_editions_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_editions_item_id_number")),
    )
    op.create_index(
        "uq_editions_one_draft", "editions", ["item_id"], unique=True, postgresql_where=sa.text("state = 'draft'")
    )
    op.create_index(
        "uq_editions_one_live", "editions", ["item_id"], unique=True, postgresql_where=sa.text("state = 'live'")
    )
    op.create_table(
        "pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_pictures_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
    )
    op.create_index("ix_pictures_item", "pictures", ["item_id"], unique=False)
    op.create_table(
        "placements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending", "placed", "withdrawn", name="state", native_enum=False, create_constraint=True, length=None
            ),
            nullable=False,
        ),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_placements_channel_id_channels")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_placements_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint("item_id", "channel_id", name=op.f("uq_placements_item_id_channel_id")),
    )
    op.create_index(
        "ix_placements_pending", "placements", ["item_id"], unique=False, postgresql_where=sa.text("state = 'pending'")
    )
    op.create_table(
        "releases",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("station_number", sa.BigInteger(), nullable=False),
        sa.Column("station_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("story_version", sa.BigInteger(), nullable=False),
        sa.Column("channel_kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_releases_item_id_items")),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_releases")),
    )
    op.create_index("ix_releases_item", "releases", ["item_id"], unique=False)
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("gone", "withdrawn", name="kind", native_enum=False, create_constraint=True, length=None),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_withdrawals_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
    )
    op.create_index("ix_withdrawals_item", "withdrawals", ["item_id", "at"], unique=False)


def downgrade() -> None:
    """Nothing is left of them."""
    op.drop_table("withdrawals")
    op.drop_table("releases")
    op.drop_table("placements")
    op.drop_table("pictures")
    op.drop_table("editions")
    op.drop_table("movements")
    op.drop_table("items")
    op.drop_table("channels")
