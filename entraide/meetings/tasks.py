"""The periodic work of meetings."""

from datetime import timedelta

from django.utils.translation import gettext_noop

from entraide.foundation.jobs import periodic
from entraide.foundation.listeners import listener
from entraide.meetings import measures
from entraide.meetings.actions.forgetting import forget_ended
from entraide.meetings.actions.telling import WATCH_CHANNEL
from entraide.meetings.actions.watching import watch_alone
from entraide.meetings.queries.overview import fleet_now
from entraide.meetings.queries.watching import is_anything_to_watch

IDLE = timedelta(seconds=5)


@listener(channel=WATCH_CHANNEL, every_seconds=5.0)
def watch() -> timedelta:
    """Look every second while there are rooms or nodes: seconds matter to those whose server has died."""
    if not is_anything_to_watch():
        return IDLE
    watch_alone()
    measures.note(fleet_now())
    return timedelta(seconds=1)


@periodic(
    cron="43 * * * *",
    name="meetings.forget_ended",
    help=gettext_noop("Delete who was in meetings a day after they ended, and rooms a month after."),
)
def forget_ended_meetings(timestamp: int) -> None:
    """Delete what is past its time."""
    forget_ended()
