"""Up to where the feed is complete."""

from django.db import migrations

# The oldest transaction of this database that still runs, or the next one. A snapshot names the running transactions of
# the whole server; whichever the server shows at work in another database can have noted no change in this one.
_HORIZON = """
CREATE FUNCTION search_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (
            SELECT min(running::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS running
            WHERE NOT EXISTS (
                SELECT FROM pg_stat_activity
                WHERE datname <> current_database()
                AND backend_xid::text::bigint = running::text::bigint & 4294967295
            )
        ),
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunSQL(_HORIZON, "DROP FUNCTION search_horizon()")]
