"""Missions as a table: CSV (RFC 4180) whose second row says what each column is, in tags of the HXL standard."""

import csv
import io
from collections.abc import Sequence

from entraide.exchange.formats.addresses import mission_url
from entraide.volunteering import api as volunteering

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
COLUMNS = (
    ("mission", "#meta+id"),
    ("title", "#service+name"),
    ("url", "#meta+url"),
    ("organisation", "#org+name"),
    ("organisation_id", "#org+id"),
    ("domain", "#sector+code"),
    ("kind", "#subsector+code"),
    ("activity", "#service+code"),
    ("mode", "#modality+code"),
    ("departement", "#adm+code"),
    ("commune", "#loc+name"),
    ("insee", "#loc+code"),
    ("latitude", "#geo+lat"),
    ("longitude", "#geo+lon"),
    ("starts_at", "#date+start"),
    ("ends_at", "#date+end"),
    ("places", "#targeted+places"),
    ("places_taken", "#reached+places"),
    ("published_at", "#date+published"),
    ("partner", "#org+source"),
    ("apply_url", "#meta+url+apply"),
)
# A spreadsheet that opens the file takes what begins so for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(missions: Sequence[volunteering.Published], *, language: str) -> str:
    """Return the table: a header, the row of tags, then a row for each mission. Times are ISO 8601 in UTC."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([name for name, _ in COLUMNS])
    table.writerow([tag for _, tag in COLUMNS])
    for mission in missions:
        table.writerow(_row(mission, language))
    return out.getvalue()


def _row(mission: volunteering.Published, language: str) -> list[object]:
    place = mission.places[0] if mission.places else None
    latitude, longitude = place.address.point if place and place.address.point else ("", "")
    places = mission.places_left if mission.partner else sum(slot.capacity for slot in mission.slots)
    taken = 0 if mission.partner else places - sum(slot.places_left for slot in mission.slots)
    return [
        mission.id,
        harmless(mission.title),
        mission_url(mission.id, language=language),
        harmless(mission.organisation.name),
        mission.organisation.id,
        mission.domain,
        mission.kind,
        mission.activity,
        mission.mode,
        mission.departement_code,
        harmless(mission.commune),
        place.commune_code if place else "",
        latitude,
        longitude,
        mission.starts_at.isoformat() if mission.starts_at else "",
        mission.ends_at.isoformat() if mission.ends_at else "",
        places,
        taken,
        mission.published_at.isoformat(),
        harmless(mission.partner),
        mission.apply_url,
    ]


def harmless(text: str) -> str:
    """Return a text that somebody wrote so that no spreadsheet takes it for a formula: with an apostrophe before it."""
    clean = text.replace("\0", "")
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA_STARTS) else clean
