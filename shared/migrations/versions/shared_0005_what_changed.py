"""The database tells every process what a committed transaction changed in the directory (`shared.keeping`)."""

from __future__ import annotations

from alembic import op

revision = "shared_0005"
down_revision = "shared_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand only: nobody need listen.

    Whoever knows a person by his offices is told of that person; bodies stand behind too many things to name them all.
    """
    op.execute("""
        CREATE FUNCTION lantoa_everything_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_notify('lantoa_changed', '*');
          RETURN NULL;
        END $$""")
    op.execute("""
        CREATE FUNCTION lantoa_office_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP <> 'INSERT' THEN PERFORM pg_notify('lantoa_changed', 'person:' || OLD.person_id); END IF;
          IF TG_OP <> 'DELETE' THEN PERFORM pg_notify('lantoa_changed', 'person:' || NEW.person_id); END IF;
          RETURN NULL;
        END $$""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON organisations
        FOR EACH STATEMENT EXECUTE FUNCTION lantoa_everything_changed()""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON organisation_names
        FOR EACH STATEMENT EXECUTE FUNCTION lantoa_everything_changed()""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON organisation_edges
        FOR EACH STATEMENT EXECUTE FUNCTION lantoa_everything_changed()""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE ON offices
        FOR EACH ROW EXECUTE FUNCTION lantoa_office_changed()""")


def downgrade() -> None:
    """Nothing is told; what is kept grows a second old."""
    for table in ("organisations", "organisation_names", "organisation_edges", "offices"):
        op.execute(f"DROP TRIGGER IF EXISTS tell_changes ON {table}")
    op.execute("DROP FUNCTION IF EXISTS lantoa_office_changed, lantoa_everything_changed")
