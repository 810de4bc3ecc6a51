"""A key is claimed and looked up in one round trip."""

from __future__ import annotations

from alembic import op

revision = "shared_0006"
down_revision = "shared_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only. A function, for each of its statements sees what was committed before it: the lock comes first.

    In a single statement who gets the lock from one who has just ended would not see that one's answer.
    """
    op.execute("""
        CREATE FUNCTION lantoa_claim(lock bigint, who uuid, by text, at_path text, with_key text,
          OUT mine boolean, OUT fingerprint bytea, OUT status bigint, OUT headers jsonb, OUT body bytea)
        LANGUAGE plpgsql AS $$
        BEGIN
          mine := pg_try_advisory_xact_lock(lock);
          IF mine THEN
            SELECT a.fingerprint, a.status, a.headers, a.body INTO fingerprint, status, headers, body
            FROM stored_answers a
            WHERE a.person_id = who AND a.method = by AND a.path = at_path AND a.key = with_key;
          END IF;
        END $$""")


def downgrade() -> None:
    """Nothing is kept in it."""
    op.execute("DROP FUNCTION IF EXISTS lantoa_claim")
