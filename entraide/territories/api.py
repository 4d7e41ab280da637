"""What other apps may use of territories."""

from collections.abc import Iterable

from entraide.territories import queries
from entraide.territories.distances import CircleSql, circle_sql, distance_km, within_km
from entraide.territories.models import Commune, Departement, Region
from entraide.territories.queries import Resolution

__all__ = [
    "CircleSql",
    "Commune",
    "Resolution",
    "circle_sql",
    "commune",
    "communes_in_box",
    "communes_of_postcode",
    "communes_of_postcodes",
    "departement_label",
    "departements",
    "distance_km",
    "find_communes",
    "first_postcode",
    "regions",
    "resolve_commune",
    "within_km",
]


def find_communes(*, text: str, limit: int = queries.SUGGESTIONS) -> list[Commune]:
    """Return the communes that a typed name or postcode may mean, best first, with their département loaded."""
    return [suggestion.commune for suggestion in queries.suggestions(text=text, limit=limit)]


def resolve_commune(*, text: str) -> Resolution:
    """Return the one commune that a submitted text names, or the candidates to choose from."""
    return queries.resolve(text=text)


def commune(code: str) -> Commune | None:
    """Return the commune of an INSEE code, also of one merged since or of a municipal arrondissement."""
    return queries.commune_of_code(code)


def communes_of_postcode(postcode: str) -> list[Commune]:
    """Return the communes that a postcode serves, most populous first; none for a postcode that does not exist."""
    return queries.communes_of_postcode(postcode)


def communes_of_postcodes(postcodes: Iterable[str]) -> dict[str, list[Commune]]:
    """Return the communes that each of these postcodes serves, most populous first; those that serve none left out."""
    return queries.communes_of_postcodes(postcodes)


def first_postcode(commune: Commune) -> str:
    """Return the first of a commune's postcodes, nothing for the few that have none."""
    return commune.postcodes.order_by("postcode").values_list("postcode", flat=True).first() or ""


def departements() -> list[Departement]:
    """Return every département and overseas collectivity in the order of their codes."""
    return list(Departement.objects.order_by("code"))


def regions() -> list[Region]:
    """Return every région and overseas collectivity by name."""
    return list(Region.objects.order_by("name"))


def departement_label(code: str) -> str:
    """Return "Bas-Rhin (67)", or the code alone when no département has it."""
    found = Departement.objects.filter(code=code).first()
    return str(found) if found else code


def communes_in_box(*, south: float, north: float, west: float, east: float) -> list[Commune]:
    """Return the present communes whose point lies between these parallels and meridians, in degrees."""
    rows = Commune.objects.current().filter(latitude__range=(south, north), longitude__range=(west, east))
    return list(rows.only("code", "departement_id", "latitude", "longitude"))
