"""The jobs of accounts."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from entraide.accounts.actions.addresses import forget_past_changes
from entraide.accounts.actions.invitations import forget_past_invitations
from entraide.accounts.actions.people import record_bounce
from entraide.accounts.actions.tokens import forget_past_tokens
from entraide.foundation import clock
from entraide.foundation.jobs import periodic, task
from entraide.foundation.tidying import delete_in_parts


@task(name="accounts.record_bounce")
def note_bounce(*, address: str, reason: str) -> None:
    """Remember that mail to an address was refused for good."""
    record_bounce(address=address, reason=reason)


@periodic(
    cron="41 3 * * *",
    name="accounts.forget_sessions",
    help=gettext_noop("Delete sessions that have ended, and what is known of them."),
)
def forget_sessions(timestamp: int) -> None:
    """Delete what is past its time."""
    delete_in_parts(Session.objects.filter(expire_date__lt=clock.now()))
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    delete_in_parts(UserSession.objects.exclude(Exists(alive)))


@periodic(
    cron="51 3 * * *",
    name="accounts.forget_addresses",
    help=gettext_noop("Delete former and unconfirmed addresses a week after they were given."),
)
def forget_addresses(timestamp: int) -> None:
    """Delete what is past its time."""
    forget_past_changes(now=clock.now())


@periodic(
    cron="56 3 * * *",
    name="accounts.forget_ended",
    help=gettext_noop("Delete invitations a month after they ended, and tokens three months after."),
)
def forget_ended(timestamp: int) -> None:
    """Delete what is past its time."""
    now = clock.now()
    forget_past_invitations(now=now)
    forget_past_tokens(now=now)
