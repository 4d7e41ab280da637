"""The one row by which the senders of all workers keep one pace."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from entraide.foundation.mail import outbox, pace
from entraide.foundation.mail.outbox import Taken
from entraide.foundation.mail.pace import Pace

LOCK_SQL = """
INSERT INTO foundation_mail_pace (tokens, refilled_at) VALUES (%s, %s)
ON CONFLICT (id) DO UPDATE SET id = 1
RETURNING tokens, refilled_at, paused_until, troubles
"""
SAVE_SQL = "UPDATE foundation_mail_pace SET tokens = %s, refilled_at = %s, paused_until = %s, troubles = %s"
CALM_SQL = "UPDATE foundation_mail_pace SET troubles = 0, reason = '' WHERE troubles > 0 AND paused_until IS NULL"
REASON_SQL = "UPDATE foundation_mail_pace SET reason = %s"


@transaction.atomic
def take_at_pace(*, per_second: float, limit: int, now: datetime) -> tuple[list[Taken], timedelta]:
    """Take as many mails as may leave now; also return how long to wait when none may.

    Taking spends the tokens in the same transaction: however many senders ask at once, they share one pace.
    """
    current = pace.refilled(_locked(per_second, now), per_second=per_second, now=now)
    wait = pace.wait(current, per_second=per_second, now=now)
    taken = [] if wait else outbox.take(limit=min(limit, int(current.tokens)), now=now)
    _save(Pace(current.tokens - len(taken), current.refilled_at, current.paused_until, current.troubles))
    return taken, wait


@transaction.atomic
def pause(*, reason: str, asked: timedelta | None, per_second: float, now: datetime) -> None:
    """Keep every sender from the provider for a while, and remember why."""
    current = pace.refilled(_locked(per_second, now), per_second=per_second, now=now)
    if current.paused_until is None:
        # Several senders see the same trouble at once: it counts as one.
        _save(pace.after_trouble(current, asked=asked, now=now))
    with connection.cursor() as cursor:
        cursor.execute(REASON_SQL, [reason])


def calm() -> None:
    """Note that the provider takes mail again, so that the next trouble begins with a short pause."""
    with connection.cursor() as cursor:
        cursor.execute(CALM_SQL)


def _locked(per_second: float, now: datetime) -> Pace:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_SQL, [pace.most(per_second=per_second), now])
        return Pace(*cursor.fetchone())


def _save(current: Pace) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SAVE_SQL, [current.tokens, current.refilled_at, current.paused_until, current.troubles])
