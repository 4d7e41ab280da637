"""Meetings are planned, changed and cancelled; the room of one is opened when its time has come."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from entraide.meetings.actions.inviting import invite_locked, locked_meeting, tell_invited
from entraide.meetings.actions.opening import RoomWish, end_room, open_for
from entraide.meetings.models import Invitation, Meeting
from entraide.meetings.queries.moment import database_now
from entraide.meetings.queries.plans import phase_of
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.invitations import MOST_CHANGES
from entraide.meetings.rules.lines import one_line
from entraide.meetings.rules.load import MOST_HEADS, PEERS
from entraide.meetings.rules.names import ENTROPY_BYTES, BadName, drawn_name, read_name
from entraide.meetings.rules.schedule import Phase, TimeFault, time_fault
from entraide.meetings.rules.words import About

LONGEST_TITLE = 120


class BadTime(ValueError):
    """A meeting cannot be at that time; `fault` says why."""

    def __init__(self, fault: TimeFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class NotChangeable(Exception):
    """The meeting has begun, is over or was cancelled; or it was changed very often, and each change writes to all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a meeting is to be. `zone` is the name of the time zone in which its host thinks."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    most_heads: int
    invited_wait: bool = False


@dataclass(frozen=True, slots=True)
class Purpose:
    """For whom a meeting is: its host alone, or those of an organisation or a mission."""

    about: About = About.PERSON
    about_id: UUID | None = None


@transaction.atomic
def plan_meeting(*, host_id: UUID, plan: Plan, guests: list[Guest], purpose: Purpose | None = None) -> Meeting:
    """Plan a meeting and invite people to it. Raises BadTime, and what `invite` raises."""
    _check(plan)
    purpose = purpose or Purpose()
    meeting = Meeting.objects.create(
        name=drawn_name(secrets.token_bytes(ENTROPY_BYTES)),
        host_id=host_id,
        about=purpose.about.value,
        about_id=purpose.about_id,
        **_columns(plan),
    )
    invite_locked(meeting, guests)
    return meeting


@transaction.atomic
def change_meeting(*, meeting_id: UUID, host_id: UUID, plan: Plan) -> bool:
    """Change a meeting before it begins and tell all who are invited; False when nothing is new.

    Raises BadTime, NotChangeable, Meeting.DoesNotExist.
    """
    _check(plan)
    meeting = locked_meeting(meeting_id, host_id)
    columns = _columns(plan)
    if all(getattr(meeting, name) == value for name, value in columns.items()):
        return False
    if meeting.room_id is not None or meeting.cancelled_at is not None or meeting.sequence >= MOST_CHANGES:
        raise NotChangeable
    if database_now() >= meeting.ends_at:
        raise NotChangeable
    Invitation.objects.filter(meeting=meeting, ends_at=meeting.ends_at).update(ends_at=plan.ends_at)
    Meeting.objects.filter(pk=meeting.pk).update(sequence=F("sequence") + 1, **columns)
    tell_invited(meeting.pk)
    return True


@transaction.atomic
def cancel_meeting(*, meeting_id: UUID, host_id: UUID) -> bool:
    """Cancel a meeting, tell all who are invited, end its room; False when it was cancelled or is over.

    Raises Meeting.DoesNotExist.
    """
    return _cancel(locked_meeting(meeting_id, host_id))


@transaction.atomic
def forget_host(*, person_id: UUID) -> None:
    """Cancel what an erased person had planned, and forget the invitations that they had."""
    for meeting in Meeting.objects.select_for_update(no_key=True).filter(host_id=person_id).order_by("pk"):
        _cancel(meeting)
    Meeting.objects.filter(host_id=person_id).update(title="")
    Invitation.objects.filter(person_id=person_id).delete()


@transaction.atomic
def open_when_due(*, name: str) -> Phase | None:
    """Open the room of a planned meeting if it is time for it, and return where the meeting stands.

    None when no planned meeting has this name.
    """
    try:
        kept = read_name(name)
    except BadName:
        return None
    meeting = (
        Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("room").filter(name=kept).first()
    )
    if meeting is None:
        return None
    stands = phase_of(meeting, now=database_now())
    if stands == Phase.OPEN and meeting.room is None:
        # Who comes uninvited waits at the door whatever the host chose for the invited.
        wish = RoomWish(drawn=meeting.name, most_heads=meeting.most_heads, has_lobby=True, size_hint=_expected(meeting))
        room = open_for(host_id=meeting.host_id, wish=wish)
        Meeting.objects.filter(pk=meeting.pk).update(room=room)
    return stands


def _expected(meeting: Meeting) -> int | None:
    """Return for how many a place is reserved: those who are invited and the host; none for two."""
    invited = Invitation.objects.filter(meeting=meeting, revoked_at=None).exclude(email="").count()
    expected = min(invited + 1, meeting.most_heads)
    return expected if expected > PEERS else None


def _cancel(meeting: Meeting) -> bool:
    if phase_of(meeting, now=database_now()) in (Phase.OVER, Phase.CANCELLED):
        return False
    Meeting.objects.filter(pk=meeting.pk).update(sequence=F("sequence") + 1, cancelled_at=Now())
    tell_invited(meeting.pk)
    if meeting.room_id is not None:
        end_room(room_id=meeting.room_id)
    return True


def _check(plan: Plan) -> None:
    fault = time_fault(plan.starts_at, plan.ends_at, now=database_now())
    if fault is not None:
        raise BadTime(fault)
    if not PEERS <= plan.most_heads <= MOST_HEADS:
        raise ValueError(f"a meeting is for {PEERS} to {MOST_HEADS} people")


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "title": one_line(plan.title, most=LONGEST_TITLE),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "zone": plan.zone,
        "invited_wait": plan.invited_wait,
        "most_heads": plan.most_heads,
    }
