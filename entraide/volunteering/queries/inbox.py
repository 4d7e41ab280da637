"""How the sign-up inbox stands: what waits, since when, what was rejected and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from entraide.foundation import metrics
from entraide.volunteering.models import Settlement, SignUp
from entraide.volunteering.rules.words import SettledState


@dataclass(frozen=True, slots=True)
class InboxState:
    """How many sign-ups wait, the age of the oldest in seconds, and the rejected ones by reason."""

    waiting: int
    oldest_seconds: float
    rejected: dict[str, int]


def inbox_state(*, now: datetime) -> InboxState:
    """Return how the inbox stands."""
    oldest, newest = SignUp.objects.order_by("pk").first(), SignUp.objects.order_by("pk").last()
    # Keys are given one after the other: the two ends tell how many wait without counting millions of rows.
    waiting = newest.pk - oldest.pk + 1 if oldest and newest else 0
    age = (now - oldest.received_at).total_seconds() if oldest else 0.0
    reasons = Settlement.objects.filter(state=SettledState.REJECTED).values_list("reason").annotate(count=Count("pk"))
    return InboxState(waiting=waiting, oldest_seconds=max(age, 0.0), rejected=dict(reasons))


def measure_inbox(*, now: datetime) -> InboxState:
    """Put the inbox's state into this process's measurements; return it."""
    state = inbox_state(now=now)
    metrics.inbox_waiting.set(state.waiting)
    metrics.inbox_age_seconds.set(state.oldest_seconds)
    return state
