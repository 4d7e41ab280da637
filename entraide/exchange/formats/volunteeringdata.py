"""Missions after the volunteering data model of the British Open Data Institute (volunteeringdata.io v1), as JSON-LD.

The terms are facts read in that model's public description (Open Government Licence v3). Of its lists of causes none
is used: ours are others, and a cause that is nearly right would be wrong.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from entraide.exchange.formats.addresses import mission_url
from entraide.volunteering import api as volunteering

MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://api.volunteeringdata.io/context/v1"
VOCABULARY = "https://ns.volunteeringdata.io/"
LICENCE = "etalab-2.0"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Its parts of a day, by the hour in which each begins.
_PARTS = ((6, "Morning"), (12, "Afternoon"), (18, "Evening"))


def write(missions: Sequence[volunteering.Published], *, language: str, publisher: str, now: datetime) -> bytes:
    """Return a document of organisations, each with its activities."""
    by_organisation: dict[UUID, list[volunteering.Published]] = {}
    for mission in missions:
        by_organisation.setdefault(mission.organisation.id, []).append(mission)
    return msgspec.json.encode(
        {
            "@context": CONTEXT,
            "conformsTo": VOCABULARY,
            "license": LICENCE,
            "publisher": publisher,
            "modified": now.date().isoformat(),
            "graph": [_organisation(each, language) for each in by_organisation.values()],
        }
    )


def _organisation(missions: Sequence[volunteering.Published], language: str) -> dict[str, Any]:
    organisation = missions[0].organisation
    numbers = [("https://www.insee.fr/fr/information/1972062", organisation.siren)] if organisation.siren else []
    numbers += [("https://www.journal-officiel.gouv.fr/", organisation.rna)] if organisation.rna else []
    return _given(
        {
            "type": "Organisation",
            "id": f"urn:uuid:{organisation.id}",
            "name": organisation.name,
            "description": organisation.description,
            "website": organisation.website,
            "charityRegistration": [
                {"registrar": registrar, "registrationNumber": number} for registrar, number in numbers
            ],
            "activity": [_activity(each, language) for each in missions],
        }
    )


def _activity(mission: volunteering.Published, language: str) -> dict[str, Any]:
    return _given(
        {
            "type": "Activity",
            "id": f"urn:uuid:{mission.id}",
            "title": mission.title,
            "description": mission.description,
            "requiresEmergencyParticipation": mission.in_crisis,
            "publishStart": mission.published_at.isoformat(),
            "publishEnd": mission.ends_at.isoformat() if mission.ends_at else "",
            "role": [_role(mission, language)],
            "session": _sessions(mission),
        }
    )


def _role(mission: volunteering.Published, language: str) -> dict[str, Any]:
    return _given(
        {
            "title": mission.title,
            "applyLink": mission.apply_url or mission_url(mission.id, language=language),
            "allowsRemoteParticipation": mission.mode in (volunteering.Mode.REMOTE, volunteering.Mode.HYBRID),
            "minimumAge": str(mission.age_min) if mission.age_min else "",
            "maximumAge": str(mission.age_max) if mission.age_max is not None else "",
        }
    )


def _sessions(mission: volunteering.Published) -> list[dict[str, Any]]:
    """Return where one comes and at which parts of which days of the week."""
    zone = volunteering.zone_of(mission.departement_code)
    sessions = []
    for place in mission.places:
        slots = [slot for slot in mission.slots if slot.place_id in (place.id, None)]
        times = {_part_of_week(slot.starts_at.astimezone(zone)) for slot in slots}
        sessions.append(_given({"location": _location(place), "time": sorted(times)}))
    return sessions


def _part_of_week(local: datetime) -> str:
    """Return the named time in which a moment lies; the hours before six belong to the evening before."""
    part = next((name for hour, name in reversed(_PARTS) if local.hour >= hour), "Evening")
    day = local.weekday() if local.hour >= _PARTS[0][0] else (local.weekday() - 1) % 7
    return f"{VOCABULARY}{_DAYS[day]}{part}"


def _location(place: volunteering.PublishedPlace) -> dict[str, Any]:
    latitude, longitude = place.address.point or ("", "")
    return _given(
        {
            "name": place.address.label,
            "address": ", ".join(place.address.lines),
            "latitude": str(latitude),
            "longitude": str(longitude),
        }
    )


def _given(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without what is not known."""
    return {name: value for name, value in document.items() if value not in ("", [], {})}
