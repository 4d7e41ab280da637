"""Jobs that failed: why, and putting them back into the queue."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from entraide.foundation.pagination import BadCursor, Page, decode, encode

LONGEST_REASON = 500
LARGEST_ID = 2**63 - 1
REMEMBER_SQL = """
INSERT INTO foundation_job_failure (job_id, at, reason) VALUES (%s, clock_timestamp(), %s)
ON CONFLICT (job_id) DO UPDATE SET at = excluded.at, reason = excluded.reason
"""
TROUBLED_SQL = """
SELECT jobs.id, jobs.task_name, jobs.attempts, failure.at, coalesce(failure.reason, ''), jobs.scheduled_at
FROM procrastinate_jobs AS jobs LEFT JOIN foundation_job_failure AS failure ON failure.job_id = jobs.id
WHERE jobs.status = %s AND jobs.id < %s AND (jobs.status = 'failed' OR jobs.attempts > 0)
ORDER BY jobs.id DESC LIMIT %s
"""
RETRY_SQL = "SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)"


@dataclass(frozen=True, slots=True)
class TroubledJob:
    """A job that failed, for good or until `next_at`. Its arguments stay out: they may name people."""

    id: int
    task: str
    attempts: int
    failed_at: datetime | None
    reason: str
    next_at: datetime | None


def remember_failure(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Run a task and write down why it fails, once its own transaction is undone. A middleware of procrastinate."""
    try:
        return call_next()
    except Exception as error:
        if context.job.id is not None:
            with connection.cursor() as cursor:
                cursor.execute(REMEMBER_SQL, [context.job.id, reason_of(error)])
        raise


def reason_of(error: Exception) -> str:
    """Return an error's kind and its first line, short enough for a list."""
    first = next(iter(str(error).replace("\x00", "").splitlines()), "")
    return f"{type(error).__name__}: {first}"[:LONGEST_REASON].removesuffix(": ")


def failed_jobs(*, after: str = "", limit: int = 50) -> Page[TroubledJob]:
    """Return a page of the jobs that were given up, newest first. Raises BadCursor."""
    before = decode(after, int)[0] if after else LARGEST_ID
    if not 0 < before <= LARGEST_ID:
        raise BadCursor("no job has this number")
    found = _troubled("failed", before, limit + 1)
    shown = found[:limit]
    return Page(rows=shown, after=encode([shown[-1].id]) if len(found) > limit else None)


def jobs_to_retry(*, limit: int = 100) -> list[TroubledJob]:
    """Return the jobs that failed and will be tried again by themselves, newest first."""
    return _troubled("todo", LARGEST_ID, limit)


def retry_jobs(*, ids: Iterable[int], now: datetime) -> tuple[int, ...]:
    """Put failed jobs back into the queue, each on its own, and return which went.

    One that somebody retried already, or whose twin waits in the queue, stays where it is.
    """
    return tuple(job_id for job_id in sorted(set(ids)) if _retry(job_id, now))


def _retry(job_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status = 'failed' FOR UPDATE", [job_id])
            if cursor.fetchone() is None:
                return False
            cursor.execute(RETRY_SQL, [job_id, now])
    except IntegrityError:
        return False
    return True


def _troubled(status: str, before: int, limit: int) -> list[TroubledJob]:
    with connection.cursor() as cursor:
        cursor.execute(TROUBLED_SQL, [status, before, limit])
        return [TroubledJob(*row) for row in cursor.fetchall()]
