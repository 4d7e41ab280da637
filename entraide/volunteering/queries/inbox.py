"""How the sign-up inbox stands: what waits, since when, what was rejected and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Subquery

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
    newest = SignUp.objects.order_by("-pk").values("pk")[:1]
    oldest = SignUp.objects.order_by("pk").values_list("pk", "received_at", Subquery(newest)).first()
    # Keys are given one after the other: the two ends tell how many wait without counting millions of rows.
    waiting = oldest[2] - oldest[0] + 1 if oldest else 0
    age = (now - oldest[1]).total_seconds() if oldest else 0.0
    reasons = Settlement.objects.filter(state=SettledState.REJECTED).values_list("reason").annotate(count=Count("pk"))
    return InboxState(waiting=waiting, oldest_seconds=max(age, 0.0), rejected=dict(reasons))


def measure_inbox(*, now: datetime) -> InboxState:
    """Put the inbox's state into this process's measurements; return it."""
    state = inbox_state(now=now)
    metrics.inbox_waiting.set(state.waiting)
    metrics.inbox_age_seconds.set(state.oldest_seconds)
    return state
