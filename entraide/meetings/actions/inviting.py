"""People are invited to a planned meeting, each by a link of their own; guests by one for all; links are taken back.

Of a link's secret a digest is kept. It follows from the invitation's id and the deployment's secret, so that the mail
about a change holds the same link again: docs/decisions/0027-links-of-meetings.md.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now

from entraide.accounts.api import Person
from entraide.foundation.mail import Mail, Urgency, queue_mails
from entraide.foundation.secrets import digest_of
from entraide.meetings.models import Invitation, Meeting
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.invitations import (
    DAY,
    FOR_ONE_ADDRESS_A_DAY,
    MOST_INVITED,
    PERSONAL_USES,
    News,
    Sent,
    invitation_key,
    left_today,
    secret_of,
)
from entraide.meetings.rules.lines import one_line
from entraide.meetings.rules.roles import Role

LONGEST_NAME = 60


class TooManyInvited(Exception):
    """The host may send `left` more invitations today; or the meeting has as many as one may have."""

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left


class AskedTooOften(Exception):
    """This address has had so many invitations today that it gets no more."""

    def __init__(self, email: str) -> None:
        super().__init__("an address has had too many invitations")
        self.email = email


class NotOpen(Exception):
    """The meeting is cancelled or over: nobody is invited any more."""


@transaction.atomic
def invite(*, meeting_id: UUID, host_id: UUID, guests: list[Guest]) -> int:
    """Invite people, those aside who are invited already; return how many were.

    Raises NotOpen, TooManyInvited, AskedTooOften, Meeting.DoesNotExist.
    """
    meeting = _open(meeting_id, host_id)
    return len(invite_locked(meeting, guests))


def invite_locked(meeting: Meeting, guests: Sequence[Guest]) -> list[Invitation]:
    """Invite people to a meeting whose row is locked, or was made in this transaction."""
    # One host's invitations are counted one after another, so that two forms at once do not pass the bound.
    if meeting.host_id is not None:
        Person.objects.select_for_update(no_key=True).get(pk=meeting.host_id)
    have = set(Invitation.objects.filter(meeting=meeting, revoked_at=None).values_list("email", flat=True))
    new = list(
        {
            guest.email: guest for guest in guests if guest.email not in have and guest.person_id != meeting.host_id
        }.values()
    )
    _check_bounds(meeting, new, invited=len(have - {""}))
    rows = [_row(meeting, guest) for guest in new]
    Invitation.objects.bulk_create(rows)
    _queue(rows, sequence=meeting.sequence, kind=News.NEW)
    return rows


@transaction.atomic
def make_guest_link(*, meeting_id: UUID, host_id: UUID, most: int, ends_at: datetime | None = None) -> Invitation:
    """Make the one link for guests, in place of a former one. Raises NotOpen, Meeting.DoesNotExist."""
    meeting = _open(meeting_id, host_id)
    guest_links = Invitation.objects.filter(meeting=meeting, email="", revoked_at=None)
    guest_links.update(revoked_at=Now())
    made = Invitation(meeting=meeting, role=Role.SPEAKER.value, uses_left=most, ends_at=ends_at or meeting.ends_at)
    made.digest = digest_of(secret_for(made))
    made.save()
    return made


@transaction.atomic
def revoke_invitation(*, meeting_id: UUID, host_id: UUID, invitation_id: UUID) -> bool:
    """Take a link back, and tell whom it was sent to; False when it was before. Raises Meeting.DoesNotExist."""
    meeting = locked_meeting(meeting_id, host_id)
    found = Invitation.objects.filter(pk=invitation_id, meeting=meeting, revoked_at=None)
    if not found.update(revoked_at=Now()):
        return False
    _queue(
        Invitation.objects.filter(pk=invitation_id).exclude(email=""), sequence=meeting.sequence, kind=News.CANCELLED
    )
    return True


def locked_meeting(meeting_id: UUID, host_id: UUID) -> Meeting:
    """Return a meeting of a host's that nobody else changes meanwhile. Raises Meeting.DoesNotExist."""
    return Meeting.objects.select_for_update(no_key=True).get(pk=meeting_id, host_id=host_id)


def tell_invited(meeting_id: UUID) -> None:
    """Tell all who are invited what has become of a meeting: it was changed, or cancelled."""
    meeting = Meeting.objects.get(pk=meeting_id)
    kind = News.CHANGED if meeting.cancelled_at is None else News.CANCELLED
    invited = Invitation.objects.filter(meeting=meeting, revoked_at=None).exclude(email="")
    _queue(invited, sequence=meeting.sequence, kind=kind)


def secret_for(invitation: Invitation) -> str:
    """Return the secret of an invitation's link."""
    return secret_of(invitation.pk, key=invitation_key(settings.SECRET_KEY))


def _row(meeting: Meeting, guest: Guest) -> Invitation:
    row = Invitation(
        meeting=meeting,
        role=guest.role.value,
        uses_left=PERSONAL_USES,
        # Who talks on after the end may be joined.
        ends_at=None,
        email=guest.email,
        name=one_line(guest.name, most=LONGEST_NAME),
        language=guest.language,
        person_id=guest.person_id,
        is_typed=guest.is_typed,
    )
    row.digest = digest_of(secret_for(row))
    return row


def _check_bounds(meeting: Meeting, new: Sequence[Guest], *, invited: int) -> None:
    since = database_now() - DAY
    counted = Invitation.objects.filter(meeting__host_id=meeting.host_id, created_at__gt=since).exclude(email="")
    sent = Sent(
        **counted.aggregate(
            typed=Count("pk", filter=Q(is_typed=True)), own_people=Count("pk", filter=Q(is_typed=False))
        )
    )
    for is_typed, number in Counter(guest.is_typed for guest in new).items():
        left = min(left_today(sent, is_typed=is_typed), MOST_INVITED - invited)
        if number > left:
            raise TooManyInvited(max(0, left))
    typed = [guest.email for guest in new if guest.is_typed]
    often = Invitation.objects.filter(email__in=typed, created_at__gt=since).values("email").annotate(times=Count("pk"))
    swamped = often.filter(times__gte=FOR_ONE_ADDRESS_A_DAY).order_by("email").first()
    if swamped is not None:
        raise AskedTooOften(swamped["email"])


def _queue(invitations: Iterable[Invitation], *, sequence: int, kind: News) -> None:
    mails = [
        Mail(
            template="meetings.invitation",
            context={"invitation": str(each.pk), "sequence": sequence, "kind": kind.value},
            urgency=Urgency.CONFIRMATION if kind is News.NEW else Urgency.CHANGE,
        )
        for each in invitations
    ]
    queue_mails(mails=mails)


def _open(meeting_id: UUID, host_id: UUID) -> Meeting:
    meeting = locked_meeting(meeting_id, host_id)
    if meeting.cancelled_at is not None or database_now() >= meeting.ends_at:
        raise NotOpen
    return meeting
