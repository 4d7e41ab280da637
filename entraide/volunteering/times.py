"""Times as people read them, where the thing happens."""

from datetime import datetime

from django.utils import dateformat
from django.utils.translation import gettext as _

from entraide.volunteering.rules.zones import zone_of


def span(starts_at: datetime, ends_at: datetime, *, departement_code: str = "") -> str:
    """Return "Wednesday 15 April 2026, 10:30 to 12:00" in the active language, with both days when they differ."""
    zone = zone_of(departement_code)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    values = {"day": _day(start), "start": dateformat.format(start, "H:i"), "end": dateformat.format(end, "H:i")}
    if start.date() == end.date():
        return _("%(day)s, %(start)s to %(end)s") % values
    return _("%(day)s, %(start)s to %(last_day)s, %(end)s") % {**values, "last_day": _day(end)}


def moment(at: datetime, *, departement_code: str = "") -> str:
    """Return "Wednesday 15 April 2026 at 10:30" in the active language."""
    local = at.astimezone(zone_of(departement_code))
    return _("%(day)s at %(time)s") % {"day": _day(local), "time": dateformat.format(local, "H:i")}


def _day(local: datetime) -> str:
    return dateformat.format(local, "l j F Y")
