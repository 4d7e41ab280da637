"""What is asked of the index, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from entraide.search.rules.gazetteer import Place, PlaceKind
from entraide.search.rules.question import Question
from entraide.search.rules.ranking import Values

# Beyond this, nobody looks; a search that finds more is narrowed, not leafed through.
REACHABLE = 1_000
# What is near a commune that a question names.
NEAR_KM = 60.0


class Order(StrEnum):
    """In which order results come."""

    BEST = "best"
    NEAREST = "near"
    SOONEST = "soon"
    NEWEST = "new"


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within `km` of a point in degrees."""

    latitude: float
    longitude: float
    km: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search. A document passes when it has one of the values chosen of every facet that has chosen ones.

    `place` is what the question names: what is near a commune passes, or what lies in a département or région; if the
    question has words and the best come first, so does what fits them and is done from home. `circle` is a bound that
    was chosen. `window` are two instants between which a slot begins. Without a question, BEST is what is nearest to a
    commune, else SOONEST.
    """

    question: Question = field(default_factory=Question)
    facets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    circle: Circle | None = None
    place: Place | None = None
    window: tuple[datetime, datetime] | None = None
    least_places: int = 0
    order: Order = Order.BEST
    first: int = 0
    most: int = 20

    @property
    def is_narrowed(self) -> bool:
        """Tell whether more is chosen than a question and where."""
        return bool(self.facets or self.window or self.least_places)

    def unnarrowed(self) -> "Wanted":
        """Return the search of the question and where alone."""
        return replace(self, facets={}, window=None, least_places=0)

    @property
    def centre(self) -> Circle | None:
        """Return the circle from whose middle distances are counted: the one chosen, else round the commune named."""
        if self.circle or not self.place or self.place.kind is not PlaceKind.COMMUNE:
            return self.circle
        return Circle(self.place.latitude, self.place.longitude, NEAR_KM)


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: its document's key and what a line shows, its distance, and what its rank is made of."""

    key: str
    shown: Mapping[str, object]
    km: float | None
    values: Values = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The results from `Wanted.first` on, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many results each value of a facet would leave, and how many begin in each window that was asked for."""

    facets: Mapping[str, Mapping[str, int]]
    windows: tuple[int, ...]
