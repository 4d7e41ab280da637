"""Mail that was given up, as a template that cannot be written: what it is and why, trying it again, forgetting it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# As many kinds as fit a page; who fixes the first ones sees the others.
KINDS_SHOWN = 20
KINDS_SQL = """
SELECT template, reason, count(*), min(failed_at), max(failed_at) FROM foundation_mail WHERE state = 'failed'
GROUP BY template, reason ORDER BY max(failed_at) DESC, template, reason LIMIT %s
"""
RETRY_SQL = """
UPDATE foundation_mail SET state = 'waiting', attempts = 0, reason = '', failed_at = NULL WHERE state = 'failed'
"""
FORGET_SQL = "DELETE FROM foundation_mail WHERE state = 'failed'"


@dataclass(frozen=True, slots=True)
class FailedKind:
    """Mails of one template that were given up for one reason, and between which times."""

    template: str
    reason: str
    count: int
    first_at: datetime
    last_at: datetime


def failed_mail() -> list[FailedKind]:
    """Return what was given up, the latest first. Nothing of it names whom it was for, unless the provider did."""
    with connection.cursor() as cursor:
        cursor.execute(KINDS_SQL, [KINDS_SHOWN])
        return [FailedKind(*row) for row in cursor.fetchall()]


def retry_failed_mail() -> int:
    """Let every mail that was given up wait again; return how many."""
    return _settle(RETRY_SQL)


def forget_failed_mail() -> int:
    """Forget every mail that was given up; return how many."""
    return _settle(FORGET_SQL)


def _settle(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)
