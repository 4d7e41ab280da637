"""When a room that nobody ended ends by itself."""

from datetime import timedelta

ALONE_FOR = timedelta(minutes=5)
LONGEST = timedelta(hours=8)


def has_outlived(*, heads: int, few_for: timedelta, age: timedelta) -> bool:
    """Tell whether a room is over: nobody, or one alone, for five minutes; or eight hours old, whoever is there."""
    return age > LONGEST or (heads <= 1 and few_for > ALONE_FOR)
