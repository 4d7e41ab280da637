"""How many tickets were issued up to a moment: a rising line through few points, small enough to publish.

Within one point and the next, tickets count as evenly spread. The points stand where equal shares of the line were
issued, so that a rank is wrong by at most the share between two points: 1/64 of the whole line, and by what was
issued in one second at its front.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SECOND = 1000
MOST_POINTS = 64


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (moment, tickets issued after the first point's moment and up to this one), rising in both."""

    moments: tuple[int, ...]
    counts: tuple[float, ...]

    @property
    def total(self) -> float:
        """How many tickets were issued after the first point."""
        return self.counts[-1]

    def up_to(self, moment: int) -> float:
        """Return how many tickets were issued up to a moment."""
        if moment <= self.moments[0]:
            return 0.0
        if moment >= self.moments[-1]:
            return self.total
        right = bisect_right(self.moments, moment)
        share = (moment - self.moments[right - 1]) / (self.moments[right] - self.moments[right - 1])
        return self.counts[right - 1] + share * (self.counts[right] - self.counts[right - 1])

    def moment_of(self, count: float) -> int:
        """Return the last moment up to which no more than `count` tickets were issued."""
        if count >= self.total:
            return self.moments[-1]
        right = bisect_right(self.counts, max(0.0, count))
        share = (max(0.0, count) - self.counts[right - 1]) / (self.counts[right] - self.counts[right - 1])
        return self.moments[right - 1] + int(share * (self.moments[right] - self.moments[right - 1]))


def curve_of(tickets: Mapping[int, int], *, after: int, until: int) -> Curve:
    """Return the curve of tickets issued between two moments, from the tickets counted in each second since 1970."""
    moments, counts, total = [after], [0.0], 0.0
    for second in sorted(second for second in tickets if tickets[second] > 0):
        start, end = max(after, second * SECOND), min(until, (second + 1) * SECOND)
        if end <= start:
            continue
        if start > moments[-1]:
            moments.append(start)
            counts.append(total)
        total += tickets[second] * (end - start) / (min(until, (second + 1) * SECOND) - second * SECOND)
        moments.append(end)
        counts.append(total)
    if until > moments[-1]:
        moments.append(until)
        counts.append(total)
    return Curve(tuple(moments), tuple(counts))


def thinned(curve: Curve, *, most: int = MOST_POINTS) -> Curve:
    """Return the curve with at most so many points, at equal shares of its tickets."""
    if len(curve.moments) <= most:
        return curve
    wanted = {0, len(curve.moments) - 1}
    for share in range(1, most - 1):
        wanted.add(_nearest(curve.counts, curve.total * share / (most - 1)))
    chosen = sorted(wanted)
    return Curve(tuple(curve.moments[index] for index in chosen), tuple(curve.counts[index] for index in chosen))


def _nearest(counts: Sequence[float], value: float) -> int:
    right = min(bisect_left(counts, value), len(counts) - 1)
    return right if right == 0 or counts[right] - value <= value - counts[right - 1] else right - 1
