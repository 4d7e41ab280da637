"""How days and times are written for people, in the local time of the place and in the active language.

Pages that list slots leave the year out; mails and forms, which may be read much later, give it.
"""

from datetime import date, datetime
from functools import lru_cache

from django.utils import translation
from django.utils.dateformat import format as write
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from entraide.volunteering.rules.zones import zone_of


def day_text(day: date) -> str:
    """Return "Saturday 25 April", in French "samedi 25 avril"."""
    return _day(day, translation.get_language() or "")


def day_heading(day: date) -> str:
    """Return a day as it stands at the beginning of a line."""
    return capfirst(day_text(day))


@lru_cache(maxsize=2048)
def _day(day: date, language: str) -> str:
    # Translators: a day, in the letters of Django's `date` filter.
    return write(day, pgettext("date format", "l j F"))


def time_text(at: datetime) -> str:
    """Return "9:00", as the clock shows it in the zone of `at`."""
    return f"{at.hour}:{at.minute:02}"


def local(at: datetime, departement: str) -> datetime:
    """Return an instant in the zone of a département."""
    return at.astimezone(zone_of(departement))


def start_text(at: datetime, *, departement: str) -> str:
    """Return "Saturday 25 April, 9:00"."""
    here = local(at, departement)
    return _("%(day)s, %(time)s") % {"day": day_text(here.date()), "time": time_text(here)}


def slot_text(starts_at: datetime, ends_at: datetime, *, departement: str = "") -> str:
    """Return "Wednesday 15 April 2026, 10:30 to 12:00", with both days when they differ, where the thing happens."""
    start, end = local(starts_at, departement), local(ends_at, departement)
    values = {"day": _whole_day(start), "start": time_text(start), "end": time_text(end)}
    if start.date() == end.date():
        return _("%(day)s, %(start)s to %(end)s") % values
    return _("%(day)s, %(start)s to %(last_day)s, %(end)s") % {**values, "last_day": _whole_day(end)}


def meeting_text(at: datetime | None, *, departement: str = "") -> str:
    """Return "Meet at 8:45", or nothing where people meet when the work begins."""
    return _("Meet at %(time)s") % {"time": time_text(local(at, departement))} if at else ""


def moment_text(at: datetime, *, departement: str = "") -> str:
    """Return "Wednesday 15 April 2026 at 10:30"."""
    here = local(at, departement)
    return _("%(day)s at %(time)s") % {"day": _whole_day(here), "time": time_text(here)}


def _whole_day(at: datetime) -> str:
    return f"{day_text(at.date())} {at.year}"


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """Return "9:00 to 12:00", and where the end is on another day which one. Both are in local time."""
    values = {"start": time_text(starts_at), "end": time_text(ends_at), "day": day_text(ends_at.date())}
    days = (ends_at.date() - starts_at.date()).days
    if days == 0:
        return _("%(start)s to %(end)s") % values
    if days == 1:
        return _("%(start)s to %(end)s the next day") % values
    return _("%(start)s to %(day)s, %(end)s") % values


def period_text(starts_at: datetime | None, ends_at: datetime | None, *, departement: str = "") -> str:
    """Return "From Wednesday 15 April 2026 to …", or whichever end of a period is known."""
    first = _whole_day(local(starts_at, departement)) if starts_at else ""
    last = _whole_day(local(ends_at, departement)) if ends_at else ""
    if first and last:
        return _("From %(first)s to %(last)s") % {"first": first, "last": last}
    return _("From %(first)s") % {"first": first} if first else _("Until %(day)s") % {"day": last}
