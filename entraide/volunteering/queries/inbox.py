"""How the sign-up inbox stands: what waits, since when, what was rejected and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from entraide.foundation import metrics
from entraide.volunteering.models import SignUp
from entraide.volunteering.rules.words import SignUpState


@dataclass(frozen=True, slots=True)
class InboxState:
    """How many sign-ups wait, the age of the oldest in seconds, and the rejected ones by reason."""

    waiting: int
    oldest_seconds: float
    rejected: dict[str, int]


def inbox_state(*, now: datetime) -> InboxState:
    """Return how the inbox stands."""
    waiting = SignUp.objects.filter(state=SignUpState.RECEIVED).aggregate(count=Count("pk"), oldest=Min("received_at"))
    reasons = SignUp.objects.filter(state=SignUpState.REJECTED).values_list("reason").annotate(count=Count("pk"))
    age = (now - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0.0
    return InboxState(waiting=waiting["count"], oldest_seconds=max(age, 0.0), rejected=dict(reasons))


def measure_inbox(*, now: datetime) -> None:
    """Put the inbox's state into this process's measurements."""
    state = inbox_state(now=now)
    metrics.inbox_waiting.set(state.waiting)
    metrics.inbox_age_seconds.set(state.oldest_seconds)
