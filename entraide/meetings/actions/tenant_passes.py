"""Passes with which a tenant sends people into its meetings: used once, within minutes, by any browser."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from entraide.foundation.secrets import digest_of, new_secret
from entraide.meetings.actions import ledger
from entraide.meetings.actions.entering import LONGEST_DISPLAY, NotAdmitted
from entraide.meetings.actions.telling import tell_gateways
from entraide.meetings.actions.tenant_meetings import NoSuchMeeting
from entraide.meetings.models import Invitation, Participant, Room, Tenant, TenantMeeting
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.admission import Refused
from entraide.meetings.rules.bbb_words import GuestPolicy, JoinWish
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.visitors import Visitor
from entraide.meetings.rules.words import ChangeKind, ParticipantState

LASTS = timedelta(minutes=5)
_PUT_OUT = (ParticipantState.KICKED.value, ParticipantState.DENIED.value)


class BadPassword(Exception):
    """Neither a role nor one of the meeting's passwords is said."""


class OldLink(Exception):
    """The link is to an earlier meeting of that id."""


class TurnedAway(Exception):
    """Guests do not come into this meeting, or this person was put out of it."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass: its secret, which is kept nowhere; whether whoever has it waits at the door."""

    secret: str
    invitation_id: UUID
    waits: bool


@transaction.atomic
def give_pass(*, tenant: Tenant, wish: JoinWish) -> Pass:
    """Return a pass for one whom a tenant sends. Raises NoSuchMeeting, BadPassword, OldLink, TurnedAway."""
    meeting = TenantMeeting.objects.open().filter(tenant=tenant, meeting_id=wish.meeting_id).first()
    if meeting is None:
        raise NoSuchMeeting
    if wish.created_ms is not None and wish.created_ms != meeting.created_ms:
        raise OldLink
    role = wish.role or _role_by_password(meeting, wish.password)
    is_turned_away = wish.is_guest and meeting.guest_policy == GuestPolicy.DENY.value
    if is_turned_away or (wish.user_id and _was_put_out(meeting, wish.user_id)):
        raise TurnedAway
    secret = new_secret("meeting pass")
    invitation = Invitation.objects.create(
        room_id=meeting.room_id,
        digest=digest_of(secret),
        role=role.value,
        uses_left=1,
        ends_at=database_now() + LASTS,
        name=wish.name[:LONGEST_DISPLAY],
        outside_id=wish.user_id,
        is_guest=wish.is_guest,
    )
    return Pass(secret, invitation.pk, waits=_waits(meeting, is_guest=wish.is_guest))


@transaction.atomic
def use_pass(*, secret: str, visitor: Visitor) -> Room:
    """Let the visitor in whom a tenant sent, under the name and in the role that it said. Raises NotAdmitted."""
    passes = Invitation.objects.filter(digest=digest_of(secret), uses_left__gt=0, ends_at__gt=database_now())
    found = passes.exclude(name="").first()
    if found is None or found.room_id is None:
        raise NotAdmitted(None)
    room = ledger.lock_room(found.room_id)
    # Of two browsers that have it, one comes in.
    if room.ended_at is not None or not passes.filter(pk=found.pk).update(uses_left=F("uses_left") - 1):
        raise NotAdmitted(None)
    meeting = TenantMeeting.objects.get(room=room)
    participant = _participant(room, visitor)
    participant.display, participant.is_named = found.name, True
    participant.role, participant.outside_id, participant.is_guest = found.role, found.outside_id, found.is_guest
    knocks = _waits(meeting, is_guest=found.is_guest) and participant.state in ("", ParticipantState.WAITING.value)
    if knocks:
        participant.state = ParticipantState.WAITING.value
    elif participant.state != ParticipantState.PRESENT.value:
        participant.state = ParticipantState.ADMITTED.value
    participant.save()
    if knocks:
        tell_gateways(room.pk, ChangeKind.WAITING, participant=participant.pk)
    return room


def _participant(room: Room, visitor: Visitor) -> Participant:
    before = Participant.objects.filter(room=room, visitor=visitor.digest).first()
    if before is not None and before.state in _PUT_OUT:
        raise NotAdmitted(Refused.BANNED)
    return before or Participant(room=room, visitor=visitor.digest, person_id=visitor.person_id, state="")


def _was_put_out(meeting: TenantMeeting, user_id: str) -> bool:
    put_out = Participant.objects.filter(room_id=meeting.room_id, outside_id=user_id, state__in=_PUT_OUT)
    return put_out.exists()


def _waits(meeting: TenantMeeting, *, is_guest: bool) -> bool:
    return is_guest and meeting.guest_policy == GuestPolicy.ASK.value


def _role_by_password(meeting: TenantMeeting, password: str) -> Role:
    for known, role in ((meeting.moderator_password, Role.MODERATOR), (meeting.attendee_password, Role.SPEAKER)):
        if password and secrets.compare_digest(known.encode(), password.encode()):
            return role
    raise BadPassword
