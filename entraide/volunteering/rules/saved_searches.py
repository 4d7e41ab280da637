"""When somebody is told of what is new in a search that they saved."""

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_NAME = 120
LONGEST_QUERY = 1_000
MOST_SAVED = 20
# A mail says so many, and leads to the list for the others.
MOST_TOLD = 10
# What was published less than so long ago is left for the next time: by then every node's index holds it.
SETTLED_AFTER = timedelta(minutes=1)
# In a rush of missions, "at once" is one mail an hour with all that came.
AT_ONCE_PAUSE = timedelta(hours=1)
DAILY_PAUSE = timedelta(hours=20)


class Cadence(StrEnum):
    """How somebody hears of something new: by mail as it comes or once a day, or only where they read the feed."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    FEED = "feed"


def told_before(*, cadence: Cadence, now: datetime) -> datetime:
    """Return before when the last mail must have gone for another one to go now."""
    return now - (AT_ONCE_PAUSE if cadence is Cadence.AT_ONCE else DAILY_PAUSE)
