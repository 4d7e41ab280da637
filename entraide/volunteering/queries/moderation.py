"""What a referent reads: the missions that wait for a decision, and those decided last."""

from datetime import datetime
from uuid import UUID

from django.db.models import Case, QuerySet, When

from entraide.accounts.api import Acting
from entraide.volunteering.models import Mission
from entraide.volunteering.rules.screening import URGENT
from entraide.volunteering.rules.states import MissionState

_DECIDED = [
    state.value for state in (MissionState.ONLINE, MissionState.FULL, MissionState.MORE_INFO, MissionState.FLAGGED)
]


# Those that begin soon, then the longest waiting.
QUEUE_ORDER = {"turn": int, "state_changed_at": datetime, "pk": UUID}


def missions_to_moderate(*, acting: Acting, now: datetime) -> QuerySet[Mission]:
    """Return the submitted missions of the role's territory, to be read in QUEUE_ORDER."""
    rows = Mission.objects.to_moderate().in_departements(acting.departements)
    turn = Case(When(starts_at__lte=now + URGENT, then=0), default=1)
    return rows.select_related("organisation", "template").annotate(turn=turn)


def moderated_last(*, acting: Acting, limit: int = 20) -> list[Mission]:
    """Return the missions of the role's territory whose state changed last, with their organisation. One query."""
    rows = Mission.objects.in_departements(acting.departements).filter(state__in=_DECIDED)
    return list(rows.select_related("organisation").order_by("-state_changed_at", "pk")[:limit])
