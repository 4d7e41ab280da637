"""What a referent reads: the missions that wait for a decision, and those decided last."""

from datetime import datetime

from django.db.models import Case, QuerySet, When

from entraide.accounts.api import Acting
from entraide.volunteering.models import Mission
from entraide.volunteering.rules.screening import URGENT
from entraide.volunteering.rules.states import MissionState

_DECIDED = [
    state.value for state in (MissionState.ONLINE, MissionState.FULL, MissionState.MORE_INFO, MissionState.FLAGGED)
]


def missions_to_moderate(*, acting: Acting, now: datetime) -> QuerySet[Mission]:
    """Return the submitted missions of the role's territory: those that begin soon, then the longest waiting."""
    rows = Mission.objects.to_moderate().in_departements(acting.departements)
    turn = Case(When(starts_at__lte=now + URGENT, then=0), default=1)
    return rows.select_related("organisation", "template").order_by(turn, "state_changed_at", "pk")


def moderated_last(*, acting: Acting, limit: int = 20) -> list[Mission]:
    """Return the missions of the role's territory whose state changed last, with their organisation. One query."""
    rows = Mission.objects.in_departements(acting.departements).filter(state__in=_DECIDED)
    return list(rows.select_related("organisation").order_by("-state_changed_at", "pk")[:limit])
