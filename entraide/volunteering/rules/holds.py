"""How long a place is held for an applicant, and when a hold has ended. Only a comparison decides, never a clean-up."""

from datetime import datetime, timedelta

from entraide.volunteering.rules.words import Admission

LATEST_WARNING = timedelta(hours=24)


def hold_until(*, admission: Admission, review_hold: timedelta, starts_at: datetime, now: datetime) -> datetime | None:
    """Return when the hold ends: never later than the slot's start. None when the place is confirmed at once."""
    if admission is Admission.INSTANT:
        return None
    return min(now + review_hold, starts_at)


def has_ended(*, until: datetime | None, now: datetime) -> bool:
    """Say whether a hold has ended: at its very end it has."""
    return until is not None and until <= now


def warn_at(*, held_at: datetime, until: datetime) -> datetime:
    """Return when "your hold is about to end" is due: in the hold's last quarter, a day before at the earliest."""
    return until - min(LATEST_WARNING, (until - held_at) / 4)


def warning_due(*, held_at: datetime, until: datetime, now: datetime) -> bool:
    """Say whether the warning is due now: not before its time, and not once the hold has ended."""
    return warn_at(held_at=held_at, until=until) <= now < until
