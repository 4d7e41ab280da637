"""The local time of a département, and ages on a local day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from entraide.foundation.zones import MAINLAND, zone_name

PARIS = ZoneInfo(MAINLAND)


def zone_of(departement_code: str) -> ZoneInfo:
    """Return the time zone of a département or overseas collectivity; Paris for remote missions and the mainland."""
    return ZoneInfo(zone_name(departement_code))


def local_day(at: datetime, *, departement_code: str = "") -> date:
    """Return the calendar day of an instant, where the thing happens."""
    return at.astimezone(zone_of(departement_code)).date()


def age_on(day: date, *, birth_date: date) -> int:
    """Return the age in whole years on a day. Someone born on 29 February turns a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
