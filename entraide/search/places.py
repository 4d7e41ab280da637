"""The gazetteer of the table of territories, read once by each process that searches."""

import gc
import threading
from collections import defaultdict

from entraide.search.rules.gazetteer import Gazetteer, Place, PlaceKind, build
from entraide.territories import api as territories

_lock = threading.Lock()
_known: list[Gazetteer] = []


def gazetteer() -> Gazetteer:
    """Return the places of the table, as this process read it first: a new edition is for new processes."""
    with _lock:
        if not _known:
            read = read_gazetteer()
            if not read.departements:
                # The table is not loaded yet: the next question looks again.
                return read
            _known.append(read)
            # A hundred thousand objects that live as long as the process: the collector need not look at them again.
            gc.freeze()
        return _known[0]


def forget() -> None:
    """Have the next question read the table again."""
    with _lock:
        _known.clear()


def read_gazetteer() -> Gazetteer:
    """Read every place from the database. Three queries."""
    departements = territories.departements()
    by_region: dict[str, list[str]] = defaultdict(list)
    for departement in departements:
        by_region[departement.region_id].append(departement.code)
    return build(
        communes=_communes(),
        departements=[Place(PlaceKind.DEPARTEMENT, each.code, each.name, (each.code,)) for each in departements],
        regions=[
            Place(PlaceKind.REGION, each.code, each.name, tuple(by_region[each.code]))
            for each in territories.regions()
            # Overseas a région and its département are one.
            if len(by_region[each.code]) > 1
        ],
    )


def _communes() -> list[tuple[Place, list[str]]]:
    """Return the communes that have a point, with their postcodes."""
    rows = (
        territories.Commune.objects.current()
        .exclude(latitude=None)
        .values_list("code", "name", "departement_id", "latitude", "longitude", "population", "postcodes__postcode")
    )
    places: dict[str, Place] = {}
    postcodes: dict[str, list[str]] = defaultdict(list)
    for code, name, departement, latitude, longitude, population, postcode in rows.iterator(chunk_size=5_000):
        if code not in places:
            places[code] = Place(
                PlaceKind.COMMUNE, code, name, (departement,), latitude or 0.0, longitude or 0.0, population
            )
        if postcode:
            postcodes[code].append(postcode)
    return [(place, postcodes[code]) for code, place in places.items()]
