"""Says, in the transaction that changes a mission, that copies of its public pages are out of date.

The places that are left change by the second and are not told: copies of a mission's page live for ten.
"""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection

from entraide.foundation import jobs
from entraide.volunteering.models import Mission

JOB = "pages.renew_missions"


def outdate(missions: Iterable[Mission]) -> None:
    """Have copies of what shows these missions renewed after the commit. What was never published has none."""
    outdate_all(mission.pk for mission in missions if mission.published_at)


def outdate_all(mission_ids: Iterable[UUID]) -> None:
    """The same for missions known to have been published. Without edges before the portal nothing is asked for.

    However often a transaction says it of one mission, it is done once. Of two transactions each asks for it: the
    worker may be at the first one's while the second one is not yet committed.
    """
    ids = [str(mission_id) for mission_id in mission_ids]
    if not settings.EDGES or not ids:
        return
    lock = f"{JOB}:{_transaction()}:{ids[0]}" if len(ids) == 1 else None
    jobs.defer(JOB, queueing_lock=lock, mission_ids=ids)


def _transaction() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return str(cursor.fetchone()[0])
