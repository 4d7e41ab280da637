"""What comes first, and why: a sum of parts, each a value between 0 and 1 times a weight that is data."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent.parent / "data" / "weights.toml"
DAY = 24 * 3600.0
NAMES = ("text", "distance", "urgency", "freshness", "responsiveness")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, and where the value of each is one half."""

    text: float
    distance: float
    urgency: float
    freshness: float
    responsiveness: float
    half_km: float
    half_days_ahead: float
    half_days_old: float

    def of_parts(self) -> tuple[float, float, float, float, float]:
        """Return the weights of the parts in the order of NAMES."""
        return self.text, self.distance, self.urgency, self.freshness, self.responsiveness


class Signals(NamedTuple):
    """What is known of a document for one search. Times are in seconds since 1970.

    `text` is the engine's score, of that of the document that the words fit best: 1 for this one. `km` is None without
    a centre or a point, `starts_at` infinite for what has no start.
    """

    text: float
    km: float | None
    starts_at: float
    places_left: int
    published_at: float
    responsiveness: float


# The value of each part between 0 and 1, in the order of NAMES; empty for what is not ranked.
Values = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a rank: what it is of, its value between 0 and 1, and its weight."""

    name: str
    value: float
    weight: float

    @property
    def points(self) -> float:
        """Return what the part adds to the rank."""
        return self.value * self.weight


def values(signals: Iterable[Signals], *, now: datetime) -> list[Values]:
    """Return what the rank of each document is made of."""
    at, weights = now.timestamp(), ours()
    return [_values(*each, at, weights) for each in signals]


def ranks(found: Iterable[Values]) -> list[float]:
    """Return the rank of each document: its values, each times its weight, together."""
    text, distance, urgency, freshness, responsiveness = ours().of_parts()
    return [a * text + b * distance + c * urgency + d * freshness + e * responsiveness for a, b, c, d, e in found]


def parts(found: Values) -> tuple[Part, ...]:
    """Return a document's rank in parts, whose points add up to it; none of what is not ranked."""
    if not found:
        return ()
    return tuple(Part(*part) for part in zip(NAMES, found, ours().of_parts(), strict=True))


def _values(
    text: float, km: float | None, starts_at: float, places: int, published_at: float, responsiveness: float,
    at: float, weights: Weights,
) -> Values:  # fmt: skip
    ahead, old = (starts_at - at) / DAY, (at - published_at) / DAY
    return (
        _between_0_and_1(text),
        0.0 if km is None else weights.half_km / (weights.half_km + km),
        weights.half_days_ahead / (weights.half_days_ahead + ahead) if places > 0 and ahead > 0 else 0.0,
        weights.half_days_old / (weights.half_days_old + old) if old > 0 else 1.0,
        _between_0_and_1(responsiveness),
    )


def _between_0_and_1(value: float) -> float:
    return 0.0 if value < 0 else 1.0 if value > 1 else value


@cache
def ours() -> Weights:
    """Return the weights of our own data."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Weights(**{field.name: float(read[field.name]) for field in fields(Weights)})
