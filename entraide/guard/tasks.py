"""The guard's periodic work."""

from django.utils.translation import gettext_noop

from entraide.foundation import clock
from entraide.foundation.jobs import periodic
from entraide.guard.actions import forget_counts, forget_old


@periodic(
    cron="17 3 * * *",
    name="guard.forget_old",
    help=gettext_noop("Delete idempotency keys, rate windows and what let sign-ups through, older than two days."),
)
def forget_old_keys(timestamp: int) -> None:
    """Delete what is past its time."""
    forget_old(now=clock.now())


@periodic(
    cron="*/5 * * * *",
    name="guard.forget_counts",
    help=gettext_noop("Delete counts of minutes that are over."),
)
def forget_old_counts(timestamp: int) -> None:
    """Delete what decides about nothing any more."""
    forget_counts(now=clock.now())
