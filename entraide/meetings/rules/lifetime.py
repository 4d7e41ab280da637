"""When a room that nobody ended ends by itself."""

from datetime import timedelta

ALONE_FOR = timedelta(minutes=5)
LONGEST = timedelta(hours=8)


def has_outlived(*, heads: int, few_for: timedelta, age: timedelta, is_awaited: bool = False) -> bool:
    """Tell whether a room is over: nobody, or one alone, for five minutes; or eight hours old, whoever is there.

    One of a planned meeting that is not at its end is awaited: whoever is put out of it stays out until then.
    """
    return age > LONGEST or (heads <= 1 and few_for > ALONE_FOR and not is_awaited)
