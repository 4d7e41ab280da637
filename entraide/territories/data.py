"""The committed table of territories: one zip of CSV files, written by `bin/build territories` and read by the load.

Django-free, so that the maker needs no settings.
"""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from entraide.territories.rules import PointQuality

FILE = Path(__file__).with_name("dataset") / "territories.zip"

# A fixed time of change: the file depends on its content alone.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LISTED = "|"

Fields = tuple[str | int | float | None, ...]


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A région as it is stored."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DepartementRow:
    """A département as it is stored."""

    code: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class EpciRow:
    """A group of communes as it is stored."""

    siren: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A commune as it is stored. `epci` is empty when it belongs to none; both coordinates are set or neither is."""

    code: str
    name: str
    departement: str
    epci: str
    population: int
    latitude: float | None
    longitude: float | None
    point_quality: PointQuality
    postcodes: tuple[str, ...]
    other_codes: tuple[str, ...]
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that the table holds, each list in the order of its codes."""

    regions: list[RegionRow]
    departements: list[DepartementRow]
    epcis: list[EpciRow]
    communes: list[CommuneRow]


def write(*, file: Path, edition: Edition) -> None:
    """Write the table; the same edition gives the same bytes on machines with the same zlib."""
    tables: dict[str, Iterable[Fields]] = {
        "regions.csv": [(row.code, row.name) for row in edition.regions],
        "departements.csv": [(row.code, row.name, row.region) for row in edition.departements],
        "epcis.csv": [(row.siren, row.name, row.kind) for row in edition.epcis],
        "communes.csv": [_commune_fields(row) for row in edition.communes],
    }
    with zipfile.ZipFile(file, "w") as opened:
        for name, rows in tables.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            opened.writestr(entry, _csv(rows), compresslevel=9)


def read(*, file: Path) -> Edition:
    """Read the table. Raises ValueError, KeyError or zipfile.BadZipFile when the file is not one."""
    with zipfile.ZipFile(file) as opened:

        def rows(name: str) -> list[list[str]]:
            return list(csv.reader(io.StringIO(opened.read(name).decode())))

        return Edition(
            regions=[RegionRow(*row) for row in rows("regions.csv")],
            departements=[DepartementRow(*row) for row in rows("departements.csv")],
            epcis=[EpciRow(*row) for row in rows("epcis.csv")],
            communes=[_commune(row) for row in rows("communes.csv")],
        )


def _commune_fields(row: CommuneRow) -> Fields:
    return (
        row.code, row.name, row.departement, row.epci, row.population, row.latitude, row.longitude, row.point_quality,
        _LISTED.join(row.postcodes), _LISTED.join(row.other_codes), _LISTED.join(row.other_names),
    )  # fmt: skip


def _commune(fields: list[str]) -> CommuneRow:
    code, name, departement, epci, population, latitude, longitude, quality, postcodes, codes, names = fields
    return CommuneRow(
        code=code,
        name=name,
        departement=departement,
        epci=epci,
        population=int(population),
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
        point_quality=PointQuality(quality),
        postcodes=_list(postcodes),
        other_codes=_list(codes),
        other_names=_list(names),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(_LISTED)) if text else ()


def _csv(rows: Iterable[Fields]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()
