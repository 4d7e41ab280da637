"""Doing a write once per key, and counting against a bound shared by all processes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from entraide.foundation.tidying import delete_in_parts
from entraide.guard.models import Bound, DoneOnce, Spent, Tally

# As long as a browser keeps its ticket of the line, too: during a pause no turn runs out, and pauses last a night.
KEPT = timedelta(days=2)
LONGEST_KEY = 200

COUNT_SQL = """
INSERT INTO guard_bound (key, window_start, count) VALUES (%s, %s, 1)
ON CONFLICT (key, window_start) DO UPDATE SET count = guard_bound.count + 1
RETURNING count
"""


class KeyReused(Exception):
    """The same idempotency key came with another content."""


class BadKey(Exception):
    """The idempotency key is empty, too long or has characters that do not print."""


class TooMany(Exception):
    """The bound of this window is reached. `retry_after` says when the next window begins, in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answered: an HTTP status and a JSON object."""

    status: int
    body: dict[str, Any]


def digest_of(content: bytes) -> bytes:
    """Return the digest by which a repeated request is recognised."""
    return hashlib.sha256(content).digest()


@transaction.atomic
def once(*, scope: str, key: str, content: bytes, write: Callable[[], Answer]) -> Answer:
    """Do `write` if the key was never used within its scope, else return the answer that it got then.

    Two requests with one key at the same time: the second waits for the first and gets its answer. When `write` raises,
    nothing is kept and the key is free again. Raises KeyReused when the content differs, BadKey for an unusable key.
    """
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise BadKey("an idempotency key has 1 to 200 printable characters")
    with connection.cursor() as cursor:
        # The lock ends with the transaction; hashing keeps unrelated keys apart with near certainty.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{scope}\n{key}"])
    digest = digest_of(content)
    done = DoneOnce.objects.filter(scope=scope, key=key).first()
    if done is not None:
        if bytes(done.digest) != digest:
            raise KeyReused("this key was used for another request")
        return Answer(done.status, done.answer)
    answer = write()
    DoneOnce.objects.create(scope=scope, key=key, digest=digest, status=answer.status, answer=answer.body)
    return answer


def count_against(*, key: str, most: int, window: timedelta, now: datetime) -> None:
    """Count one use of `key` in the present window. Raises TooMany when more than `most` were counted."""
    seconds = int(window.total_seconds())
    start = window_start(int(now.timestamp()), seconds)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [key, datetime.fromtimestamp(start, now.tzinfo)])
        (count,) = cursor.fetchone()
    if count > most:
        raise TooMany(start + seconds - int(now.timestamp()))


def window_start(moment: int, seconds: int) -> int:
    """Return when the window of so many seconds began that a moment is in, both in seconds since 1970."""
    return moment // seconds * seconds


def check_bounds(*, bounds: Mapping[str, int], window: timedelta, now: datetime) -> None:
    """Count one use of each key against its own bound: layered limits. Raises TooMany at the first one reached."""
    for key, most in bounds.items():
        count_against(key=key, most=most, window=window, now=now)


def forget_old(*, now: datetime) -> int:
    """Delete keys, windows and what was used up, past their time; return how many rows went."""
    old = (
        DoneOnce.objects.filter(created_at__lt=now - KEPT),
        Bound.objects.filter(window_start__lt=now - KEPT),
        Spent.objects.filter(spent_at__lt=now - KEPT),
    )
    return sum(delete_in_parts(rows) for rows in old)


def forget_counts(*, now: datetime) -> int:
    """Delete counts of minutes that are over; return how many rows went."""
    return delete_in_parts(Tally.objects.filter(ends_at__lt=now))
