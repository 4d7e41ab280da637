"""What a visitor means by a place: a commune and everything around it, or a département."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from entraide.search import api as search
from entraide.territories import api as territories
from entraide.volunteering.queries.kept import Kept

# Places change with an edition of the official list, not between two requests.
_found: "Kept[Whereabouts | None]" = Kept(seconds=60, most=2_048)
_departements: Kept[Mapping[str, str]] = Kept(seconds=300, most=1)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place that was found. With a point it is a commune, else a département by its code.

    `others` are what else the same words may mean: labels, each of which finds its place.
    """

    label: str
    departement: str
    point: tuple[float, float] | None = None
    others: tuple[str, ...] = ()


def departement_names() -> Mapping[str, str]:
    """Return the names of the départements by their codes; at most five minutes old."""
    return _departements.get("", lambda: {row.code: row.name for row in territories.departements()})


def departement_of(code: str) -> Whereabouts | None:
    """Return a département by its code, None when there is none."""
    name = departement_names().get(code)
    return Whereabouts(f"{name} ({code})", code) if name else None


def whereabouts(text: str) -> Whereabouts | None:
    """Return the place that a text names, its most populous meaning first; None when nothing is called so.

    At most a minute old: thousands look around the same town.
    """
    return _found.get(text.casefold(), lambda: _find(text))


def whereabouts_of(place: search.Place, homonyms: tuple[search.Place, ...] = ()) -> Whereabouts | None:
    """Return a commune or a département of the search's gazetteer; None for a région, by which no list is narrowed."""
    if place.kind is search.PlaceKind.REGION:
        return None
    point = (place.latitude, place.longitude) if place.kind is search.PlaceKind.COMMUNE else None
    others = tuple(other.label for other in homonyms)
    return Whereabouts(label=place.label, departement=place.departements[0], point=point, others=others)


def _around(commune: territories.Commune, others: tuple[str, ...] = ()) -> Whereabouts:
    point = (commune.latitude, commune.longitude)
    return Whereabouts(
        label=commune.label,
        departement=commune.departement_id,
        # A commune whose point is not known is searched by its département.
        point=None if point[0] is None or point[1] is None else (point[0], point[1]),
        others=others,
    )


def _find(text: str) -> Whereabouts | None:
    named = departement_of(text.upper()) or _departement_called(text)
    if named and named.departement == text.upper():
        return named
    resolution = territories.resolve_commune(text=text)
    candidates = (resolution.commune,) if resolution.commune else resolution.candidates
    if not candidates:
        return named
    commune, *rest = candidates
    others = tuple(other.label for other in rest[:5])
    if named:
        others = (*others, named.departement)
    return _around(commune, others)


def _departement_called(text: str) -> Whereabouts | None:
    wanted = _plain(text)
    return next((departement_of(code) for code, name in departement_names().items() if _plain(name) == wanted), None)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().replace("-", " ").replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
