"""A planned meeting as iCalendar (RFC 5545, 5546): what a mail attaches, for calendars to enter, move and strike out.

Each reader's copy names that reader alone. The organiser's address is the platform's: a host's own is for those alone
to whom the host gives it.
"""

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from entraide.meetings.models import Invitation, Meeting
from entraide.meetings.rules.schedule import DOOR_OPENS_BEFORE

REQUEST, CANCEL = "REQUEST", "CANCEL"


def uid(meeting: Meeting) -> str:
    """Return the identifier that a meeting keeps in every calendar."""
    return f"meeting-{meeting.pk}@{urlsplit(settings.PUBLIC_URL).hostname or 'entraide'}"


def written(meeting: Meeting, invitation: Invitation, *, method: str, link: str, now: datetime) -> str:
    """Return the whole calendar object for one who is invited, in the active language."""
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//Entraide//Meetings//EN")
    found.add("method", method)
    found.add_component(_event(meeting, invitation, method=method, link=link, now=now))
    found.add_missing_timezones()
    content: bytes = found.to_ical()
    return content.decode("utf-8")


def _event(meeting: Meeting, invitation: Invitation, *, method: str, link: str, now: datetime) -> Event:
    zone, found = ZoneInfo(meeting.zone), Event()
    found.add("uid", uid(meeting))
    found.add("sequence", meeting.sequence)
    found.add("dtstamp", now)
    found.add("dtstart", meeting.starts_at.astimezone(zone))
    found.add("dtend", meeting.ends_at.astimezone(zone))
    found.add("summary", meeting.title)
    found.add("organizer", _organiser(meeting))
    found.add("attendee", _attendee(invitation), encode=False)
    found.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    if method == REQUEST:
        found.add("location", link)
        found.add("url", link)
        found.add("description", _("Come in by this link, which is yours alone: %(link)s") % {"link": link})
        found.add_component(_alarm(meeting.title))
    return found


def _organiser(meeting: Meeting) -> vCalAddress:
    found = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    name = meeting.host.get_full_name() if meeting.host is not None else ""
    found.params["CN"] = vText(name or settings.PUBLISHER_NAME)
    return found


def _attendee(invitation: Invitation) -> vCalAddress:
    found = vCalAddress(f"mailto:{invitation.email}")
    if invitation.name:
        found.params["CN"] = vText(invitation.name)
    found.params["ROLE"], found.params["RSVP"] = vText("REQ-PARTICIPANT"), vText("FALSE")
    found.params["PARTSTAT"] = vText("NEEDS-ACTION")
    return found


def _alarm(title: str) -> Alarm:
    found = Alarm()
    found.add("action", "DISPLAY")
    found.add("trigger", -DOOR_OPENS_BEFORE)
    found.add("description", title)
    return found
