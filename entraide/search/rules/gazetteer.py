"""The names by which a question may mean a place: communes, départements, régions, and other parts of France.

Built once a process from the table of territories and kept in memory, since every letter typed looks into it. A place
is written there as a line of text and made when a question names it: as objects all places took almost four times the
memory.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from entraide.search.rules.sorted_lines import SortedLines
from entraide.search.rules.text import folded, tokens, written_words

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


class Place(msgspec.Struct, frozen=True, array_like=True):
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


_write = msgspec.json.Encoder().encode
_read_place = msgspec.json.Decoder(Place).decode


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places by the keys of their names, postcodes, and départements by their codes.

    Of a postcode, the key of each commune's name and its code; of large places, their names' keys by all that is one
    letter shorter.
    """

    names: SortedLines = field(default_factory=SortedLines)
    postcodes: SortedLines = field(default_factory=SortedLines)
    departements: Mapping[str, Place] = field(default_factory=dict)
    misspelt: SortedLines = field(default_factory=SortedLines)

    def named(self, key: str) -> tuple[Place, ...]:
        """Return the places of a name, given its key: those first that are meant first."""
        return tuple(sorted(map(_read_place, self.names.of(key)), key=_standing))

    def served_by(self, postcode: str) -> tuple[Place, ...]:
        """Return the communes of a postcode, the most populous first."""
        served = [line.split(" ") for line in self.postcodes.of(postcode)]
        found = [place for key, code in served for place in self.named(key) if place.code == code]
        return tuple(sorted(found, key=_standing))

    def alike(self, key: str) -> tuple[Place, ...]:
        """Return the largest places whose name differs from a key by one letter, or by two that changed places."""
        if len(key) < SHORTEST_MISSPELT:
            return ()
        near = dict.fromkeys(name for start in (key, *_shortened(key)) for name in self.misspelt.of(start))
        found = [place for name in near if _differ_by_one(name, key) for place in self.named(name)[:1]]
        return tuple(sorted(found, key=lambda place: -place.population))


def place_key(words: Iterable[str]) -> str:
    """Return the key of a name, given its words without accents: "st", "denis" give "saintdenis"."""
    return "".join(_SAINTS.get(word, word) for word in words)


def build(
    *, communes: Iterable[tuple[Place, Iterable[str]]], departements: Iterable[Place], regions: Iterable[Place]
) -> Gazetteer:
    """Return the gazetteer of communes with their postcodes, of départements and of régions."""
    by_code = {place.code: place for place in departements}
    names: list[tuple[str, str]] = []
    postcodes: list[tuple[str, str]] = []
    large: set[str] = set()
    for place, served in chain(communes, ((place, ()) for place in (*by_code.values(), *regions, *_areas()))):
        key = _key(place.name)
        names.append((key, _write(place).decode()))
        postcodes += [(postcode, f"{key} {place.code}") for postcode in served]
        if place.kind is not PlaceKind.COMMUNE or place.population >= MISSPELT_FROM:
            large.add(key)
    return Gazetteer(
        names=SortedLines(names),
        postcodes=SortedLines(postcodes),
        departements=by_code,
        misspelt=SortedLines(_misspelt(large)),
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
    # Each name is read once: to keep how its words are folded would take as much as the places.
    return place_key(map(folded, written_words(name)))


def _standing(place: Place) -> tuple[bool, int]:
    """Order places of one name: communes that many know, then départements and régions, then other communes."""
    return place.kind is PlaceKind.COMMUNE and place.population < MISSPELT_FROM, -place.population


def _misspelt(large: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what is typed for the keys of large places when a letter is left out, each with its key."""
    for key in large:
        if len(key) >= SHORTEST_MISSPELT and key not in ordinary():
            for start in dict.fromkeys((key, *_shortened(key))):
                yield start, key


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
