"""The hours of somebody who came: how they are written, how many a slot counts for, when silence attests them."""

import re
from datetime import datetime, timedelta

MOST_MINUTES = 24 * 60
ATTESTED_AFTER = timedelta(days=7)
_DECIMAL = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})\s*(?:h|:)\s*(\d{2})?", re.ASCII)
_MINUTES = re.compile(r"(\d{1,2})\s*min", re.ASCII)


class BadHours(ValueError):
    """A text that says no number of hours, or more than a day."""


def minutes_of_slot(*, starts_at: datetime, ends_at: datetime) -> int:
    """Return how many minutes a slot counts for, one at least."""
    return max(1, int((ends_at - starts_at).total_seconds() // 60))


def minutes_of_text(text: str) -> int:
    """Return the minutes of "2", "2.5", "2,5", "2h30", "2:30" or "45 min". Raises BadHours."""
    compact = text.strip().lower()
    if found := _DECIMAL.fullmatch(compact):
        minutes = round(float(f"{found[1]}.{found[2] or 0}") * 60)
    elif found := _CLOCK.fullmatch(compact):
        minutes = int(found[1]) * 60 + int(found[2] or 0)
        if int(found[2] or 0) > 59:
            raise BadHours(text[:20])
    elif found := _MINUTES.fullmatch(compact):
        minutes = int(found[1])
    else:
        raise BadHours(text[:20])
    if not 0 < minutes <= MOST_MINUTES:
        raise BadHours(text[:20])
    return minutes


def text_of_minutes(minutes: int) -> str:
    """Return "2 h", "2 h 30" or "45 min", which French and English read alike."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def attested_by_silence(*, done_at: datetime, now: datetime) -> bool:
    """Say whether hours that the organisation did not touch count as attested."""
    return done_at + ATTESTED_AFTER <= now
