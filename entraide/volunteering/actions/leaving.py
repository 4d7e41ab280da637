"""A volunteer gives a place back, or some of the places of a group."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.journal.api import record
from entraide.volunteering.actions import counters
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.permissions import By, as_volunteer, signed_in
from entraide.volunteering.rules.holds import has_ended
from entraide.volunteering.rules.seats import may_come_with_fewer
from entraide.volunteering.rules.states import PARTICIPATION_MOVES, ParticipationState
from entraide.volunteering.rules.words import CancelReason


class TooLateToCancel(Exception):
    """The slot has begun, or the participation is over already: a hold whose time has ended is."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Which place is given back and why."""

    participation_id: UUID
    reason: CancelReason
    text: str = ""


class OnlyFewer(Exception):
    """A group keeps one place at least, and asks for no more than it has."""


@transaction.atomic
def cancel_participation(*, acting: Acting, leave: Leave, now: datetime) -> Participation:
    """Give the place back; doing it again changes nothing. Raises Participation.DoesNotExist (also for somebody
    else's), or TooLateToCancel.
    """
    by, slot, row = _locked(acting, leave.participation_id)
    cancelled = ParticipationState.CANCELLED_BY_VOLUNTEER
    if row.state == cancelled.value:
        return row
    _still_ahead(by, slot, row, now)
    was_held = row.state == ParticipationState.HELD.value
    row.state, row.reason, row.reason_text, row.decided_at = (
        cancelled.value,
        leave.reason.value,
        leave.text.strip(),
        now,
    )
    row.hold_until, row.reconfirm_until, row.decided_by = None, None, by.person_id
    ended = ["hold_until", "reconfirm_until"]
    row.save(update_fields=["state", "reason", "reason_text", "decided_at", "decided_by", *ended])
    _give_back(slot, row.seats, was_held=was_held)
    _journal(row, by, "participation.cancelled", now, reason=leave.reason.value)
    counters.shift_mission(slot, freed=row.seats)
    return row


@transaction.atomic
def come_with_fewer(*, acting: Acting, participation_id: UUID, seats: int, now: datetime) -> Participation:
    """Keep so many places and give the others back at once; keeping as many as there are changes nothing.

    Raises Participation.DoesNotExist (also for somebody else's), OnlyFewer or TooLateToCancel.
    """
    by, slot, row = _locked(acting, participation_id)
    _still_ahead(by, slot, row, now)
    if not may_come_with_fewer(seats=row.seats, wanted=seats):
        raise OnlyFewer
    freed = row.seats - seats
    if not freed:
        return row
    row.seats = seats
    row.save(update_fields=["seats"])
    _give_back(slot, freed, was_held=row.state == ParticipationState.HELD.value)
    _journal(row, by, "participation.reduced", now, seats=seats, count=freed)
    counters.shift_mission(slot, freed=freed)
    return row


def _locked(acting: Acting, participation_id: UUID) -> tuple[By, Slot, Participation]:
    """Lock the slot and the participation of somebody who is signed in, in this order."""
    person_id = signed_in(acting)
    own = Participation.objects.filter(volunteer__person_id=person_id)
    slot = counters.lock_slot(own.values_list("slot_id", flat=True).get(pk=participation_id))
    row = own.select_for_update(of=("self",), no_key=True).get(pk=participation_id)
    return as_volunteer(person_id), slot, row


def _still_ahead(by: By, slot: Slot, row: Participation, now: datetime) -> None:
    """Raise TooLateToCancel unless there is a place to give back."""
    sources = PARTICIPATION_MOVES.sources(target=ParticipationState.CANCELLED_BY_VOLUNTEER, actor=by.actor)
    if row.state not in sources or slot.starts_at <= now:
        raise TooLateToCancel
    if row.state == ParticipationState.HELD.value and has_ended(until=row.hold_until, now=now):
        raise TooLateToCancel


def _give_back(slot: Slot, seats: int, *, was_held: bool) -> None:
    counters.shift_slot(slot, held=-seats if was_held else 0, taken=0 if was_held else -seats)


def _journal(row: Participation, by: By, verb: str, now: datetime, **detail: str | int) -> None:
    record(
        actor=by.person_id,
        role=by.role,
        verb=verb,
        thing_kind="participation",
        thing_id=row.pk,
        detail={"slot": str(row.slot_id), **detail},
        now=now,
    )
