"""A mission as linked data in its page (JSON-LD, schema.org): for search engines, which show it where people search."""

from typing import Any

import msgspec
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from entraide.foundation import localised
from entraide.volunteering.queries.mission_page import MissionPage
from entraide.volunteering.rules.addresses import PublicAddress
from entraide.volunteering.rules.words import Mode

# A page stays light; the calendars hold every slot.
MOST_EVENTS = 5
COUNTRY = "FR"
# Whatever a text holds, it ends neither the element nor the line that it stands in.
_ESCAPES = (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


def linked_data(found: MissionPage, *, path: str, language: str) -> SafeString:
    """Return the content of a `script` of type application/ld+json, a block of data that no browser runs."""
    document = {"@context": "https://schema.org", "@graph": [_posting(found, path, language), *_events(found, path)]}
    # A line for each value keeps braces apart, which would look like a template that was not rendered.
    text = msgspec.json.format(msgspec.json.encode(document), indent=1).decode()
    for sign, escape in _ESCAPES:
        text = text.replace(sign, escape)
    return mark_safe(text)  # noqa: S308 (nothing in it ends the element)


def _posting(found: MissionPage, path: str, language: str) -> dict[str, Any]:
    """Return the whole mission: schema.org has no type for volunteering, and says to use this one."""
    posting = {
        "@type": "JobPosting",
        "@id": f"{absolute(path)}#mission",
        "url": absolute(path),
        "title": found.title,
        "description": found.description or localised.text(found.objective, language) or found.title,
        "inLanguage": found.language,
        "employmentType": "VOLUNTEER",
        "hiringOrganization": _organisation(found),
        "identifier": {"@type": "PropertyValue", "name": "Entraide", "value": str(found.id)},
        "datePosted": found.published_at.date().isoformat(),
        "directApply": not found.partner,
        "totalJobOpenings": max(1, found.mission_places_left),
    }
    if found.ends_at:
        posting["validThrough"] = found.ends_at.isoformat()
    if found.mode in (Mode.REMOTE, Mode.HYBRID):
        posting["jobLocationType"] = "TELECOMMUTE"
        posting["applicantLocationRequirements"] = {"@type": "Country", "name": COUNTRY}
    if found.places:
        posting["jobLocation"] = [_place(place) for place in found.places.values()]
    return posting


def _events(found: MissionPage, path: str) -> list[dict[str, Any]]:
    events = []
    url, organizer = absolute(path), _organisation(found)
    places = {key: _place(place) for key, place in found.places.items()}
    for slot in [slot for slot in found.slots if slot.joinable and slot.places_left][:MOST_EVENTS]:
        event: dict[str, Any] = {
            "@type": "Event",
            "@id": f"{url}#{slot.id}",
            "url": url,
            "name": found.title,
            "startDate": slot.starts_at.isoformat(),
            "endDate": slot.ends_at.isoformat(),
            "eventStatus": "https://schema.org/EventScheduled",
            "organizer": organizer,
            "maximumAttendeeCapacity": slot.capacity_max,
            "remainingAttendeeCapacity": slot.places_left,
        }
        place = places.get(slot.place_id) if slot.place_id else None
        is_remote = found.mode == Mode.REMOTE
        kind = "OnlineEventAttendanceMode" if is_remote else "OfflineEventAttendanceMode"
        event["eventAttendanceMode"] = f"https://schema.org/{kind}"
        event["location"] = place or {"@type": "VirtualLocation", "url": url}
        events.append(event)
    return events


def absolute(path: str) -> str:
    """Return the whole address of a page."""
    return f"{settings.PUBLIC_URL}{path}"


def _organisation(found: MissionPage) -> dict[str, Any]:
    organisation = {"@type": "Organization", "name": found.organisation}
    return {**organisation, "sameAs": found.organisation_website} if found.organisation_website else organisation


def _place(place: PublicAddress) -> dict[str, Any]:
    address = {"streetAddress": place.street, "postalCode": place.postcode, "addressLocality": place.commune}
    found: dict[str, Any] = {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "addressCountry": COUNTRY,
            **{name: text for name, text in address.items() if text},
        },
    }
    if place.label:
        found["name"] = place.label
    if place.point:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": place.point[0], "longitude": place.point[1]}
    return found
