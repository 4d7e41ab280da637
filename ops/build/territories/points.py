"""Gives each commune a point: that of the GeoNames place that is the commune, else a middle of its neighbours.

Names repeat, so a place of the right name counts only where the commune's group (EPCI) has its other communes. Pure:
takes the sources' values and returns points.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from entraide.territories.rules import Point, PointQuality, haversine_km, median_point, nearest_within, search_key
from ops.build.territories.sources import REGION_OF_COUNTRY, Commune, Place

EPCI_REACH_KM = 40
# Used where too few communes of the EPCI are known: the middle of a département says less.
DEPARTEMENT_REACH_KM = 80
# From three on, a median is not moved by one homonym among them.
ENOUGH = 3
# Two rounds: the second judges by middles that the first has freed of homonyms.
ROUNDS = 2
SMALLEST_TOWN = 2000
OVERSEAS = frozenset(REGION_OF_COUNTRY.values())


@dataclass(frozen=True, slots=True)
class Located:
    """A commune's point and where it comes from; no point when nothing is known."""

    point: Point | None
    quality: PointQuality


@dataclass(frozen=True, slots=True)
class Candidates:
    """The places that may be a commune. `trust` is lower for the surer kind of name."""

    places: Mapping[int, Place]
    trust: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places by région and key of their name, or of their other names."""

    by_name: Mapping[tuple[str, str], Mapping[int, Place]]
    by_other_name: Mapping[tuple[str, str], Mapping[int, Place]]

    def candidates(self, commune: Commune) -> Candidates:
        """Return the places with the commune's name, else its seat's, else those that also go by its name.

        Other names are loose, so they count only between places and communes of like population.
        """
        for trust, name in enumerate((commune.name, commune.seat_name)):
            found = self.by_name.get((commune.region, search_key(name))) if name else None
            if found:
                return Candidates(found, trust)
        others = self.by_other_name.get((commune.region, search_key(commune.name)), {})
        return Candidates({key: place for key, place in others.items() if _alike(place, commune, times=1.5)}, 2)


class Neighbours:
    """Which communes stand beside which: same EPCI, same EPCI and postcode, same département."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        self.of_epci: dict[str, set[str]] = defaultdict(set)
        self.of_departement: dict[str, set[str]] = defaultdict(set)
        self.of_postcode: dict[str, set[str]] = defaultdict(set)
        for commune in communes:
            if commune.epci:
                self.of_epci[commune.epci].add(commune.code)
            self.of_departement[commune.departement].add(commune.code)
            for postcode in commune.postcodes:
                self.of_postcode[postcode].add(commune.code)

    def in_epci(self, commune: Commune) -> set[str]:
        """Return the other communes of its EPCI."""
        return self.of_epci.get(commune.epci, set()) - {commune.code}

    def on_postal_round(self, commune: Commune) -> set[str]:
        """Return the other communes of its EPCI that share one of its postcodes."""
        shared: set[str] = set().union(*(self.of_postcode[postcode] for postcode in commune.postcodes))
        return shared & self.in_epci(commune)


def gazetteer(places: Iterable[Place]) -> Gazetteer:
    """Index the places by their names."""
    by_name: dict[tuple[str, str], dict[int, Place]] = defaultdict(dict)
    by_other_name: dict[tuple[str, str], dict[int, Place]] = defaultdict(dict)
    for place in places:
        by_name[place.region, search_key(place.name)][place.id] = place
        for name in place.other_names:
            by_other_name[place.region, search_key(name)][place.id] = place
    return Gazetteer(by_name, by_other_name)


def locate(
    *, communes: Mapping[str, Commune], places: Iterable[Place], known: Mapping[str, Located]
) -> dict[str, Located]:
    """Return the point of every commune. `known` holds points that are set beforehand."""
    set_points = {code: located.point for code, located in known.items() if located.point}
    neighbours = Neighbours(communes.values())
    index = gazetteer(places)
    candidates = {code: index.candidates(commune) for code, commune in communes.items() if code not in known}
    exact = {code: _only(found).point for code, found in candidates.items() if len(found.places) == 1} | set_points
    for _ in range(ROUNDS):
        chosen = _choose(communes, candidates, neighbours, exact)
        exact = {code: place.point for code, place in chosen.items()} | set_points
    return {code: known.get(code) or _located(commune, neighbours, exact) for code, commune in communes.items()}


def _choose(
    communes: Mapping[str, Commune],
    candidates: Mapping[str, Candidates],
    neighbours: Neighbours,
    exact: Mapping[str, Point],
) -> dict[str, Place]:
    """Return the place of each commune that has one; a place that two communes claim goes to the better claim."""
    claims: dict[int, list[tuple[int, float, str]]] = defaultdict(list)
    for code, found in sorted(candidates.items()):
        centre, reach = _centre(communes[code], neighbours, exact)
        place = _pick(communes[code], found, centre, reach)
        if place:
            away = haversine_km(place.point, centre) if centre else 0.0
            claims[place.id].append((found.trust, away, code))
    winners = {identifier: min(claim)[2] for identifier, claim in claims.items()}
    return {code: candidates[code].places[identifier] for identifier, code in winners.items()}


def _pick(commune: Commune, found: Candidates, centre: Point | None, reach: float) -> Place | None:
    points = {key: place.point for key, place in found.places.items()}
    nearest = nearest_within(points, centre=centre, km=reach) if centre else None
    if nearest is not None:
        return found.places[nearest]
    if len(points) != 1:
        return None
    # A lone name far from the middle is a homonym, unless it has the town's size. Overseas, where the région is one
    # département, names do not repeat.
    place = _only(found)
    is_town = commune.population >= SMALLEST_TOWN and _alike(place, commune, times=1.33)
    return place if commune.region in OVERSEAS or is_town else None


def _centre(commune: Commune, neighbours: Neighbours, exact: Mapping[str, Point]) -> tuple[Point | None, float]:
    """Return the point around which a commune must lie, and how far from it at most."""
    of_epci = [exact[code] for code in neighbours.of_epci.get(commune.epci, ()) if code in exact]
    if len(of_epci) >= ENOUGH:
        return median_point(of_epci), EPCI_REACH_KM
    of_departement = [exact[code] for code in neighbours.of_departement[commune.departement] if code in exact]
    if len(of_departement) >= ENOUGH:
        return median_point(of_departement), DEPARTEMENT_REACH_KM
    return _middle(neighbours.in_epci(commune), exact), EPCI_REACH_KM


def _located(commune: Commune, neighbours: Neighbours, exact: Mapping[str, Point]) -> Located:
    """Return the exact point, else the middle of the EPCI, or of its communes on the same postal round.

    Measured on communes of known point, that round's middle is 4 km away at the median, the whole EPCI's is 8 km.
    """
    if commune.code in exact:
        return Located(exact[commune.code], PointQuality.EXACT)
    middle = _middle(neighbours.on_postal_round(commune), exact) or _middle(neighbours.in_epci(commune), exact)
    return Located(middle, PointQuality.EPCI) if middle else Located(None, PointQuality.NONE)


def _middle(codes: Collection[str], exact: Mapping[str, Point]) -> Point | None:
    return median_point(exact[code] for code in sorted(codes) if code in exact)


def _only(found: Candidates) -> Place:
    return next(iter(found.places.values()))


def _alike(place: Place, commune: Commune, *, times: float) -> bool:
    """Tell whether two populations differ by less than a factor."""
    smaller, larger = sorted((place.population, commune.population))
    return smaller > 0 and larger < smaller * times
