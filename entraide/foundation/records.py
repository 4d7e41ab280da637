"""The shape that every table of ours shares: a UUIDv7 key, times of creation and change, and a version.

`updated_at` and `version` are kept by a trigger in the database, so that a conditional UPDATE moves them too; a
migration attaches it with `touch_on_update("app_table")`.
"""

from django.db import migrations, models
from django.db.models.functions import Now

from entraide.foundation.ids import new_id

TOUCH_FUNCTION = """
CREATE FUNCTION touch_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := statement_timestamp();
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
"""


class Record(models.Model):
    """An abstract row: id, created_at, updated_at, version (1, then one more at each UPDATE)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(db_default=1, editable=False)

    class Meta:
        abstract = True


def touch_on_update(table: str) -> migrations.RunSQL:
    """Return the migration operation that keeps `updated_at` and `version` of a table's rows."""
    return migrations.RunSQL(
        f'CREATE TRIGGER touch BEFORE UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION touch_record()',
        f'DROP TRIGGER touch ON "{table}"',
    )
