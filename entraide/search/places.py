"""The gazetteer of the table of territories, read once by each process that searches."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

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


def _communes() -> Iterator[tuple[Place, list[str]]]:
    """Yield the communes that have a point, each with its postcodes."""
    rows = (
        territories.Commune.objects.current()
        .exclude(latitude=None)
        .order_by("code")
        .values_list("code", "name", "departement_id", "latitude", "longitude", "population", "postcodes__postcode")
    )
    for (code, name, departement, latitude, longitude, population), same in groupby(
        rows.iterator(chunk_size=5_000), key=itemgetter(slice(6))
    ):
        place = Place(PlaceKind.COMMUNE, code, name, (departement,), latitude or 0.0, longitude or 0.0, population)
        yield place, [postcode for *_, postcode in same if postcode]
