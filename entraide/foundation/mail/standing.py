"""How the outbox stands: what waits by urgency and since when, how long the rest takes, what failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from entraide.foundation import metrics
from entraide.foundation.mail.outbox import Urgency

# Up to here mails are counted one by one; more are told about, by the span of their numbers.
COUNTED_AT_MOST = 10_000
WAITING_SQL = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM foundation_mail WHERE state = 'waiting' AND rank = %(rank)s
                              LIMIT %(most)s) AS counted),
       (SELECT max(id) FROM foundation_mail WHERE state = 'waiting' AND rank = %(rank)s), first.id, first.queued_at
FROM (SELECT 1) AS one LEFT JOIN LATERAL (
    SELECT id, queued_at FROM foundation_mail WHERE state = 'waiting' AND rank = %(rank)s ORDER BY id LIMIT 1
) AS first ON true
"""
REST_SQL = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM foundation_mail WHERE state = 'failed' LIMIT %(most)s) AS failed),
       (SELECT count(*) FROM (SELECT 1 FROM foundation_mail WHERE state IN ('sending', 'delayed') AND due_at IS NOT NULL
                              LIMIT %(most)s) AS taken),
       (SELECT paused_until FROM foundation_mail_pace), (SELECT reason FROM foundation_mail_pace)
"""


@dataclass(frozen=True, slots=True)
class MailStanding:
    """The outbox: how many wait by urgency, the oldest of each in seconds, and what keeps it.

    `is_about`: more wait than were counted one by one. `under_way` are those being sent or put off for a while, `left`
    is how long all that waits takes at the pace. `paused_until` and `trouble`: the provider failed.
    """

    waiting: dict[Urgency, int]
    oldest_seconds: dict[Urgency, float]
    is_about: bool
    under_way: int
    failed: int
    left: timedelta
    paused_until: datetime | None
    trouble: str

    @property
    def total(self) -> int:
        """How many wait, of every urgency."""
        return sum(self.waiting.values())


def mail_standing(*, now: datetime) -> MailStanding:
    """Return how the outbox stands. What it costs does not grow with what waits."""
    waiting: dict[Urgency, int] = {}
    oldest: dict[Urgency, float] = {}
    with connection.cursor() as cursor:
        for urgency in Urgency:
            cursor.execute(WAITING_SQL, {"rank": int(urgency), "most": COUNTED_AT_MOST})
            counted, last, first, queued_at = cursor.fetchone()
            waiting[urgency] = counted if counted < COUNTED_AT_MOST else max(counted, last - first + 1)
            oldest[urgency] = max(0.0, (now - queued_at).total_seconds()) if queued_at else 0.0
        cursor.execute(REST_SQL, {"most": COUNTED_AT_MOST})
        failed, under_way, paused_until, trouble = cursor.fetchone()
    _measure(waiting, oldest)
    still_paused = paused_until if paused_until and paused_until > now else None
    return MailStanding(
        waiting=waiting,
        oldest_seconds=oldest,
        is_about=any(count >= COUNTED_AT_MOST for count in waiting.values()),
        under_way=under_way,
        failed=failed,
        left=timedelta(seconds=sum(waiting.values()) / settings.MAIL_PER_SECOND) + ((still_paused or now) - now),
        paused_until=still_paused,
        trouble=trouble or "",
    )


def _measure(waiting: dict[Urgency, int], oldest: dict[Urgency, float]) -> None:
    for urgency in Urgency:
        metrics.mail_waiting.labels(urgency.name.lower()).set(waiting[urgency])
        metrics.mail_oldest_seconds.labels(urgency.name.lower()).set(oldest[urgency])
