"""What comes first, and why: a sum of parts, each a value between 0 and 1 times a weight that is data."""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a document for one search. None stands for what does not apply.

    `text` is the engine's score, of that of the document that the words fit best: 1 for this one.
    """

    text: float
    km: float | None
    starts_at: datetime | None
    places_left: int
    published_at: datetime
    responsiveness: float


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


def parts(signals: Signals, *, weights: Weights, now: datetime) -> tuple[Part, ...]:
    """Return what a document's rank is made of; their points add up to it."""
    at = now.timestamp()
    values = _values(
        signals.text,
        signals.km,
        (signals.starts_at.timestamp() - at) / DAY if signals.starts_at else math.inf,
        signals.places_left,
        (at - signals.published_at.timestamp()) / DAY,
        signals.responsiveness,
        weights,
    )
    return tuple(
        Part(name, value, weight) for name, value, weight in zip(NAMES, values, weights.of_parts(), strict=True)
    )


def rank(found: tuple[Part, ...]) -> float:
    """Return the sum of the parts' points."""
    return sum(part.points for part in found)


def ranks(
    rows: Iterable[tuple[float, float | None, float, int, float, float]], *, weights: Weights, now: datetime
) -> list[float]:
    """Return the rank of each row: hundreds are ranked for a page of twenty, whose parts alone are told.

    A row is the text's score, kilometres, the start (in seconds since 1970, infinite for none), places, the publication
    (in seconds since 1970) and responsiveness.
    """
    at = now.timestamp()
    text, distance, urgency, freshness, responsiveness = weights.of_parts()
    found = []
    for score, km, start, places, published, responsive in rows:
        values = _values(score, km, (start - at) / DAY, places, (at - published) / DAY, responsive, weights)
        found.append(
            values[0] * text
            + values[1] * distance
            + values[2] * urgency
            + values[3] * freshness
            + values[4] * responsiveness
        )
    return found


def _values(
    text: float, km: float | None, ahead: float, places: int, old: float, responsiveness: float, weights: Weights
) -> tuple[float, float, float, float, float]:
    """Return the value of each part, in the order of NAMES. Times are in days."""
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
