"""What moderators do to those who come, and to the room."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from entraide.journal.api import record
from entraide.meetings.actions import ledger, opening, tenant_events
from entraide.meetings.actions.entering import count_out, network_digest
from entraide.meetings.actions.telling import tell_gateways
from entraide.meetings.models import Ban, Invitation, Participant, Room
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.roles import Role, Verb, may, may_act_on
from entraide.meetings.rules.words import ChangeKind, ParticipantState


class NotAllowed(Exception):
    """Whoever asks may not do this, or not to this participant."""


@transaction.atomic
def admit(*, by_id: UUID, target_id: UUID) -> bool:
    """Let one who waits come in; return False when they do not wait any more. Raises NotAllowed."""
    return _change_waiting(by_id, target_id, ParticipantState.ADMITTED, ChangeKind.ADMITTED)


@transaction.atomic
def deny(*, by_id: UUID, target_id: UUID) -> bool:
    """Refuse one who waits, for the life of the room; return False when they do not wait. Raises NotAllowed."""
    return _change_waiting(by_id, target_id, ParticipantState.DENIED, ChangeKind.DENIED)


@transaction.atomic
def admit_all(*, by_id: UUID) -> int:
    """Let all who wait come in; return how many. Raises NotAllowed."""
    room, by = _actor(by_id, Verb.ADMIT)
    waiting = Participant.objects.filter(room=room, state=ParticipantState.WAITING.value)
    admitted = list(waiting.values_list("pk", flat=True))
    waiting.update(state=ParticipantState.ADMITTED.value)
    for each in admitted:
        tell_gateways(room.pk, ChangeKind.ADMITTED, participant=each)
    _note(by, Verb.ADMIT, room.pk, count=len(admitted))
    return len(admitted)


@transaction.atomic
def kick(*, by_id: UUID, target_id: UUID) -> bool:
    """Put one out for the life of the room; return False when it was done before. Raises NotAllowed."""
    return _put_out(by_id, target_id, Verb.KICK, lambda target, by: None)


@transaction.atomic
def ban(*, by_id: UUID, target_id: UUID, network: str = "") -> bool:
    """Put one out, and whoever comes as the same visitor or from the same network. Raises NotAllowed."""

    def keep(target: Participant, by: Participant) -> None:
        kept = network_digest(target.room_id, network) if network else ""
        Ban.objects.get_or_create(room_id=target.room_id, visitor=target.visitor, defaults={"network": kept, "by": by})

    return _put_out(by_id, target_id, Verb.BAN, keep)


@transaction.atomic
def set_locked(*, by_id: UUID, locked: bool) -> None:
    """Lock a room, so that nobody new comes in, or unlock it. Raises NotAllowed."""
    room, by = _actor(by_id, Verb.LOCK)
    if Room.objects.filter(pk=room.pk, is_locked=not locked).update(is_locked=locked):
        tell_gateways(room.pk, ChangeKind.LOCKED if locked else ChangeKind.UNLOCKED)
        _note(by, Verb.LOCK, room.pk, locked=locked)


@transaction.atomic
def end_for_all(*, by_id: UUID) -> bool:
    """End the room for everyone; return False when it had ended. Raises NotAllowed."""
    room, by = _actor(by_id, Verb.END)
    _note(by, Verb.END, room.pk)
    return opening.end_room(room_id=room.pk)


def _actor(by_id: UUID, verb: Verb) -> tuple[Room, Participant]:
    """Lock the room of who asks, and return both. Whoever is not in the room any more may do nothing there."""
    room_id = Participant.objects.filter(pk=by_id).values_list("room_id", flat=True).first()
    if room_id is None:
        raise NotAllowed
    room = ledger.lock_room(room_id)
    by = Participant.objects.present().filter(pk=by_id).first()
    if by is None or not may(Role(by.role), verb):
        raise NotAllowed
    return room, by


def _change_waiting(by_id: UUID, target_id: UUID, state: ParticipantState, told: ChangeKind) -> bool:
    room, by = _actor(by_id, Verb.ADMIT)
    waiting = Participant.objects.filter(pk=target_id, room=room, state=ParticipantState.WAITING.value)
    waiting_one = waiting.first()
    if waiting_one is None or not waiting.update(state=state.value):
        return False
    if state == ParticipantState.DENIED:
        _revoke_personal(waiting_one)
    tell_gateways(room.pk, told, participant=target_id)
    _note(by, Verb.ADMIT, target_id, state=state.value)
    return True


def _put_out(by_id: UUID, target_id: UUID, verb: Verb, keep: Callable[[Participant, Participant], None]) -> bool:
    room, by = _actor(by_id, verb)
    target = Participant.objects.filter(pk=target_id, room=room).first()
    if target is None or not may_act_on(Role(by.role), Role(target.role), verb):
        raise NotAllowed
    keep(target, by)
    _revoke_personal(target)
    was_present = target.state == ParticipantState.PRESENT.value
    changed = Participant.objects.filter(pk=target.pk).exclude(state=ParticipantState.KICKED.value)
    if not changed.update(state=ParticipantState.KICKED.value, left_at=Now(), ticket=None, session_digest=""):
        return False
    if was_present:
        count_out(room)
        tenant_events.somebody_left(room, target)
    tell_gateways(room.pk, ChangeKind.KICKED, participant=target.pk)
    _note(by, verb, target.pk)
    return True


def _revoke_personal(participant: Participant) -> None:
    """Close the personal link of who was put out or refused: another browser with it would be somebody new."""
    if participant.invitation_id is not None:
        theirs = Invitation.objects.filter(pk=participant.invitation_id, revoked_at=None).exclude(email="")
        theirs.update(revoked_at=Now())


def _note(by: Participant, verb: Verb, thing_id: UUID, **detail: object) -> None:
    record(
        actor=by.person_id,
        role=by.role,
        verb=f"meeting.{verb.value}",
        thing_kind="meeting",
        thing_id=thing_id,
        detail={**detail, "by": str(by.pk)},
        now=database_now(),
    )
