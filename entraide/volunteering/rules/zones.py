"""The local time of a département, and ages on a local day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "984": "Indian/Kerguelen",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


def zone_of(departement_code: str) -> ZoneInfo:
    """Return the time zone of a département or overseas collectivity; Paris for remote missions and the mainland."""
    name = _OVERSEAS.get(departement_code)
    return ZoneInfo(name) if name else PARIS


def local_day(at: datetime, *, departement_code: str = "") -> date:
    """Return the calendar day of an instant, where the thing happens."""
    return at.astimezone(zone_of(departement_code)).date()


def age_on(day: date, *, birth_date: date) -> int:
    """Return the age in whole years on a day. Someone born on 29 February turns a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
