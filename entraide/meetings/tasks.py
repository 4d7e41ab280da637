"""The periodic work of meetings."""

from django.utils.translation import gettext_noop

from entraide.foundation.jobs import periodic
from entraide.meetings.actions.forgetting import forget_ended


@periodic(
    cron="43 * * * *",
    name="meetings.forget_ended",
    help=gettext_noop("Delete who was in meetings a day after they ended, and rooms a month after."),
)
def forget_ended_meetings(timestamp: int) -> None:
    """Delete what is past its time."""
    forget_ended()
