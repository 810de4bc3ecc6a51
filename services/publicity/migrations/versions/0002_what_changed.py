"""The database tells every process of each item that changed, and when anything behind all of them did."""

from __future__ import annotations

from alembic import op

revision = "publicity_0002"
down_revision = "publicity_0001"
branch_labels = None
depends_on = "shared_0005"


def upgrade() -> None:
    """Expand only. The same word twice in one transaction is told once; a list may show any item."""
    op.execute("""
        CREATE FUNCTION lantoa_item_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE item uuid;
        BEGIN
          IF TG_LEVEL = 'STATEMENT' THEN
            PERFORM pg_notify('lantoa_changed', '*');
            RETURN NULL;
          ELSIF TG_TABLE_NAME = 'items' THEN item := coalesce(NEW.id, OLD.id);
          ELSE item := coalesce(NEW.item_id, OLD.item_id);
          END IF;
          PERFORM pg_notify('lantoa_changed', 'item:' || item);
          PERFORM pg_notify('lantoa_changed', 'items');
          RETURN NULL;
        END $$""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE ON items
        FOR EACH ROW EXECUTE FUNCTION lantoa_item_changed()""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE ON editions
        FOR EACH ROW EXECUTE FUNCTION lantoa_item_changed()""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE ON placements
        FOR EACH ROW EXECUTE FUNCTION lantoa_item_changed()""")
    op.execute("""
        CREATE TRIGGER tell_emptying AFTER DELETE OR TRUNCATE ON items
        FOR EACH STATEMENT EXECUTE FUNCTION lantoa_item_changed()""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON channels
        FOR EACH STATEMENT EXECUTE FUNCTION lantoa_everything_changed()""")
    op.execute("""
        CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON movements
        FOR EACH STATEMENT EXECUTE FUNCTION lantoa_everything_changed()""")


def downgrade() -> None:
    """Nothing is told; what is kept grows a second old."""
    for table in ("items", "editions", "placements", "channels", "movements"):
        op.execute(f"DROP TRIGGER IF EXISTS tell_changes ON {table}")
    op.execute("DROP TRIGGER IF EXISTS tell_emptying ON items")
    op.execute("DROP FUNCTION IF EXISTS lantoa_item_changed")
