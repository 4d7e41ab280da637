"""A volunteer gives a place back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.journal.api import record
from entraide.volunteering.actions import counters
from entraide.volunteering.models import Participation
from entraide.volunteering.permissions import as_volunteer, signed_in
from entraide.volunteering.rules.holds import has_ended
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


@transaction.atomic
def cancel_participation(*, acting: Acting, leave: Leave, now: datetime) -> Participation:
    """Give the place back; doing it again changes nothing. Raises Participation.DoesNotExist (also for somebody
    else's), or TooLateToCancel.
    """
    person_id = signed_in(acting)
    by = as_volunteer(person_id)
    own = Participation.objects.filter(volunteer__person_id=person_id)
    slot_id = own.values_list("slot_id", flat=True).get(pk=leave.participation_id)
    slot = counters.lock_slot(slot_id)
    row = own.select_for_update(of=("self",), no_key=True).get(pk=leave.participation_id)
    cancelled = ParticipationState.CANCELLED_BY_VOLUNTEER
    if row.state == cancelled.value:
        return row
    if row.state not in PARTICIPATION_MOVES.sources(target=cancelled, actor=by.actor) or slot.starts_at <= now:
        raise TooLateToCancel
    was_held = row.state == ParticipationState.HELD.value
    if was_held and has_ended(until=row.hold_until, now=now):
        raise TooLateToCancel
    row.state, row.reason, row.reason_text, row.decided_at = (
        cancelled.value,
        leave.reason.value,
        leave.text.strip(),
        now,
    )
    row.hold_until, row.reconfirm_until, row.decided_by = None, None, person_id
    ended = ["hold_until", "reconfirm_until"]
    row.save(update_fields=["state", "reason", "reason_text", "decided_at", "decided_by", *ended])
    counters.shift_slot(slot, held=-1 if was_held else 0, taken=0 if was_held else -1)
    record(
        actor=by.person_id,
        role=by.role,
        verb="participation.cancelled",
        thing_kind="participation",
        thing_id=row.pk,
        detail={"slot": str(slot.pk), "reason": leave.reason.value},
        now=now,
    )
    counters.shift_mission(slot, freed=1)
    return row
