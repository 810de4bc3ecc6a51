"""The first tables of notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = None


def upgrade() -> None:
    """Expand only: the version before keeps running."""
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("duty_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(
        "ix_messages_item", "messages", ["item_id"], unique=False, postgresql_where=sa.text("item_id IS NOT NULL")
    )
    op.create_index(
        "ix_messages_mail_only",
        "messages",
        ["person_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("NOT in_app"),
    )
    op.create_index(
        "ix_messages_person", "messages", ["person_id", "id"], unique=False, postgresql_where=sa.text("in_app")
    )
    op.create_index(
        "ix_messages_unread",
        "messages",
        ["person_id", "id"],
        unique=False,
        postgresql_where=sa.text("in_app AND read_at IS NULL"),
    )
    op.create_index("uq_messages_fact_person", "messages", ["fact_id", "person_id"], unique=True)
    op.create_table(
        "recipients",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("muted", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_recipients")),
    )
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", postgresql.JSONB(), nullable=False),
        sa.Column("secrets", postgresql.JSONB(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active", "paused", "disabled", name="state", native_enum=False, create_constraint=True, length=None
            ),
            nullable=False,
        ),
        sa.Column("consecutive_failures", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_index("ix_webhook_endpoints_organisation", "webhook_endpoints", ["organisation_id", "id"], unique=False)
    op.create_index("ix_webhook_endpoints_owner", "webhook_endpoints", ["owner_id", "id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "in_app", "email", "webhook", name="channel", native_enum=False, create_constraint=True, length=None
            ),
            nullable=False,
        ),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "sent",
                "failed",
                "retrying",
                "confirmed",
                "dead",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_deliveries_endpoint_id_webhook_endpoints"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_deliveries_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["channel", "next_try_at"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.create_index("ix_deliveries_endpoint", "deliveries", ["endpoint_id", "id"], unique=False)
    op.create_index(
        "ix_deliveries_finished",
        "deliveries",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NULL"),
    )
    op.create_index(
        "ix_deliveries_item", "deliveries", ["item_id"], unique=False, postgresql_where=sa.text("item_id IS NOT NULL")
    )
    op.create_index("ix_deliveries_message", "deliveries", ["message_id"], unique=False)
    op.create_index(
        "ix_deliveries_order",
        "deliveries",
        ["endpoint_id", "aggregate_id", "sequence"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.create_index(
        "uq_deliveries_fact_endpoint",
        "deliveries",
        ["fact_id", "endpoint_id"],
        unique=True,
        postgresql_where=sa.text("endpoint_id IS NOT NULL"),
    )
    op.create_table(
        "attempts",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status_code", sa.BigInteger(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id_deliveries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_attempts")),
    )


def downgrade() -> None:
    """Back to the schema before."""
    op.drop_table("attempts")
    op.drop_index(
        "uq_deliveries_fact_endpoint", table_name="deliveries", postgresql_where=sa.text("endpoint_id IS NOT NULL")
    )
    op.drop_index("ix_deliveries_order", table_name="deliveries", postgresql_where=sa.text("next_try_at IS NOT NULL"))
    op.drop_index("ix_deliveries_message", table_name="deliveries")
    op.drop_index("ix_deliveries_item", table_name="deliveries", postgresql_where=sa.text("item_id IS NOT NULL"))
    op.drop_index("ix_deliveries_finished", table_name="deliveries", postgresql_where=sa.text("next_try_at IS NULL"))
    op.drop_index("ix_deliveries_endpoint", table_name="deliveries")
    op.drop_index("ix_deliveries_due", table_name="deliveries", postgresql_where=sa.text("next_try_at IS NOT NULL"))
    op.drop_table("deliveries")
    op.drop_index("ix_webhook_endpoints_owner", table_name="webhook_endpoints")
    op.drop_index("ix_webhook_endpoints_organisation", table_name="webhook_endpoints")
    op.drop_table("webhook_endpoints")
    op.drop_table("recipients")
    op.drop_index("uq_messages_fact_person", table_name="messages")
    op.drop_index("ix_messages_unread", table_name="messages", postgresql_where=sa.text("in_app AND read_at IS NULL"))
    op.drop_index("ix_messages_person", table_name="messages", postgresql_where=sa.text("in_app"))
    op.drop_index("ix_messages_mail_only", table_name="messages", postgresql_where=sa.text("NOT in_app"))
    op.drop_index("ix_messages_item", table_name="messages", postgresql_where=sa.text("item_id IS NOT NULL"))
    op.drop_table("messages")
