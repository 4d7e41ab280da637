"""The names by which a question may mean a place: communes, départements, régions, and other parts of France.

Built once a process from the table of territories and kept in memory, since every letter typed looks into it.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from entraide.search.rules.text import tokens

FILE = Path(__file__).parent.parent / "data" / "places.toml"
# Of larger places a letter may be wrong.
MISSPELT_FROM = 20_000
SHORTEST_MISSPELT = 6
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ARTICLES = frozenset({"le", "la", "les"})


class PlaceKind(StrEnum):
    """How large a place is. A région may also be a former one, or what people call some départements together."""

    COMMUNE = "commune"
    DEPARTEMENT = "departement"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a question may name.

    `code` is INSEE's (nothing for a region that has none), `departements` are those that it lies in or is made of. Only
    communes have a point, in degrees, and a population.
    """

    kind: PlaceKind
    code: str
    name: str
    departements: tuple[str, ...]
    latitude: float = 0.0
    longitude: float = 0.0
    population: int = 0

    @property
    def label(self) -> str:
        """Return the name by which pages call it: "Saint-Denis (93)"."""
        return self.name if self.kind is PlaceKind.REGION else f"{self.name} ({self.departements[0]})"


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places by the keys of their names, the most populous first; communes by their postcodes; départements by code."""

    names: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    postcodes: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    departements: Mapping[str, Place] = field(default_factory=dict)
    misspelt: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def alike(self, key: str) -> tuple[Place, ...]:
        """Return the largest places whose name differs from a key by one letter, or by two that changed places."""
        if len(key) < SHORTEST_MISSPELT:
            return ()
        near = dict.fromkeys(name for start in (key, *_shortened(key)) for name in self.misspelt.get(start, ()))
        found = [place for name in near if _differ_by_one(name, key) for place in self.names[name][:1]]
        return tuple(sorted(found, key=lambda place: -place.population))


def place_key(words: Iterable[str]) -> str:
    """Return the key of a name, given its words without accents: "st", "denis" give "saintdenis"."""
    return "".join(_SAINTS.get(word, word) for word in words)


def build(
    *, communes: Iterable[tuple[Place, Iterable[str]]], departements: Iterable[Place], regions: Iterable[Place]
) -> Gazetteer:
    """Return the gazetteer of communes with their postcodes, of départements and of régions."""
    names: dict[str, list[Place]] = defaultdict(list)
    postcodes: dict[str, list[Place]] = defaultdict(list)
    for place, served in communes:
        names[_key(place.name)].append(place)
        for postcode in served:
            postcodes[postcode].append(place)
    by_code = {place.code: place for place in departements}
    for place in (*by_code.values(), *regions, *_areas()):
        names[_key(place.name)].append(place)
    return Gazetteer(
        names={key: tuple(sorted(found, key=_standing)) for key, found in names.items()},
        postcodes={code: tuple(sorted(found, key=_standing)) for code, found in postcodes.items()},
        departements=by_code,
        misspelt=_misspelt(names),
    )


@cache
def ordinary() -> frozenset[str]:
    """Return the keys of names that are ordinary words too."""
    return frozenset(token.word for token in tokens(_read()["ordinary"]))


@cache
def leads() -> frozenset[tuple[str, ...]]:
    """Return what leads to a place, by words without accents."""
    found = [tuple(lead.split()) for lead in _read()["leads"]]
    # "Près d'Arles" has no "de" among its words.
    return frozenset(found + [lead[:-1] for lead in found if lead[-1] == "de"])


@cache
def near_me() -> frozenset[tuple[str, ...]]:
    """Return the ways of saying "where I am", by words without accents."""
    return frozenset(tuple(token.word for token in tokens(said)) for said in _read()["near_me"])


def is_single(name: str) -> bool:
    """Tell whether a name is one word, leaving its article aside."""
    words = [token.word for token in tokens(name)]
    return len(words) == 1 or (len(words) == 2 and words[0] in _ARTICLES)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _areas() -> list[Place]:
    return [
        Place(PlaceKind.REGION, code="", name=name, departements=tuple(codes))
        for name, codes in _read()["areas"].items()
    ]


def _key(name: str) -> str:
    return place_key(token.word for token in tokens(name))


def _standing(place: Place) -> tuple[bool, int]:
    """Order places of one name: communes that many know, then départements and régions, then other communes."""
    return place.kind is PlaceKind.COMMUNE and place.population < MISSPELT_FROM, -place.population


def _misspelt(names: Mapping[str, list[Place]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, places in names.items():
        if len(key) < SHORTEST_MISSPELT or key in ordinary():
            continue
        if any(place.kind is not PlaceKind.COMMUNE or place.population >= MISSPELT_FROM for place in places):
            for start in (key, *_shortened(key)):
                found[start].append(key)
    return {start: tuple(keys) for start, keys in found.items()}


def _shortened(key: str) -> Iterator[str]:
    """Yield a key without each of its letters in turn: two that are alike share one of these, or are one of them."""
    for at in range(len(key)):
        yield key[:at] + key[at + 1 :]


def _differ_by_one(one: str, other: str) -> bool:
    """Tell whether one letter was added, left out or exchanged, or two neighbours changed places."""
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    left, right = one[shared:], other[shared:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    )
