"""When the reminder of the day before is due."""

from datetime import datetime, timedelta

DAY_BEFORE = timedelta(hours=24)
TOO_LATE = timedelta(hours=1)


def reminder_due(*, starts_at: datetime, confirmed_at: datetime, now: datetime) -> bool:
    """Say whether to remind now.

    Someone confirmed less than a day ahead has just read the confirmation; a reminder in the last hour reaches nobody.
    """
    from_at = starts_at - DAY_BEFORE
    return confirmed_at < from_at <= now < starts_at - TOO_LATE
