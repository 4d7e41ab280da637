"""People come to a room's door, join with a token, and leave."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from entraide.foundation.secrets import digest_of, new_secret
from entraide.meetings.actions import ledger, tenant_events
from entraide.meetings.actions.placing import Placed, Queued, place_locked
from entraide.meetings.actions.telling import latest_change, tell_gateways
from entraide.meetings.models import Ban, Invitation, Participant, Room
from entraide.meetings.queries.moment import database_now
from entraide.meetings.queries.presence import presence_in
from entraide.meetings.rules import tokens
from entraide.meetings.rules.admission import Arrival, Door, Refused, decide
from entraide.meetings.rules.lines import one_line
from entraide.meetings.rules.load import PEERS
from entraide.meetings.rules.names import BadName, read_name
from entraide.meetings.rules.promotion import Step, next_step
from entraide.meetings.rules.roles import Role, capabilities_of, outranks
from entraide.meetings.rules.visitors import Visitor
from entraide.meetings.rules.words import ChangeKind, ParticipantState, RoomMode

LONGEST_DISPLAY = 60


class NotAdmitted(Exception):
    """Somebody does not come in; `reason` says why. Pages tell most reasons as if there were no such room."""

    def __init__(self, reason: Refused | None) -> None:
        super().__init__("no such room" if reason is None else reason.value)
        self.reason = reason


class TicketUsed(Exception):
    """The token was used, replaced by a newer one, or its room or participant is no longer what it says."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a visitor stands at the door: admitted with a token for the gateway, or waiting without one."""

    participant: Participant
    token: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A participant is in the room. The session's secret is given once; `placement` is None for peer to peer.

    `heard` is the number of the room's latest change: what comes later is yet to be told.
    """

    participant: Participant
    room: Room
    session: str
    placement: Placed | Queued | None
    heard: int = 0

    @property
    def epoch(self) -> int:
        """The room's epoch."""
        return self.room.epoch


@transaction.atomic
def come_to_door(*, name: str, visitor: Visitor, key: bytes, invitation: str = "") -> Entry:
    """Admit a visitor to a room, let them wait, or raise NotAdmitted; `key` signs the token of who is admitted.

    Coming again asks again: whoever waits and has been admitted since gets the token, and an older one is void.
    """
    room = _locked_room(name)
    now = database_now()
    before = Participant.objects.filter(room=room, visitor=visitor.digest).first()
    invited = None if _owns(room, visitor) else _invitation(room, invitation, before, now)
    role = _role_of(room, visitor, invited, before)
    state = decide(_arrival(room, visitor, role, before, invited), door=_door(room))
    if isinstance(state, Refused):
        raise NotAdmitted(state)
    knocked_before = before is not None and before.state == ParticipantState.WAITING.value
    participant = before or Participant(room=room, visitor=visitor.digest, person_id=visitor.person_id)
    participant.role = role.value
    if not participant.is_named:
        participant.display = one_line(visitor.display, most=LONGEST_DISPLAY)
    participant.invitation = invited or participant.invitation
    if participant.state != ParticipantState.PRESENT.value:
        participant.state = state.value
    participant.ticket = ticket = uuid4() if state == ParticipantState.ADMITTED else None
    participant.save()
    if state == ParticipantState.WAITING and not knocked_before:
        tell_gateways(room.pk, ChangeKind.WAITING, participant=participant.pk)
    return Entry(participant, "" if ticket is None else _token(ticket, participant, room, key, now))


@transaction.atomic
def join_room(*, token: str, keys: tuple[bytes, ...]) -> Joined:
    """Let in who has a token: once. A third one has the room placed; `placement` says where, or its place in line.

    The token may be of an earlier epoch than the room's, which may have moved within the minute: what is returned
    counts. Raises BadToken, TicketUsed, NotAdmitted when the room has filled up since.
    """
    grant = tokens.read(token, keys=keys, now=database_now())
    try:
        room = ledger.lock_room(grant.room)
    except Room.DoesNotExist as error:
        raise TicketUsed from error
    session = new_secret("meeting")
    participant = _redeem(grant, room, session)
    return _seated(participant, room, session)


def seat_of(participant: Participant, session: str) -> Joined:
    """Return where somebody is who is in their room. Raises Room.DoesNotExist."""
    return _seated(participant, ledger.lock_room(participant.room_id), session)


def _seated(participant: Participant, room: Room, session: str) -> Joined:
    # Whether the room could do without a server is the watch's question; here it is whether it needs one.
    step = next_step(presence_in(room, now=room.few_since))
    placement = place_locked(room) if step == Step.PROMOTE or room.mode == RoomMode.SFU.value else None
    return Joined(participant, room, session, placement, heard=latest_change(room.pk))


@transaction.atomic
def leave_room(*, participant_id: UUID) -> bool:
    """Let somebody leave; return False when they were not there."""
    participant = Participant.objects.get(pk=participant_id)
    room = ledger.lock_room(participant.room_id)
    left = Participant.objects.present().filter(pk=participant_id)
    if not left.update(state=ParticipantState.LEFT.value, left_at=Now(), session_digest="", ticket=None):
        return False
    count_out(room)
    tenant_events.somebody_left(room, participant)
    return True


def count_out(room: Room) -> None:
    """Count one less in a locked room; note since when two or fewer are there, who wait for no server any more."""
    room.heads -= 1
    changed: dict[str, object] = {"heads": F("heads") - 1}
    if room.heads <= PEERS:
        changed["few_since"] = Now()
        if room.queued_at is not None and next_step(presence_in(room, now=room.few_since)) != Step.PROMOTE:
            # Two need no server: whoever is behind them in line moves up.
            changed["queued_at"] = None
    Room.objects.filter(pk=room.pk).update(**changed)


def network_digest(room_id: UUID, network: str) -> str:
    """Return what is kept of a network: with the room's id in it, so that those of two rooms cannot be compared."""
    return hashlib.sha256(f"{room_id} {network}".encode()).hexdigest()


def _redeem(grant: tokens.JoinGrant, room: Room, session: str) -> Participant:
    if room.ended_at is not None or grant.epoch > room.epoch:
        raise TicketUsed
    participant = Participant.objects.filter(pk=grant.participant, room=room, ticket=grant.jti).first()
    if participant is None or participant.role != grant.role.value:
        raise TicketUsed
    was_present = participant.state == ParticipantState.PRESENT.value
    if not was_present and room.heads >= room.most_heads:
        raise NotAdmitted(Refused.FULL)
    participant.state, participant.ticket = ParticipantState.PRESENT.value, None
    participant.session_digest = digest_of(session)
    participant.joined_at = participant.seen_at = database_now()
    participant.save(update_fields=["state", "ticket", "session_digest", "joined_at", "seen_at"])
    if not was_present:
        room.heads += 1
        room.peak_heads = max(room.peak_heads, room.heads)
        Room.objects.filter(pk=room.pk).update(heads=room.heads, peak_heads=room.peak_heads)
        tenant_events.somebody_came(room, participant)
    return participant


def _locked_room(name: str) -> Room:
    try:
        kept = read_name(name)
    except BadName as error:
        raise NotAdmitted(None) from error
    room = Room.objects.select_for_update(no_key=True).open().filter(name=kept).first()
    if room is None:
        raise NotAdmitted(None)
    return room


def _door(room: Room) -> Door:
    return Door(
        has_lobby=room.has_lobby,
        needs_login=room.needs_login,
        is_locked=room.is_locked,
        most_heads=room.most_heads,
        heads=room.heads,
        has_ended=room.ended_at is not None,
    )


def _arrival(
    room: Room, visitor: Visitor, role: Role, before: Participant | None, invited: Invitation | None
) -> Arrival:
    banned = Q(visitor=visitor.digest)
    if visitor.network:
        banned |= Q(network=network_digest(room.pk, visitor.network))
    return Arrival(
        role=role,
        is_signed_in=visitor.person_id is not None,
        is_banned=Ban.objects.filter(banned, room=room).exists(),
        before=None if before is None else ParticipantState(before.state),
        is_expected=invited is not None and invited.meeting is not None and not invited.meeting.invited_wait,
    )


def _invitation(room: Room, secret: str, before: Participant | None, now: datetime) -> Invitation | None:
    """Return the invitation of a link, counted once for each visitor; one that is over, or to another room, is none."""
    if not secret:
        return None
    to_here = Invitation.objects.filter(Q(room=room) | Q(meeting__room=room), digest=digest_of(secret), revoked_at=None)
    lasting = to_here.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    found = lasting.select_related("meeting").select_for_update(of=("self",), no_key=True).first()
    if found is None or found.uses_left is None or (before is not None and before.invitation_id == found.pk):
        return found
    if not found.uses_left:
        return None
    Invitation.objects.filter(pk=found.pk).update(uses_left=F("uses_left") - 1)
    return found


def _owns(room: Room, visitor: Visitor) -> bool:
    return room.owner_id is not None and room.owner_id == visitor.person_id


def _role_of(room: Room, visitor: Visitor, invited: Invitation | None, before: Participant | None) -> Role:
    """Return the role of who comes. An invitation takes nothing away from who was let in, and gives all to others."""
    if _owns(room, visitor):
        return Role.OWNER
    had = Role.SPEAKER if before is None else Role(before.role)
    if invited is None:
        return had
    is_new = before is None or before.state == ParticipantState.WAITING.value
    return Role(invited.role) if is_new or outranks(Role(invited.role), had) else had


def _token(ticket: UUID, participant: Participant, room: Room, key: bytes, now: datetime) -> str:
    role = Role(participant.role)
    grant = tokens.JoinGrant(
        jti=ticket,
        room=room.pk,
        epoch=room.epoch,
        participant=participant.pk,
        role=role,
        capabilities=capabilities_of(role),
    )
    return tokens.write(grant, key=key, now=now)
