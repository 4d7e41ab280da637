"""What is searched: plain documents, which say nothing of the app that they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# What documents may be narrowed by, each of which may have several values.
FACETS = ("kind", "domain", "activity", "departement", "mode", "public", "organisation", "open_to", "admission")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its language, "fr" or "en"."""

    text: str
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    `titles` weigh most, then `labels` (what it is filed under) and `names` (of places, organisations), then `bodies`.
    `starts` are the instants between which one may choose, `places_left` how many may still come. `point` is latitude
    and longitude in degrees, none for what is done anywhere. `responsiveness` lies between 0 and 1. `shown` is what a
    line of results shows, kept as it is given: plain values that JSON holds.
    """

    key: str
    titles: tuple[Text, ...]
    published_at: datetime
    labels: tuple[Text, ...] = ()
    names: tuple[str, ...] = ()
    bodies: tuple[Text, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    point: tuple[float, float] | None = None
    starts: tuple[datetime, ...] = ()
    places_left: int = 0
    responsiveness: float = 0.5
    shown: Mapping[str, object] = field(default_factory=dict)
