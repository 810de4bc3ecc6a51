"""The tables of nominations as they begin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "nominations_0001"
down_revision = None
branch_labels = ("nominations",)
depends_on = None


def upgrade() -> None:
    """Nominations with their parts; copies of plans, movements and items."""
    op.create_table(
        "extensions",
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("period_key", sa.Text(), nullable=False),
        sa.Column("due_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_extensions")),
    )
    op.create_index(
        "ix_extensions_duty", "extensions", ["organisation_id", "obligation_id", "period_key"], unique=False
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("placements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index(op.f("ix_items_nomination_id"), "items", ["nomination_id"], unique=False)
    op.create_table(
        "movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movements")),
    )
    op.create_table(
        "nominations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "concluded",
                "declined",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("nominator_id", sa.Uuid(), nullable=False),
        sa.Column("author_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exemplar_id", sa.Uuid(), nullable=False),
        sa.Column("story_version", sa.BigInteger(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("subject_is_child", sa.Text(), nullable=False),
        sa.Column("subject_person_id", sa.Uuid(), nullable=True),
        sa.Column("household_adults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("obligation_id", sa.Uuid(), nullable=True),
        sa.Column("period_key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("credit", sa.Text(), nullable=True),
        sa.Column("pictures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
    )
    op.create_index(
        "ix_nominations_limit", "nominations", ["obligation_id", "period_key", "organisation_id"], unique=False
    )
    op.create_index("ix_nominations_mine", "nominations", ["nominator_id", "created_at", "id"], unique=False)
    op.create_index("ix_nominations_unit", "nominations", ["organisation_id", "created_at", "id"], unique=False)
    op.create_table(
        "obligations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=True),
        sa.Column("subject_types", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=True),
        sa.Column("to_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("via_id", sa.Uuid(), nullable=True),
        sa.Column("then_to_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligations")),
    )
    op.create_index(op.f("ix_obligations_plan_id"), "obligations", ["plan_id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("exemplar_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("channel_kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("proof_file_id", sa.Uuid(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("collector_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_consents_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_nomination_id"), "consents", ["nomination_id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nominations.id"], name=op.f("fk_holds_nomination_id_nominations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_nomination_id"), "holds", ["nomination_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nominations.id"], name=op.f("fk_notices_nomination_id_nominations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "nomination_id", "role", "person_key", name=op.f("uq_notices_nomination_id_role_person_key")
        ),
    )
    op.create_table(
        "recusals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_recusals_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusals")),
        sa.UniqueConstraint("nomination_id", "person_id", name=op.f("uq_recusals_nomination_id_person_id")),
    )
    op.create_table(
        "releases",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("story_version", sa.BigInteger(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_releases_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_releases")),
    )
    op.create_index(op.f("ix_releases_nomination_id"), "releases", ["nomination_id"], unique=False)
    op.create_table(
        "remarks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nominations.id"], name=op.f("fk_remarks_nomination_id_nominations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    op.create_index(op.f("ix_remarks_nomination_id"), "remarks", ["nomination_id"], unique=False)
    op.create_table(
        "stations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("nomination_created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("via_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "in_review",
                "returned",
                "approved",
                "declined",
                "cancelled",
                "revoked",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_up_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("story_version", sa.BigInteger(), nullable=True),
        sa.Column("next_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("next_via_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_stations_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
        sa.UniqueConstraint("nomination_id", "number", name=op.f("uq_stations_nomination_id_number")),
    )
    op.create_index(
        "ix_stations_one_open",
        "stations",
        ["nomination_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'in_review', 'returned')"),
    )
    op.create_index(
        "ix_stations_open_at",
        "stations",
        ["organisation_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'in_review', 'returned')"),
    )
    op.create_index(
        "ix_stations_open_via",
        "stations",
        ["via_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'in_review', 'returned')"),
    )
    op.create_index(
        "ix_stations_organisation",
        "stations",
        ["organisation_id", "nomination_created_at", "nomination_id"],
        unique=False,
    )
    op.create_index("ix_stations_via", "stations", ["via_id", "nomination_created_at", "nomination_id"], unique=False)
    op.create_table(
        "story_versions",
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_story_versions_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("nomination_id", "number", name=op.f("pk_story_versions")),
    )


def downgrade() -> None:
    """Back to an empty branch."""
    op.drop_table("story_versions")
    op.drop_index("ix_stations_via", table_name="stations")
    op.drop_index("ix_stations_organisation", table_name="stations")
    op.drop_index(
        "ix_stations_open_via",
        table_name="stations",
        postgresql_where=sa.text("state IN ('waiting', 'in_review', 'returned')"),
    )
    op.drop_index(
        "ix_stations_open_at",
        table_name="stations",
        postgresql_where=sa.text("state IN ('waiting', 'in_review', 'returned')"),
    )
    op.drop_index(
        "ix_stations_one_open",
        table_name="stations",
        postgresql_where=sa.text("state IN ('waiting', 'in_review', 'returned')"),
    )
    op.drop_table("stations")
    op.drop_index(op.f("ix_remarks_nomination_id"), table_name="remarks")
    op.drop_table("remarks")
    op.drop_index(op.f("ix_releases_nomination_id"), table_name="releases")
    op.drop_table("releases")
    op.drop_table("recusals")
    op.drop_table("notices")
    op.drop_index(op.f("ix_holds_nomination_id"), table_name="holds")
    op.drop_table("holds")
    op.drop_index(op.f("ix_consents_nomination_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_table("plans")
    op.drop_index(op.f("ix_obligations_plan_id"), table_name="obligations")
    op.drop_table("obligations")
    op.drop_index("ix_nominations_unit", table_name="nominations")
    op.drop_index("ix_nominations_mine", table_name="nominations")
    op.drop_index("ix_nominations_limit", table_name="nominations")
    op.drop_table("nominations")
    op.drop_table("movements")
    op.drop_index(op.f("ix_items_nomination_id"), table_name="items")
    op.drop_table("items")
    op.drop_index("ix_extensions_duty", table_name="extensions")
    op.drop_table("extensions")
