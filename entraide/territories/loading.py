"""Brings the database's territories in step with the committed table: one transaction, COPY, then upserts."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from entraide.territories import data, rules
from entraide.territories.models import LoadedEdition
from entraide.territories.rules import Start

# Any number will do, as long as nothing else locks under it: two nodes that start together load one after the other.
LOCK = 0x7E44170

SCHEMA = """
CREATE TEMP TABLE incoming_region (code text, name text);
CREATE TEMP TABLE incoming_departement (code text, name text, region text);
CREATE TEMP TABLE incoming_epci (siren text, name text, kind text);
CREATE TEMP TABLE incoming_commune (
    code text, name text, search_key text, departement text, epci text, population int,
    latitude float8, longitude float8, point_quality text
);
CREATE TEMP TABLE incoming_postcode (postcode text, commune text);
CREATE TEMP TABLE incoming_former_code (code text, commune text);
"""

UPSERT = """
INSERT INTO territories_region AS kept (code, name) SELECT code, name FROM incoming_region
ON CONFLICT (code) DO UPDATE SET name = excluded.name WHERE kept.name <> excluded.name;

INSERT INTO territories_departement AS kept (code, name, region_id) SELECT code, name, region FROM incoming_departement
ON CONFLICT (code) DO UPDATE SET name = excluded.name, region_id = excluded.region_id
WHERE (kept.name, kept.region_id) <> (excluded.name, excluded.region_id);

INSERT INTO territories_epci AS kept (siren, name, kind) SELECT siren, name, kind FROM incoming_epci
ON CONFLICT (siren) DO UPDATE SET name = excluded.name, kind = excluded.kind
WHERE (kept.name, kept.kind) <> (excluded.name, excluded.kind);

INSERT INTO territories_commune AS kept (
    code, name, search_key, departement_id, epci_id, population, latitude, longitude, point_quality, is_current
)
SELECT code, name, search_key, departement, epci, population, latitude, longitude, point_quality, true
FROM incoming_commune
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, search_key = excluded.search_key, departement_id = excluded.departement_id,
    epci_id = excluded.epci_id, population = excluded.population, latitude = excluded.latitude,
    longitude = excluded.longitude, point_quality = excluded.point_quality, is_current = true
WHERE (
    kept.name, kept.search_key, kept.departement_id, kept.epci_id, kept.population, kept.latitude, kept.longitude,
    kept.point_quality, kept.is_current
) IS DISTINCT FROM (
    excluded.name, excluded.search_key, excluded.departement_id, excluded.epci_id, excluded.population,
    excluded.latitude, excluded.longitude, excluded.point_quality, true
);

-- A commune that was merged away stays, since rows of other apps point to it, but nobody is offered it any more.
UPDATE territories_commune SET is_current = false
WHERE is_current AND NOT EXISTS (SELECT FROM incoming_commune WHERE incoming_commune.code = territories_commune.code);

DELETE FROM territories_postcode WHERE NOT EXISTS (
    SELECT FROM incoming_postcode WHERE incoming_postcode.postcode = territories_postcode.postcode
    AND incoming_postcode.commune = territories_postcode.commune_id
);
INSERT INTO territories_postcode (postcode, commune_id) SELECT postcode, commune FROM incoming_postcode
ON CONFLICT (postcode, commune_id) DO NOTHING;

DELETE FROM territories_formercode WHERE NOT EXISTS (
    SELECT FROM incoming_former_code WHERE incoming_former_code.code = territories_formercode.code
);
INSERT INTO territories_formercode AS kept (code, commune_id) SELECT code, commune FROM incoming_former_code
ON CONFLICT (code) DO UPDATE SET commune_id = excluded.commune_id WHERE kept.commune_id <> excluded.commune_id;

DELETE FROM territories_namestart;

DROP TABLE incoming_region, incoming_departement, incoming_epci, incoming_commune, incoming_postcode,
    incoming_former_code;
"""

TABLES = ("region", "departement", "epci", "commune", "postcode", "formercode", "namestart")
Values = tuple[object, ...]


def checksum(*, file: Path) -> str:
    """Return what identifies an edition as it would be loaded: the file, and the rules that make keys of its names."""
    return hashlib.sha256(file.read_bytes() + b"%d" % rules.KEYS_EDITION).hexdigest()


def load(*, now: datetime, file: Path = data.FILE) -> bool:
    """Load the committed table; return False when the database already holds it.

    Readers see the old edition until the new one is complete.
    """
    wanted = checksum(file=file)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if LoadedEdition.objects.filter(checksum=wanted).exists():
            return False
        edition = data.read(file=file)
        cursor.execute(SCHEMA)
        for table, rows in _incoming(edition).items():
            _copy(cursor, table, rows)
        cursor.execute(UPSERT)
        _copy(cursor, "territories_namestart (key, kind, population, commune_id, known_as)", _name_starts(edition))
        for table in TABLES:
            cursor.execute(f"ANALYZE territories_{table}")
        LoadedEdition.objects.update_or_create(only=True, defaults={"checksum": wanted, "loaded_at": now})
    return True


def _incoming(edition: data.Edition) -> dict[str, Iterable[Values]]:
    communes = edition.communes
    return {
        "incoming_region": ((row.code, row.name) for row in edition.regions),
        "incoming_departement": ((row.code, row.name, row.region) for row in edition.departements),
        "incoming_epci": ((row.siren, row.name, row.kind) for row in edition.epcis),
        "incoming_commune": (
            (
                row.code, row.name, rules.search_key(row.name), row.departement, row.epci or None, row.population,
                row.latitude, row.longitude, row.point_quality.value,
            )
            for row in communes
        ),
        "incoming_postcode": ((postcode, row.code) for row in communes for postcode in row.postcodes),
        "incoming_former_code": ((code, row.code) for row in communes for code in row.other_codes),
    }  # fmt: skip


def _name_starts(edition: data.Edition) -> Iterator[Values]:
    for row in edition.communes:
        keys = dict(reversed([*rules.name_starts(row.name)]))
        for key, kind in keys.items():
            yield key, kind.value, row.population, row.code, ""
        for name in row.other_names:
            if rules.search_key(name) not in keys:
                yield rules.search_key(name), Start.OTHER_NAME.value, row.population, row.code, name


def _copy(cursor: object, table: str, rows: Iterable[Values]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[attr-defined]
        for row in rows:
            copy.write_row(row)
