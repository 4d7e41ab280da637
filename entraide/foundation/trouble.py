"""What the worker could not do, in figures: jobs and mail given up or tried again, a mail provider in trouble."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# Mail that was given up is counted so far and no further, however much of it there is.
COUNTED_AT_MOST = 10_000
TROUBLE_SQL = """
SELECT failed, to_retry,
       (SELECT count(*) FROM (SELECT 1 FROM foundation_mail WHERE state = 'failed' LIMIT %(most)s) AS mails),
       EXISTS (SELECT FROM foundation_mail_pace WHERE paused_until > %(now)s)
FROM (SELECT count(*) FILTER (WHERE status = 'failed') AS failed,
             count(*) FILTER (WHERE status = 'todo' AND attempts > 0) AS to_retry
      FROM procrastinate_jobs WHERE status IN ('failed', 'todo')) AS jobs
"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many jobs failed for good, and wait for another attempt; how many mails were given up, whether all waits."""

    failed: int
    to_retry: int
    failed_mails: int = 0
    all_mail_waits: bool = False


def trouble(*, now: datetime) -> Trouble:
    """Return what went wrong, read at once."""
    with connection.cursor() as cursor:
        cursor.execute(TROUBLE_SQL, {"most": COUNTED_AT_MOST, "now": now})
        return Trouble(*cursor.fetchone())
