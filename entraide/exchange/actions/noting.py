"""The only writer of the feed of changes: it compares what the public may read now with what was noted."""

from datetime import datetime

from django.db import connection, transaction

from entraide.volunteering import api as volunteering

_LAST = "SELECT coalesce(max(modified), 0) FROM exchange_change"
_NOTE = """
WITH present (mission, fingerprint) AS MATERIALIZED ({fingerprints}),
changed AS (
    INSERT INTO exchange_change (mission, modified, is_deleted, fingerprint)
    SELECT mission, %(modified)s, false, fingerprint FROM present
    ON CONFLICT (mission) DO UPDATE
    SET modified = excluded.modified, is_deleted = false, fingerprint = excluded.fingerprint
    WHERE exchange_change.fingerprint <> excluded.fingerprint OR exchange_change.is_deleted
    RETURNING 1
),
gone AS (
    UPDATE exchange_change SET modified = %(modified)s, is_deleted = true, fingerprint = ''
    WHERE NOT is_deleted AND NOT EXISTS (SELECT FROM present WHERE present.mission = exchange_change.mission)
    RETURNING 1
)
SELECT (SELECT count(*) FROM changed) + (SELECT count(*) FROM gone)
"""


@transaction.atomic
def note_changes(*, now: datetime) -> int:
    """Note every mission that became another for the public, or went, since the last round; return how many.

    All rows of a round have one number, greater than any before, and appear together.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('exchange:note', 0))")
        cursor.execute(_LAST)
        modified = max(int(cursor.fetchone()[0]) + 1, int(now.timestamp() * 1000))
        fingerprints = volunteering.fingerprints_sql(now=now)
        parameters = {**fingerprints.parameters, "modified": modified}
        cursor.execute(_NOTE.format(fingerprints=fingerprints.text), parameters)
        return int(cursor.fetchone()[0])
