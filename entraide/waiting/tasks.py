"""The line's periodic work."""

from entraide.foundation import clock, jobs
from entraide.waiting.actions import follow_crisis, tell_who_asked


@jobs.periodic(cron="* * * * *", name="waiting.tell", help="Tell who asked that signing up is possible at once.")
def tell(timestamp: int) -> None:
    """Queue the mails of one minute."""
    tell_who_asked()


@jobs.periodic(
    cron="* * * * *", name="waiting.follow_crisis", help="Ask for a proof of work while the crisis level says so."
)
def follow(timestamp: int) -> None:
    """Take over the switch of the crisis in force."""
    follow_crisis(now=clock.now())
