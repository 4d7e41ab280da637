"""What each of the last days was like for a component: its worst state on that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from entraidectl.status.page.data import Change, Data, State, worst

DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and the worst state on it."""

    date: date
    state: State


def last_days(data: Data, component: str, *, now: datetime, zone: ZoneInfo) -> list[Day]:
    """Return the last days up to today, the oldest first, as people in that time zone count them."""
    changes = [each for each in data.changes if each.component == component]
    today = now.astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return [Day(each, _worst_on(each, changes, zone)) for each in dates]


def _worst_on(day: date, changes: Sequence[Change], zone: ZoneInfo) -> State:
    begins, ends = (
        datetime.combine(each, time(), tzinfo=zone).astimezone(UTC) for each in (day, day + timedelta(days=1))
    )
    before = [each.state for each in changes if each.at <= begins][-1:]
    return worst([*before, *(each.state for each in changes if begins < each.at < ends)])
