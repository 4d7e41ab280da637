"""Which key seals when: one for each day of UTC, made before its day, destroyed when it is over. Pure.

The mark is the last day whose keys are gone for good. It only moves forward, and it is written down before a key is
destroyed: a key of a day up to the mark is never made, loaded or used again, whatever a crash or a copy left behind.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAY_SECONDS = 86_400
DAYS_AHEAD = 14


class ClockBehind(Exception):
    """The clock shows a day whose keys are destroyed. The message says which."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done: the mark to write first, then the days whose keys go, then those to make."""

    mark: date
    destroy: tuple[date, ...]
    make: tuple[date, ...]


def day_of(at: int) -> date:
    """Return the day of UTC of a time in seconds since 1970."""
    return datetime.fromtimestamp(at, UTC).date()


def span_of(day: date) -> tuple[int, int]:
    """Return when a day of UTC begins and when it has ended, in seconds since 1970."""
    begins = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return begins, begins + DAY_SECONDS


def plan(*, now: int, present: Collection[date], mark: date | None, days_ahead: int = DAYS_AHEAD) -> Plan:
    """Return what to do with the keys of the days `present`.

    Today's key and those of the days ahead are wished for. Raises ClockBehind when today is not after the mark.
    """
    today = day_of(now)
    if mark is not None and today <= mark:
        raise ClockBehind(f"the clock says {today}, but the keys of {mark} are destroyed: is the clock right?")
    wished = [today + timedelta(days=ahead) for ahead in range(max(1, days_ahead) + 1)]
    return Plan(
        mark=today - timedelta(days=1),
        destroy=tuple(sorted(day for day in present if day < today)),
        make=tuple(day for day in wished if day not in present),
    )
