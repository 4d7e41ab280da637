"""What comes first, and why: a sum of parts, each a value between 0 and 1 times a weight that is data."""

import math
import tomllib
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "data" / "weights.toml"
HOUR = 3600.0
DAY = 24 * HOUR


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
    ahead = (signals.starts_at - now).total_seconds() / DAY if signals.starts_at else math.inf
    old = max(0.0, (now - signals.published_at).total_seconds() / DAY)
    urgent = _falling(max(0.0, ahead), weights.half_days_ahead) if signals.places_left > 0 and ahead > 0 else 0.0
    return (
        Part("text", min(1.0, max(0.0, signals.text)), weights.text),
        Part("distance", 0.0 if signals.km is None else _falling(signals.km, weights.half_km), weights.distance),
        Part("urgency", urgent, weights.urgency),
        Part("freshness", _falling(old, weights.half_days_old), weights.freshness),
        Part("responsiveness", min(1.0, max(0.0, signals.responsiveness)), weights.responsiveness),
    )


def rank(found: tuple[Part, ...]) -> float:
    """Return the sum of the parts' points."""
    return sum(part.points for part in found)


@cache
def ours() -> Weights:
    """Return the weights of our own data."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Weights(**{field.name: float(read[field.name]) for field in fields(Weights)})


def _falling(value: float, half: float) -> float:
    """Return 1 at nothing, one half at `half`, and less and less beyond."""
    return half / (half + value) if math.isfinite(value) else 0.0
