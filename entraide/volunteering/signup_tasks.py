"""What the worker does with the sign-up inbox: drains it as soon as the intake has committed, tidies it at night."""

from django.utils.translation import gettext_noop

from entraide.foundation import clock, jobs
from entraide.foundation.listeners import listener
from entraide.volunteering.actions.drain_signups import drain_signups, forget_settled
from entraide.volunteering.actions.profiles import count_in_the_arrived
from entraide.volunteering.queries.inbox import measure_inbox
from entraide.waiting import api as waiting


# While one batch waits for the database, another is read and written: with two, half as many again, measured.
@listener(channel="entraide_signup", every_seconds=30, at_once=2)
def drain() -> bool:
    """Turn one batch of the sign-ups that wait into people."""
    now = clock.now()
    settled = drain_signups(now=now)
    # The line before the sign-up lets in fewer when the worker cannot keep up.
    waiting.note_lag(seconds=measure_inbox(now=now).oldest_seconds)
    return settled > 0


@jobs.periodic(
    cron="20 3 * * *", name="volunteering.forget_signups", help=gettext_noop("Delete sign-ups settled 30 days ago.")
)
def forget(timestamp: int) -> None:
    """Delete what nobody asks for any more."""
    forget_settled(now=clock.now())


@jobs.periodic(
    cron="*/5 * * * *", name="volunteering.count_in", help=gettext_noop("Count on whoever signed up and has signed in.")
)
def count_in(timestamp: int) -> None:
    """Make available whoever has arrived."""
    count_in_the_arrived(now=clock.now())
