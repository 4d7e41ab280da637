"""In which départements an alert holds: by codes, by the communes within its polygons and circles, or by name."""

import re
from collections.abc import Iterator, Sequence

from entraide.exchange.rules.alerts import Area, contains, within
from entraide.territories import api as territories

# What senders call codes of départements and communes.
_CODES = {"insee", "departement", "département", "iso3166-2", "iso 3166-2", "fr-insee", "code_insee", "cog"}
_KM_A_DEGREE = 111.0


def departements_of(areas: Sequence[Area]) -> tuple[list[str], bool]:
    """Return the codes of départements that areas touch, and whether anything of them was understood.

    Nothing found in what was understood means that the areas lie elsewhere.
    """
    known = {row.code: row.name.lower() for row in territories.departements()}
    found: set[str] = set()
    is_understood = False
    for area in areas:
        codes = [
            code for name, value in area.geocodes if name.strip().lower() in _CODES for code in _codes(value, known)
        ]
        points = list(_points(area))
        names = [code for code, name in known.items() if name == area.description.strip().lower()]
        is_understood |= bool(codes or names or area.polygons or area.circles)
        found.update(codes or points or names)
    return sorted(found), is_understood


def _codes(value: str, known: dict[str, str]) -> Iterator[str]:
    for text in re.split(r"[\s,;]+", value.upper().removeprefix("FR-")):
        if text in known:
            yield text
        elif len(text) == 5 and (commune := territories.commune(text)):
            yield commune.departement_id


def _points(area: Area) -> Iterator[str]:
    for polygon in area.polygons:
        latitudes, longitudes = zip(*polygon, strict=True)
        box = territories.communes_in_box(
            south=min(latitudes), north=max(latitudes), west=min(longitudes), east=max(longitudes)
        )
        for commune in box:
            if contains(polygon, (commune.latitude or 0.0, commune.longitude or 0.0)):
                yield commune.departement_id
    for circle in area.circles:
        reach = circle.km / _KM_A_DEGREE
        # A degree of longitude is at least half as wide as one of latitude wherever there are communes of ours.
        box = territories.communes_in_box(
            south=circle.latitude - reach, north=circle.latitude + reach,
            west=circle.longitude - 2 * reach, east=circle.longitude + 2 * reach,
        )  # fmt: skip
        for commune in box:
            point = (commune.latitude or 0.0, commune.longitude or 0.0)
            if within(circle, point):
                yield commune.departement_id
