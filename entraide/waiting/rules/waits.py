"""What a person is told: how many are ahead, between how many minutes, and when to look again."""

from dataclasses import dataclass
from math import ceil, floor

# The pace of the last minute may change: by a quarter faster, by a third slower, and everyone is let in by the second.
FASTER = 1.3
SLOWER = 0.7
SLACK_SECONDS = 30.0
SHORTEST_REFRESH = 5.0
LONGEST_REFRESH = 120.0
# Somebody who looks again after a fifth of the shortest wait is never late by more than that.
LOOKS_PER_WAIT = 5.0
STANDSTILL = 0.05


@dataclass(frozen=True, slots=True)
class Wait:
    """How long it may take, in seconds. `most` is None when nobody is let in just now and nobody can tell."""

    least: float
    most: float | None


def wait_for(*, ahead: float, per_second: float) -> Wait:
    """Return the range within which the turn comes, for so many people ahead at the present pace."""
    if per_second < STANDSTILL:
        return Wait(0.0, None)
    return Wait(ahead / (per_second * FASTER), ahead / (per_second * SLOWER) + SLACK_SECONDS)


def minutes(wait: Wait) -> tuple[int, int] | None:
    """Return the range in minutes as it is told, rounded outwards: above ten minutes to five, above an hour to ten.

    None stands for a range that nobody can tell.
    """
    if wait.most is None:
        return None
    least, most = wait.least / 60, wait.most / 60
    return _step(least) * floor(least / _step(least)), max(1, _step(most) * ceil(most / _step(most)))


def _step(whole: float) -> int:
    return 1 if whole <= 10 else 5 if whole <= 60 else 10


def refresh_after(wait: Wait, *, chance: float) -> float:
    """Return after how many seconds to look again. `chance`, from 0 to 1, keeps a crowd from looking all at once."""
    wished = LONGEST_REFRESH if wait.most is None else wait.least / LOOKS_PER_WAIT
    return min(LONGEST_REFRESH, max(SHORTEST_REFRESH, wished)) * min(1.2, 0.8 + 0.4 * chance)


def told_ahead(ahead: float) -> int:
    """Return the number of people ahead as it is told: two figures that count, since more would pretend to be exact."""
    whole = max(0, round(ahead))
    if whole < 100:
        return whole
    step = int(10 ** (len(str(whole)) - 2))
    return ceil(whole / step) * step
