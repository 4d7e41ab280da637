"""How the time of a meeting is written, in its own zone and in the active language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as write
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from entraide.foundation.zones import MAINLAND
from entraide.meetings.labels import ZONES


def span_text(starts_at: datetime, ends_at: datetime, *, zone: str) -> str:
    """Return "Wednesday 15 April 2026, 10:30 to 12:00", and overseas whose time that is."""
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    values = {"day": _day(start.date()), "start": _time(start), "end": _time(end)}
    if start.date() == end.date():
        text = _("%(day)s, %(start)s to %(end)s") % values
    else:
        text = _("%(day)s, %(start)s to %(last_day)s, %(end)s") % {**values, "last_day": _day(end.date())}
    return text if zone == MAINLAND else _("%(time)s (time of %(place)s)") % {"time": text, "place": ZONES[zone]}


def moment_text(at: datetime, *, zone: str) -> str:
    """Return "Wednesday 15 April 2026 at 10:30", in a zone."""
    here = at.astimezone(ZoneInfo(zone))
    return _("%(day)s at %(time)s") % {"day": _day(here.date()), "time": _time(here)}


def _day(day: date) -> str:
    # Translators: a day, in the letters of Django's `date` filter.
    return f"{write(day, pgettext('date format', 'l j F'))} {day.year}"


def _time(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"
