"""Reads the judged queries, splits them in two halves, and grades missions by what they are."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bench.search_missions.drawing import Made, Place, places
from bench.search_missions.needs import needs
from entraide.territories.rules import haversine_km

HERE = Path(__file__).parent
# How far from the place that a query names a mission keeps its grade, loses 1, loses 2; beyond it is worth nothing.
KEEPS_KM, LOSES_ONE_KM, LOSES_TWO_KM = 5.0, 25.0, 60.0


class Half(StrEnum):
    """What a query is for: to tune engines on, or to report them by."""

    TUNE = "tune"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Query:
    """A text that somebody types, and what is worth 3, 2 and 1 to them: alternatives, each of terms that all hold."""

    text: str
    kind: str
    best: tuple[frozenset[str], ...]
    good: tuple[frozenset[str], ...] = ()
    fair: tuple[frozenset[str], ...] = ()
    commune: str = ""
    departement: str = ""
    region: str = ""
    moment: str = ""

    @property
    def language(self) -> str:
        """Return the language of the pages on which it is typed."""
        return "en" if self.kind == "english" or self.text.startswith(("volunteering", "homeless ")) else "fr"

    def grade(self, mission: Made) -> int:
        """Return what a mission is worth, from 0 to 3, by the criteria of README.md."""
        grade = self.worth(mission.need.terms)
        if grade and (self.commune or self.departement or self.region):
            grade -= self._loss(mission)
        if grade and self.moment and mission.moment != self.moment:
            grade -= 1
        return max(0, grade)

    def worth(self, terms: frozenset[str]) -> int:
        """Return the grade of what has some terms, wherever and whenever it is done."""
        for grade, alternatives in ((3, self.best), (2, self.good), (1, self.fair)):
            if any(wanted <= terms for wanted in alternatives):
                return grade
        return 0

    def _loss(self, mission: Made) -> int:
        if mission.is_anywhere:
            return 1
        if self.departement or self.region:
            inside = self.departement == mission.place.departement or self.region == mission.place.region
            return 0 if inside else 3
        centre = _by_code()[self.commune]
        if mission.place.code == centre.code:
            return 0
        there = (mission.place.latitude, mission.place.longitude)
        km = haversine_km((centre.latitude, centre.longitude), there)
        return sum(km > limit for limit in (KEEPS_KM, LOSES_ONE_KM, LOSES_TWO_KM))


@cache
def queries() -> tuple[Query, ...]:
    """Return every judged query. Raises ValueError for a term that no mission can have."""
    files = sorted(HERE.glob("queries_*.toml"))
    found = tuple(_query(each) for file in files for each in tomllib.loads(file.read_text(encoding="utf-8"))["query"])
    known = frozenset().union(*(need.terms for need in needs()))
    for query in found:
        for wanted in (*query.best, *query.good, *query.fair):
            if not wanted <= known:
                raise ValueError(f"{query.text}: no mission is {', '.join(sorted(wanted - known))}")
    return found


def half(wanted: Half) -> list[Query]:
    """Return the queries of a half: within each kind, every other one by the digest of its text."""
    kinds: dict[str, list[Query]] = defaultdict(list)
    for query in queries():
        kinds[query.kind].append(query)
    first = 0 if wanted is Half.TUNE else 1
    return [query for each in kinds.values() for query in sorted(each, key=_digest)[first::2]]


def grades(query: Query, missions: Iterable[Made]) -> dict[str, int]:
    """Return the grade of each mission that has one above 0, by its key."""
    worth = {need.id: query.worth(need.terms) for need in needs()}
    found = ((mission.key, query.grade(mission)) for mission in missions if worth[mission.need.id])
    return {key: grade for key, grade in found if grade}


def _digest(query: Query) -> bytes:
    return blake2b(query.text.encode()).digest()


def _query(read: dict[str, Any]) -> Query:
    for name in ("best", "good", "fair"):
        read[name] = tuple(frozenset(each.split("+")) for each in read.get(name, ()))
    return Query(**read)


@cache
def _by_code() -> dict[str, Place]:
    return {place.code: place for place in places()}
