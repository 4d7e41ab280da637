"""When people come: phases whose rate rises or falls, and the moments that follow from them. Pure.

Arrivals are open loop: whoever comes does not wait for those before to be answered, as on the evening itself. The
moments are those of a Poisson process, made by stretching unit gaps along the rate's integral.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Phase:
    """So many seconds in which the rate goes straight from one number of people a second to another."""

    seconds: float
    begins_at: float
    ends_at: float

    @property
    def people(self) -> float:
        """How many come in it, on average."""
        return self.seconds * (self.begins_at + self.ends_at) / 2

    def second_of(self, people: float) -> float:
        """Return after how many seconds of the phase so many have come, on average; `people` is below its total."""
        slope = (self.ends_at - self.begins_at) / self.seconds
        if abs(slope) < 1e-12:
            return people / self.begins_at
        # The positive root of begins_at * t + slope * t² / 2 = people, in the form that loses no digits.
        return 2 * people / (self.begins_at + math.sqrt(max(0.0, self.begins_at**2 + 2 * slope * people)))


def length(phases: Sequence[Phase]) -> float:
    """Return the seconds that the phases last."""
    return sum(phase.seconds for phase in phases)


def scaled(phases: Sequence[Phase], scale: float) -> tuple[Phase, ...]:
    """Return the phases with so many times the people, in the same time."""
    return tuple(Phase(phase.seconds, phase.begins_at * scale, phase.ends_at * scale) for phase in phases)


def rate_at(phases: Sequence[Phase], second: float) -> float:
    """Return how many a second are due at a moment after the beginning; 0 outside."""
    for phase in phases:
        if 0 <= second < phase.seconds:
            return phase.begins_at + (phase.ends_at - phase.begins_at) * second / phase.seconds
        second -= phase.seconds
    return 0.0


def moments(phases: Sequence[Phase], *, seed: int) -> Iterator[float]:
    """Yield when people come, in seconds after the beginning. The same seed gives the same moments."""
    gaps = random.Random(seed)  # noqa: S311 (spreads a crowd, hides nothing)
    due, begun, came = gaps.expovariate(1.0), 0.0, 0.0
    for phase in phases:
        while due < came + phase.people:
            yield begun + phase.second_of(due - came)
            due += gaps.expovariate(1.0)
        came += phase.people
        begun += phase.seconds


def share(whole: Iterator[float], *, worker: int, workers: int) -> Iterator[float]:
    """Return the moments of one of several workers, counted from 0: every so-and-so-many-th."""
    return islice(whole, worker, None, workers)


def kinds(weights: Mapping[str, float]) -> Iterator[str]:
    """Yield for ever which kind of visit comes next; at any moment each kind has had its share, but for two.

    Drawn by lot, a kind of a tenth is missing from one short campaign in five; here the whole campaign is what it says.
    """
    total = sum(weights.values())
    owed = dict.fromkeys(weights, 0.0)
    while True:
        for kind, weight in weights.items():
            owed[kind] += weight / total
        chosen = max(owed, key=owed.__getitem__)
        owed[chosen] -= 1.0
        yield chosen
