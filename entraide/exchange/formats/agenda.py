"""Slots that are open to the public as a calendar (RFC 5545)."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Event, vGeo

from entraide.exchange.formats.addresses import legible, mission_url
from entraide.volunteering import api as volunteering

MEDIA_TYPE = "text/calendar; charset=utf-8"


def write(missions: Sequence[volunteering.Published], *, name: str, language: str) -> str:
    """Return a calendar of every slot ahead of these missions, in the local time of each."""
    return volunteering.calendar([event for mission in missions for event in _events(mission, language)], name=name)


def _events(mission: volunteering.Published, language: str) -> Iterator[Event]:
    zone, host = volunteering.zone_of(mission.departement_code), urlsplit(settings.PUBLIC_URL).hostname or "entraide"
    places = {place.id: place for place in mission.places}
    for slot in mission.slots:
        found = Event()
        found.add("uid", f"{slot.id}@{host}")
        found.add("sequence", slot.version)
        found.add("dtstamp", max(slot.changed_at, mission.changed_at))
        found.add("dtstart", slot.starts_at.astimezone(zone))
        found.add("dtend", slot.ends_at.astimezone(zone))
        found.add("summary", legible(f"{mission.title} – {mission.organisation.name}"))
        if mission.description:
            found.add("description", legible(mission.description))
        place = places.get(slot.place_id) if slot.place_id else None
        if place:
            found.add("location", legible(", ".join(place.address.lines)))
            if place.address.point:
                found.add("geo", vGeo(place.address.point))
        found.add("url", mission_url(mission.id, language=language))
        found.add("status", "CONFIRMED")
        yield found
