"""What the worker does for volunteering: it sends notices and tidies what time has ended."""

from uuid import UUID

from django.utils.translation import gettext_noop

from entraide.foundation import clock, jobs
from entraide.volunteering import letters, search_letters, signup_tasks
from entraide.volunteering.actions import (
    asked_searches,
    erasing,
    following_organisation,
    holds,
    hours,
    partner_missions,
    passing_time,
    reconfirming,
    telling_work,
)
from entraide.volunteering.rules.saved_searches import Cadence

__all__ = [
    "advance_slots",
    "count_asked",
    "expire_holds",
    "finish_missions",
    "follow_organisation",
    "forget_asked",
    "keep_hours",
    "pass_starts",
    "reconfirm",
    "remind",
    "send_notices",
    "show_organisation",
    "signup_tasks",
    "tell_at_once",
    "tell_daily",
    "tell_work",
]


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
    cron="*/5 * * * *",
    name="volunteering.reconfirm",
    help=gettext_noop("Ask volunteers two days before whether they still come; give back places without an answer."),
)
def reconfirm(timestamp: int) -> None:
    """Give back what nobody answered for, then ask."""
    reconfirming.release_unanswered(now=clock.now())
    reconfirming.ask_to_reconfirm(now=clock.now())


@jobs.periodic(
    cron="*/10 * * * *",
    name="volunteering.hours",
    help=gettext_noop("Count the hours of those who came; attest those left as they are for a week."),
)
def keep_hours(timestamp: int) -> None:
    """Count hours once slots are over, and attest them a week later."""
    hours.count_hours(now=clock.now())
    hours.attest_untouched_hours(now=clock.now())


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
    cron="*/5 * * * *",
    name="volunteering.tell_work",
    help=gettext_noop("Tell managers of candidates, and referents of what to check, as often as each wants it."),
)
def tell_work(timestamp: int) -> None:
    """Queue the mails about what waits for a role."""
    telling_work.tell_managers(now=clock.now())
    telling_work.tell_moderators(now=clock.now())


@jobs.task(name="volunteering.follow_organisation")
def follow_organisation(*, thing_id: str, state: str) -> None:
    """Let missions follow their organisation, whose present state counts. Accounts defers this."""
    following_organisation.follow_organisation(organisation_id=UUID(thing_id), now=clock.now())


@jobs.task(name="volunteering.show_organisation")
def show_organisation(*, thing_id: str, state: str) -> None:
    """Have copies of the pages renewed that show an organisation whose details changed. Accounts defers this."""
    following_organisation.show_organisation(organisation_id=UUID(thing_id))


@jobs.periodic(
    cron="*/10 * * * *",
    name="volunteering.tell_at_once",
    help=gettext_noop("Tell of new missions those who asked to hear within the hour."),
)
def tell_at_once(timestamp: int) -> None:
    """Queue the mails of saved searches whose people want them as they come."""
    search_letters.tell_of_new_missions(cadence=Cadence.AT_ONCE, now=clock.now())


@jobs.periodic(
    # Over some hours of the morning, since a run looks at a bounded number of searches.
    cron="*/10 5-8 * * *",
    name="volunteering.tell_daily",
    help=gettext_noop("Tell of new missions those who asked to hear once a day."),
)
def tell_daily(timestamp: int) -> None:
    """Queue the daily mails of saved searches."""
    search_letters.tell_of_new_missions(cadence=Cadence.DAILY, now=clock.now())


@jobs.task(name="volunteering.count_asked")
def count_asked(*, counts: list[tuple[str, str, bool]]) -> None:
    """Count what people looked for in a minute of one process. A retry may count it twice, which misleads nobody."""
    asked_searches.count_asked(counts=counts, day=clock.now().date())


@jobs.periodic(
    cron="40 3 * * *",
    name="volunteering.forget_asked",
    help=gettext_noop("Forget the words that few people looked for, and old ones."),
)
def forget_asked(timestamp: int) -> None:
    """Forget what few looked for yesterday, and all that is old."""
    asked_searches.forget_asked(today=clock.now().date())


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
