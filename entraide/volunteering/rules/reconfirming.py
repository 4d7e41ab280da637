"""When somebody with a place is asked whether they still come, and until when they may answer."""

from datetime import datetime, timedelta

ASKED_BEFORE = timedelta(hours=48)
RELEASED_BEFORE = timedelta(hours=12)
TIME_TO_ANSWER = timedelta(hours=12)
STILL_FRESH = timedelta(hours=24)


def ask_due(*, starts_at: datetime, confirmed_at: datetime, now: datetime) -> bool:
    """Say whether to ask now.

    A yes of the day before the question is fresh enough. Nobody is asked who would have too little time to answer: a
    worker that was away for long then asks nothing, and the place stays as it was.
    """
    asked_at = starts_at - ASKED_BEFORE
    return confirmed_at <= asked_at - STILL_FRESH and asked_at <= now <= starts_at - RELEASED_BEFORE - TIME_TO_ANSWER


def answer_by(*, starts_at: datetime) -> datetime:
    """Return until when the answer is waited for, so that somebody else can still take the place afterwards."""
    return starts_at - RELEASED_BEFORE
