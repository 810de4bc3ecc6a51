"""The tables that every service's database has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "shared_0001"
down_revision = None
branch_labels = ("shared",)
depends_on = None


def upgrade() -> None:
    """The tables as they begin."""
    op.create_table(
        "audit",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_organisation", "audit", ["organisation_id", "position"], unique=False)
    op.create_index("ix_audit_subject", "audit", ["subject_id", "position"], unique=False)
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attached_to", sa.Uuid(), nullable=True),
        sa.Column("sweeping_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("key", name=op.f("uq_files_key")),
    )
    op.create_index("ix_files_attached_to", "files", ["attached_to"], unique=False)
    op.create_index(
        "ix_files_unattached", "files", ["created_at"], unique=False, postgresql_where=sa.text("attached_to IS NULL")
    )
    op.create_table(
        "inbox",
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("producer", "aggregate_id", name=op.f("pk_inbox")),
    )
    op.create_table(
        "offices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
    )
    op.create_index("ix_offices_organisation", "offices", ["organisation_id", "role"], unique=False)
    op.create_index("ix_offices_person", "offices", ["person_id"], unique=False)
    op.create_table(
        "organisation_edges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_edges")),
    )
    op.create_index("ix_organisation_edges_from", "organisation_edges", ["organisation_id", "type"], unique=False)
    op.create_index("ix_organisation_edges_to", "organisation_edges", ["to_id", "type"], unique=False)
    op.create_table(
        "organisation_heirs",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("heir_id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "heir_id", name=op.f("pk_organisation_heirs")),
    )
    op.create_table(
        "organisation_identifiers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "scheme", "value", name=op.f("pk_organisation_identifiers")),
    )
    op.create_table(
        "organisation_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_names")),
    )
    op.create_index(
        op.f("ix_organisation_names_organisation_id"), "organisation_names", ["organisation_id"], unique=False
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("hierarchy", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_index("ix_organisations_slug", "organisations", ["slug"], unique=True)
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("aggregatetype", sa.Text(), nullable=False),
        sa.Column("aggregateid", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("causation_id", sa.Text(), nullable=True),
        sa.Column("represented", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_position", sa.BigInteger(), nullable=True),
        sa.Column("parked_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
    )
    op.create_index("ix_outbox_aggregateid", "outbox", ["aggregateid"], unique=False)
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"], unique=False, postgresql_using="brin")
    op.create_index("ix_outbox_sent_position", "outbox", ["sent_position"], unique=True)
    op.create_index(
        "ix_outbox_unsent", "outbox", ["position"], unique=False, postgresql_where=sa.text("sent_at IS NULL")
    )
    op.create_table(
        "parked",
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("producer", "aggregate_id", "sequence", name=op.f("pk_parked")),
    )
    op.create_index(
        "ix_parked_due", "parked", ["next_try_at"], unique=False, postgresql_where=sa.text("next_try_at IS NOT NULL")
    )
    op.create_table(
        "relay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
    )
    op.create_table(
        "sequences",
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("aggregate_id", name=op.f("pk_sequences")),
    )
    op.create_table(
        "stored_answers",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "method", "path", "key", name=op.f("pk_stored_answers")),
    )
    op.create_index("ix_stored_answers_at", "stored_answers", ["at"], unique=False)
    op.execute("INSERT INTO relay (id, epoch, last) VALUES (1, 0, 0)")


def downgrade() -> None:
    """Nothing is left."""
    op.drop_index("ix_stored_answers_at", table_name="stored_answers")
    op.drop_table("stored_answers")
    op.drop_table("sequences")
    op.drop_table("relay")
    op.drop_index("ix_parked_due", table_name="parked", postgresql_where=sa.text("next_try_at IS NOT NULL"))
    op.drop_table("parked")
    op.drop_index("ix_outbox_unsent", table_name="outbox", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_index("ix_outbox_sent_position", table_name="outbox")
    op.drop_index("ix_outbox_sent_at", table_name="outbox", postgresql_using="brin")
    op.drop_index("ix_outbox_aggregateid", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_organisations_slug", table_name="organisations")
    op.drop_table("organisations")
    op.drop_index(op.f("ix_organisation_names_organisation_id"), table_name="organisation_names")
    op.drop_table("organisation_names")
    op.drop_table("organisation_identifiers")
    op.drop_table("organisation_heirs")
    op.drop_index("ix_organisation_edges_to", table_name="organisation_edges")
    op.drop_index("ix_organisation_edges_from", table_name="organisation_edges")
    op.drop_table("organisation_edges")
    op.drop_index("ix_offices_person", table_name="offices")
    op.drop_index("ix_offices_organisation", table_name="offices")
    op.drop_table("offices")
    op.drop_table("inbox")
    op.drop_index("ix_files_unattached", table_name="files", postgresql_where=sa.text("attached_to IS NULL"))
    op.drop_index("ix_files_attached_to", table_name="files")
    op.drop_table("files")
    op.drop_index("ix_audit_subject", table_name="audit")
    op.drop_index("ix_audit_organisation", table_name="audit")
    op.drop_table("audit")
