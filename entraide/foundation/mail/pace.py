"""The pace of mail, decided from values alone: a bucket of tokens, and the pauses that a provider in trouble gets."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# What may leave at once after a quiet time, in seconds of the pace: bursts are what providers refuse.
BURST_SECONDS = 1.0
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
# A provider that asks for more than this is asked again all the same: codes wait.
LONGEST_ASKED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many mails may leave now, when that was counted, and until when none may after `troubles` in a row."""

    tokens: float
    refilled_at: datetime
    paused_until: datetime | None = None
    troubles: int = 0


def refilled(pace: Pace, *, per_second: float, now: datetime) -> Pace:
    """Return the pace with the tokens that time has brought. A clock that runs behind brings none and takes none."""
    seconds = max(0.0, (now - pace.refilled_at).total_seconds())
    tokens = min(pace.tokens + seconds * per_second, most(per_second=per_second))
    paused = pace.paused_until if pace.paused_until and pace.paused_until > now else None
    return replace(pace, tokens=tokens, refilled_at=max(now, pace.refilled_at), paused_until=paused)


def most(*, per_second: float) -> float:
    """Return how many mails may leave at once after a quiet time."""
    return max(1.0, per_second * BURST_SECONDS)


def wait(pace: Pace, *, per_second: float, now: datetime) -> timedelta:
    """Return how long until a mail may leave; nothing when one may leave now."""
    if pace.paused_until is not None:
        return pace.paused_until - now
    return timedelta(seconds=max(0.0, (1.0 - pace.tokens) / per_second))


def after_trouble(pace: Pace, *, asked: timedelta | None, now: datetime) -> Pace:
    """Return the pace after the provider failed or asked to wait: each time in a row twice as long as before.

    What it asks for holds when it is longer. A pause that lasts already is not cut.
    """
    pause = min(FIRST_PAUSE * 2 ** min(pace.troubles, 20), LONGEST_PAUSE)
    if asked is not None:
        pause = max(pause, min(asked, LONGEST_ASKED))
    until = max(now + pause, pace.paused_until or now)
    return replace(
        pace, tokens=0.0, refilled_at=max(now, pace.refilled_at), paused_until=until, troubles=pace.troubles + 1
    )
