"""The database tells every process of each item that changed, and when anything behind all of them did."""

from __future__ import annotations

from alembic import op

revision = "publicity_0002"
down_revision = "publicity_0001"
branch_labels = None
depends_on = "shared_0005"

# Twice the same word in one transaction is told once; a list may show any item.
ITEM = """
CREATE FUNCTION lantoa_item_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE item uuid;
BEGIN
  IF TG_TABLE_NAME = 'items' THEN item := coalesce(NEW.id, OLD.id);
  ELSE item := coalesce(NEW.item_id, OLD.item_id);
  END IF;
  PERFORM pg_notify('lantoa_changed', 'item:' || item);
  PERFORM pg_notify('lantoa_changed', 'items');
  RETURN NULL;
END $$"""


def upgrade() -> None:
    """Expand only: nobody need listen."""
    op.execute(ITEM)
    for table in ("items", "editions", "placements"):
        op.execute(
            f"CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lantoa_item_changed()"
        )
    for table in ("channels", "movements"):
        op.execute(
            f"CREATE TRIGGER tell_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION lantoa_everything_changed()"
        )


def downgrade() -> None:
    """Nothing is told; what is kept grows a second old."""
    for table in ("items", "editions", "placements", "channels", "movements"):
        op.execute(f"DROP TRIGGER IF EXISTS tell_changes ON {table}")
    op.execute("DROP FUNCTION IF EXISTS lantoa_item_changed")
