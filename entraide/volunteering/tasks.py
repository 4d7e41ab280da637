"""What the worker does for volunteering: it sends notices and tidies what time has ended."""

from uuid import UUID

from django.utils.translation import gettext_noop

from entraide.foundation import clock, jobs
from entraide.volunteering import letters, signup_tasks
from entraide.volunteering.actions import erasing, holds, partner_missions, passing_time

__all__ = ["advance_slots", "expire_holds", "finish_missions", "pass_starts", "remind", "send_notices", "signup_tasks"]


@jobs.task(name="volunteering.send_notices")
def send_notices(*, notice_ids: list[str]) -> None:
    """Send these notices, each in its own transaction; those sent before are passed over, so that a retry is safe."""
    for notice_id in notice_ids:
        letters.send(notice_id=UUID(notice_id), now=clock.now())


@jobs.periodic(
    cron="* * * * *", name="volunteering.expire_holds", help=gettext_noop("Give back places whose hold has ended.")
)
def expire_holds(timestamp: int) -> None:
    """Tidy ended holds, and warn of those about to end."""
    holds.expire_holds(now=clock.now())
    holds.warn_of_ending_holds(now=clock.now())


@jobs.periodic(
    cron="* * * * *", name="volunteering.advance_slots", help=gettext_noop("Close slots that begin, end those over.")
)
def advance_slots(timestamp: int) -> None:
    """Move slots whose time has come."""
    passing_time.advance_slots(now=clock.now())


@jobs.periodic(
    cron="*/10 * * * *", name="volunteering.remind", help=gettext_noop("Remind volunteers of tomorrow's slots.")
)
def remind(timestamp: int) -> None:
    """Queue the reminders of the day before."""
    passing_time.remind_of_slots(now=clock.now())


@jobs.periodic(
    cron="15 * * * *", name="volunteering.finish_missions", help=gettext_noop("End and archive missions that are past.")
)
def finish_missions(timestamp: int) -> None:
    """End missions a day after their last slot; archive them later."""
    passing_time.finish_missions(now=clock.now())


@jobs.periodic(
    cron="5 * * * *", name="volunteering.pass_starts", help=gettext_noop("Move partners' missions that have begun.")
)
def pass_starts(timestamp: int) -> None:
    """Give partners' missions that have begun their place in lists by date."""
    partner_missions.pass_starts_of_partners(now=clock.now())


@jobs.task(name="volunteering.follow_person")
def follow_person(*, thing_id: str, state: str) -> None:
    """Forget a volunteer whose account was erased, whoever erased it. Accounts defers this."""
    if state == "erased":
        erasing.forget_volunteer(person_id=UUID(thing_id), now=clock.now())
