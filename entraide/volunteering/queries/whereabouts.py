"""What a visitor means by a place: a commune and everything around it, a département, or a région."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from entraide.search import api as search
from entraide.territories import api as territories
from entraide.volunteering.queries.kept import Kept

# Places change with an edition of the official list, not between two requests.
_found: "Kept[Whereabouts | None]" = Kept(seconds=60, most=2_048)
_departements: Kept[Mapping[str, str]] = Kept(seconds=300, most=1)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place that was found. With a point it is a commune, else a département or several of them, such as a région.

    `others` are what else the same words may mean: labels, each of which finds its place.
    """

    label: str
    departements: tuple[str, ...]
    point: tuple[float, float] | None = None
    others: tuple[str, ...] = ()


def departement_names() -> Mapping[str, str]:
    """Return the names of the départements by their codes; at most five minutes old."""
    return _departements.get("", lambda: {row.code: row.name for row in territories.departements()})


def departement_of(code: str) -> Whereabouts | None:
    """Return a département by its code, None when there is none."""
    name = departement_names().get(code)
    return Whereabouts(f"{name} ({code})", (code,)) if name else None


def whereabouts(text: str) -> Whereabouts | None:
    """Return the place that a text names, its most populous meaning first; None when nothing is called so.

    At most a minute old: thousands look around the same town.
    """
    return _found.get(text.casefold(), lambda: _find(text))


def whereabouts_of(place: search.Place, homonyms: tuple[search.Place, ...] = ()) -> Whereabouts:
    """Return a place of the search's gazetteer as the list takes it."""
    point = (place.latitude, place.longitude) if place.kind is search.PlaceKind.COMMUNE else None
    others = tuple(other.label for other in homonyms)
    return Whereabouts(label=place.label, departements=place.departements, point=point, others=others)


def _around(commune: territories.Commune, others: tuple[str, ...] = ()) -> Whereabouts:
    point = (commune.latitude, commune.longitude)
    return Whereabouts(
        label=commune.label,
        departements=(commune.departement_id,),
        # A commune whose point is not known is searched by its département.
        point=None if point[0] is None or point[1] is None else (point[0], point[1]),
        others=others,
    )


def _find(text: str) -> Whereabouts | None:
    named = departement_of(text.upper()) or _departement_called(text)
    if named and named.departements == (text.upper(),):
        return named
    resolution = territories.resolve_commune(text=text)
    candidates = (resolution.commune,) if resolution.commune else resolution.candidates
    labels = tuple(commune.label for commune in candidates[:6])
    read = _read(text)
    if read and len(read.departements) > 1:
        # Few mean the village that is called like a région.
        return replace(read, others=labels)
    if not candidates:
        return named or read
    return _around(candidates[0], (*labels[1:], *(named.departements if named else ())))


def _read(text: str) -> Whereabouts | None:
    """Return the place that a text is about and nothing else, as the search reads it: "PACA", "Strasbourg, Alsace"."""
    read = search.understand(text=text, language="fr")
    return whereabouts_of(read.place, read.homonyms) if read.place and not read.rest.strip(" ,;.-") else None


def _departement_called(text: str) -> Whereabouts | None:
    wanted = _plain(text)
    return next((departement_of(code) for code, name in departement_names().items() if _plain(name) == wanted), None)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().replace("-", " ").replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
