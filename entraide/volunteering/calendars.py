"""Slots as iCalendar (RFC 5545): the same UID in the mail's attachment and in the volunteer's feed, no METHOD."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from entraide.volunteering.dates import meeting_text
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.parties import own_party
from entraide.volunteering.rules.states import EXPECTED, ParticipationState
from entraide.volunteering.rules.zones import zone_of

ALARM_BEFORE = timedelta(hours=2)
_UNSURE = (ParticipationState.HELD, ParticipationState.TO_RECONFIRM)
# The place is not the volunteer's (any more): a calendar strikes it out.
_GONE = (
    ParticipationState.EXPIRED,
    ParticipationState.REFUSED,
    ParticipationState.CANCELLED_BY_VOLUNTEER,
    ParticipationState.CANCELLED_BY_ORGANISATION,
    ParticipationState.RELEASED,
)


def uid(participation: Participation) -> str:
    """Return the identifier that a participation keeps in every calendar."""
    return f"{participation.pk}@{urlsplit(settings.PUBLIC_URL).hostname or 'entraide'}"


def event(participation: Participation, slot: Slot, *, where: str, now: datetime) -> Event:
    """Return a slot as an event of the volunteer's calendar. A later version of either row is a later SEQUENCE."""
    mission, zone = slot.mission, zone_of(slot.mission.departement_code)
    found = Event()
    found.add("uid", uid(participation))
    found.add("sequence", slot.version + participation.version)
    found.add("dtstamp", now)
    found.add("dtstart", slot.starts_at.astimezone(zone))
    found.add("dtend", slot.ends_at.astimezone(zone))
    found.add("summary", f"{mission.title} – {mission.organisation.name}")
    if where:
        found.add("location", where)
    meet = meeting_text(slot.meeting_at, departement=mission.departement_code)
    said = [own_party(participation.seats), slot.role, meet, mission.information]
    if any(said):
        found.add("description", "\n".join(filter(None, said)))
    found.add("url", f"{settings.PUBLIC_URL}/{get_language() or 'fr'}/me/participations/{participation.pk}/")
    found.add("status", _status(participation))
    if participation.state in EXPECTED:
        found.add_component(_alarm(mission.title))
    return found


def _status(participation: Participation) -> str:
    state = participation.state
    if state in _UNSURE:
        return "TENTATIVE"
    return "CANCELLED" if state in _GONE else "CONFIRMED"


def _alarm(title: str) -> Alarm:
    found = Alarm()
    found.add("action", "DISPLAY")
    found.add("trigger", -ALARM_BEFORE)
    found.add("description", title)
    return found


def calendar(events: Sequence[Event], *, name: str = "") -> str:
    """Return a calendar with these events and the time zones that they use, called as a volunteer's own by default."""
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//Entraide//Volunteering//EN")
    found.add("x-wr-calname", name or _("My volunteering"))
    found.add("refresh-interval;value=duration", "PT1H")
    for one in events:
        found.add_component(one)
    found.add_missing_timezones()
    content: bytes = found.to_ical()
    return content.decode("utf-8")
