"""Makes entraide/territories/dataset/territories.zip: every current commune of France, its postcodes, groups and point.

    python -m ops.build.territories            make it and print what the join gave
    python -m ops.build.territories --check    fail when the file is not what would be made

It needs npm and the packages of requirements/build.lock, and is run when a new edition of the official list is out.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from entraide.territories import data
from entraide.territories.rules import PointQuality, search_key
from ops.build.territories.points import Located, locate
from ops.build.territories.sources import (
    Commune,
    Official,
    Place,
    SourceError,
    fetch_official,
    read_official,
    read_places,
)

KNOWN_POINTS = Path(__file__).with_name("known_points.csv")
DOWNLOADS = Path(__file__).resolve().parents[3] / "var" / "build"


def read_known_points(*, communes: Mapping[str, Commune], places: Iterable[Place]) -> dict[str, Located]:
    """Return the points that are known beforehand: written in the list, or those of the place it names.

    The list holds islands and towns whose name on the map is another than the commune's. Where neither source has a
    place for one, its point is written there by hand to a hundredth of a degree: it has no published source.
    """
    by_name: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        by_name.setdefault((place.region, search_key(place.name)), []).append(place)
    points: dict[str, Located] = {}
    with KNOWN_POINTS.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            commune = communes.get(row["code"])
            if commune is None or commune.name != row["name"]:
                raise SourceError(f"{KNOWN_POINTS.name}: {row['code']} {row['name']} is not a current commune")
            if row["place"]:
                named = by_name.get((commune.region, search_key(row["place"])), [])
                if len(named) != 1:
                    raise SourceError(f"{KNOWN_POINTS.name}: {len(named)} places are called {row['place']}")
                points[commune.code] = Located(named[0].point, PointQuality.EXACT)
            else:
                written = (float(row["latitude"]), float(row["longitude"]))
                points[commune.code] = Located(written, PointQuality.APPROXIMATE)
    return points


def edition(official: Official, located: Mapping[str, Located]) -> data.Edition:
    """Return the rows that are stored, in the order of their codes, so that the same sources give the same file."""
    return data.Edition(
        regions=[data.RegionRow(*row) for row in official.regions],
        departements=[data.DepartementRow(*row) for row in official.departements],
        epcis=[data.EpciRow(*row) for row in official.epcis],
        communes=[_row(official.communes[code], located[code]) for code in sorted(official.communes)],
    )


def _row(commune: Commune, located: Located) -> data.CommuneRow:
    # Four decimals are eleven metres, finer than what any of the points means.
    latitude, longitude = (round(degrees, 4) for degrees in located.point) if located.point else (None, None)
    return data.CommuneRow(
        code=commune.code,
        name=commune.name,
        departement=commune.departement,
        epci=commune.epci,
        population=commune.population,
        latitude=latitude,
        longitude=longitude,
        point_quality=located.quality,
        postcodes=commune.postcodes,
        other_codes=tuple(sorted(commune.other_codes)),
        other_names=tuple(sorted(commune.other_names)),
    )


def report(made: data.Edition) -> str:
    """Return the measure of the join, one line for each quality of point."""
    total = sum(commune.population for commune in made.communes)
    lines = []
    for quality in PointQuality:
        chosen = [commune for commune in made.communes if commune.point_quality == quality]
        share = sum(commune.population for commune in chosen) / total
        lines.append(f"{quality:>11}: {len(chosen):6} communes, {share:7.2%} of the population\n")
    return "".join(lines)


def make() -> data.Edition:
    """Fetch the sources and return the edition made from them."""
    official = read_official(archive=fetch_official(folder=DOWNLOADS))
    places = list(read_places())
    known = read_known_points(communes=official.communes, places=places)
    return edition(official, locate(communes=official.communes, places=places, known=known))


def main() -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the table of communes from its published sources.")
    parser.add_argument("--check", action="store_true", help="fail when the committed file is not what would be made")
    options = parser.parse_args()
    try:
        made = make()
    except SourceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(report(made))
    if options.check:
        stale = made != data.read(file=data.FILE)
        sys.stderr.write("territories.zip is stale: run bin/build territories\n" if stale else "")
        return int(stale)
    data.write(file=data.FILE, edition=made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
