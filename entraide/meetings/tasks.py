"""What the worker does for meetings: it watches them, tells tenants of theirs, and forgets what has ended."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from entraide.foundation.jobs import periodic, task
from entraide.foundation.listeners import listener
from entraide.meetings import letters, measures
from entraide.meetings.actions import tenant_events, tenant_meetings
from entraide.meetings.actions.forgetting import forget_ended
from entraide.meetings.actions.scheduling import forget_host
from entraide.meetings.actions.telling import WATCH_CHANNEL
from entraide.meetings.actions.watching import watch_alone
from entraide.meetings.hook_letters import call_back, tell_hook
from entraide.meetings.queries.overview import fleet_now
from entraide.meetings.queries.watching import is_anything_to_watch

# The mail of an invitation is written where jobs run.
__all__ = [
    "call_back_at_end",
    "end_due",
    "follow_person",
    "forget_ended_meetings",
    "letters",
    "measure",
    "tell_hook_of",
    "watch",
]
IDLE = timedelta(seconds=5)


@listener(channel=WATCH_CHANNEL, every_seconds=5.0)
def watch() -> timedelta:
    """Look every second while there are rooms or nodes: seconds matter to those whose server has died."""
    if not is_anything_to_watch():
        return IDLE
    watch_alone()
    return timedelta(seconds=1)


@listener(channel="meetings_measure", every_seconds=5.0)
def measure() -> bool:
    """Note how the fleet stands, for whoever scrapes this worker."""
    measures.note(fleet_now())
    return False


@periodic(
    cron="43 * * * *",
    name="meetings.forget_ended",
    help=gettext_noop("Delete who was in meetings or invited a day after they ended, rooms and plans a month after."),
)
def forget_ended_meetings(timestamp: int) -> None:
    """Delete what is past its time."""
    forget_ended()


@task(name="meetings.follow_person")
def follow_person(*, thing_id: str, state: str) -> None:
    """Cancel what a person had planned whose account was erased, whoever erased it. Accounts defers this."""
    if state == "erased":
        forget_host(person_id=UUID(thing_id))


@task(name=tenant_meetings.END_DUE)
def end_due(*, room_id: str) -> None:
    """End a meeting that was to last so long."""
    tenant_meetings.end_due(room_id=UUID(room_id))


@task(name=tenant_events.CALL_BACK)
def call_back_at_end(*, url: str) -> None:
    """Call the address that waits for the end of a meeting."""
    call_back(url=url)


@task(name=tenant_events.TELL_HOOK)
def tell_hook_of(*, hook_id: int, event: Mapping[str, object]) -> None:
    """Tell a tenant's address of what happened."""
    tell_hook(hook_id=hook_id, event=event)
