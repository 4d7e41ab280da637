"""What was seen: answers by step and second, in histograms that workers send and that add up.

A histogram's cells grow by a twentieth, so that a percentile is exact to 5 %. Times count from when something was due,
not from when it was sent: a wait for the generator or for a free connection is a wait of the person.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

GROWTH = math.log(1.05)
SHORTEST = 0.0001


def cell_of(seconds: float) -> int:
    """Return the cell of a time."""
    return max(0, math.ceil(math.log(max(seconds, SHORTEST) / SHORTEST) / GROWTH))


def seconds_of(cell: int) -> float:
    """Return the longest time of a cell."""
    return SHORTEST * math.exp(cell * GROWTH)


@dataclass(slots=True)
class Second:
    """One step in one second of the campaign: times of good answers by cell, and what went wrong by its reason."""

    times: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many were answered or failed."""
        return self.times.total() + self.faults.total()

    def add(self, other: "Second") -> None:
        """Add what another saw."""
        self.times.update(other.times)
        self.faults.update(other.faults)


@dataclass(slots=True)
class Tally:
    """All steps of a run by their name, each by the second of the campaign in which it was due.

    `lags` are how late the generator itself began, by cell; `processor` is the largest share of one processor that a
    worker used.
    """

    steps: dict[str, dict[int, Second]] = field(default_factory=dict)
    lags: Counter[int] = field(default_factory=Counter)
    processor: float = 0.0

    def good(self, step: str, *, due: float, seconds: float) -> None:
        """Count an answer as it should be; `due` is in seconds after the beginning."""
        self._second(step, due).times[cell_of(seconds)] += 1

    def fault(self, step: str, *, due: float, reason: str) -> None:
        """Count an answer that should not be, or none."""
        self._second(step, due).faults[reason] += 1

    def lag(self, seconds: float) -> None:
        """Count how late something was begun."""
        self.lags[cell_of(seconds)] += 1

    def add(self, other: "Tally") -> None:
        """Add what another worker saw."""
        for step, seconds in other.steps.items():
            mine = self.steps.setdefault(step, {})
            for second, seen in seconds.items():
                mine.setdefault(second, Second()).add(seen)
        self.lags.update(other.lags)
        self.processor = max(self.processor, other.processor)

    def whole(self, step: str) -> Second:
        """Return a step over all seconds."""
        total = Second()
        for seen in self.steps.get(step, {}).values():
            total.add(seen)
        return total

    def _second(self, step: str, due: float) -> Second:
        return self.steps.setdefault(step, {}).setdefault(int(due), Second())

    def to_plain(self) -> dict[str, Any]:
        """Return it as what JSON and Locust's messages can hold."""
        return {
            "steps": {
                step: {
                    str(second): [{str(cell): n for cell, n in seen.times.items()}, dict(seen.faults)]
                    for second, seen in seconds.items()
                }
                for step, seconds in self.steps.items()
            },
            "lags": {str(cell): n for cell, n in self.lags.items()},
            "processor": self.processor,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Tally":
        """Read what `to_plain` wrote. Raises KeyError, TypeError or ValueError when it is something else."""
        return cls(
            steps={
                step: {
                    int(second): Second(_cells(times), Counter({str(why): int(n) for why, n in faults.items()}))
                    for second, (times, faults) in seconds.items()
                }
                for step, seconds in plain["steps"].items()
            },
            lags=_cells(plain["lags"]),
            processor=float(plain["processor"]),
        )


def percentile(times: Counter[int], share: float) -> float:
    """Return the seconds within which a share of all were answered; 0 when there were none."""
    wanted = share * times.total()
    reached = 0
    for cell in sorted(times):
        reached += times[cell]
        if reached >= wanted:
            return seconds_of(cell)
    return 0.0


def mean_rate(seconds: Iterable[int], *, of: float) -> float:
    """Return how many a second some counts are over a time."""
    return sum(seconds) / of if of else 0.0


def _cells(plain: Mapping[str, Any]) -> Counter[int]:
    return Counter({int(cell): int(count) for cell, count in plain.items()})
