"""The guard's periodic work."""

from django.utils.translation import gettext_noop

from entraide.foundation import clock
from entraide.foundation.jobs import periodic
from entraide.guard.actions import forget_old, forget_passes


@periodic(
    cron="17 3 * * *",
    name="guard.forget_old",
    help=gettext_noop("Delete idempotency keys and rate windows older than two days."),
)
def forget_old_keys(timestamp: int) -> None:
    """Delete what is past its time."""
    forget_old(now=clock.now())


@periodic(
    cron="*/5 * * * *",
    name="guard.forget_passes",
    help=gettext_noop("Delete what let sign-ups through, two hours later, and counts of minutes that are over."),
)
def forget_used_passes(timestamp: int) -> None:
    """Delete what decides about nothing any more."""
    forget_passes(now=clock.now())
