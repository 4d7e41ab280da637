"""How many tickets to let in each second, so that the sign-up stays busy and never refuses whom it let in.

What the sign-up can bear is not configured but seen: while its queue holds something, what it keeps is all that it can
keep; while its queue is empty, it may bear more. A time in which nothing was kept, since the database was away, says
nothing about it. Who was let in comes later or not at all, so that the share that comes
is watched too, slowly.
"""

from dataclasses import dataclass, replace

FLOOR = 1.0
START = 100.0
# Part of the queue that may be in use: enough to keep the sign-up busy, little enough to answer within a second.
AIM = 0.05
BUSY = 0.02
GROWTH = 1.02
BACK_OFF = 0.8
CORRECTION = 1.0
# Weights of one second in the running means of what is kept and of the share that comes: about 10 s and 2 minutes.
KEPT_WEIGHT = 0.1
SHOWS_WEIGHT = 1 / 120
LEAST_SHOWS = 0.3
# From this age of the oldest sign-up that waits for the worker on, fewer are let in; a fifth is always.
LAG_SECONDS = 300.0
LEAST_BRAKE = 0.2


@dataclass(frozen=True, slots=True)
class Seen:
    """What all processes saw in a time of so many seconds. `fill` is the fullest queue, from 0 to 1."""

    seconds: float
    kept: int = 0
    refused: int = 0
    fill: float = 0.0
    admitted: float = 0.0
    came: int = 0
    lag_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """`capacity`: sign-ups kept each second at most, as far as seen. `shows`: the share of tickets let in that come."""

    capacity: float = START
    shows: float = 1.0
    admitted_mean: float = 0.0
    came_mean: float = 0.0
    per_second: float = START


def next_pace(pace: Pace, seen: Seen, *, most: float | None) -> Pace:
    """Return the pace of the next second. `most` is the operator's bound of sign-ups a second, None for none."""
    kept = seen.kept / seen.seconds
    capacity = _capacity(pace.capacity, kept=kept, seen=seen)
    # A queue that is fuller than aimed at is emptied within a few seconds, an emptier one filled.
    corrected = capacity * min(1.1, max(0.5, 1 + CORRECTION * (AIM - seen.fill)))
    brake = max(LEAST_BRAKE, min(1.0, 1 - (seen.lag_seconds - LAG_SECONDS) / (2 * LAG_SECONDS)))
    wanted = min(corrected * brake, most if most is not None else corrected)
    watched = _watched(pace, seen)
    return replace(watched, capacity=capacity, per_second=max(FLOOR, wanted / watched.shows))


def _capacity(capacity: float, *, kept: float, seen: Seen) -> float:
    mean = (1 - KEPT_WEIGHT) * capacity + KEPT_WEIGHT * kept
    if (seen.refused or seen.fill >= BUSY) and not seen.kept:
        return capacity
    if seen.refused:
        # What was kept while some were refused is what can be kept; a little less lets the queue empty itself.
        return max(FLOOR, BACK_OFF * kept if kept > capacity else min(mean, BACK_OFF * kept))
    if seen.fill >= BUSY:
        return max(FLOOR, mean)
    # As little as at the start needs no proof: else one bad moment, and tickets that nobody uses, would hold it down.
    return capacity * GROWTH if kept >= 0.8 * capacity or capacity < START else capacity


def _watched(pace: Pace, seen: Seen) -> Pace:
    """Follow the share that comes. Both means start at nothing, so that early arrivals count as much as later ones."""
    admitted = (1 - SHOWS_WEIGHT) * pace.admitted_mean + SHOWS_WEIGHT * seen.admitted / seen.seconds
    came = (1 - SHOWS_WEIGHT) * pace.came_mean + SHOWS_WEIGHT * seen.came / seen.seconds
    shows = max(LEAST_SHOWS, min(1.0, came / admitted)) if admitted > 0 and came > 0 else pace.shows
    return replace(pace, admitted_mean=admitted, came_mean=came, shows=(0.95 * pace.shows + 0.05 * shows))
