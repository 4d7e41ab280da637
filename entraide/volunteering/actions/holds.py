"""What happens when a hold ends: its place goes back, and the volunteer is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from entraide.journal.api import record
from entraide.volunteering import notices
from entraide.volunteering.actions import counters
from entraide.volunteering.models import Notice, Participation, Slot
from entraide.volunteering.permissions import SYSTEM
from entraide.volunteering.rules.holds import LATEST_WARNING, warning_due
from entraide.volunteering.rules.states import ParticipationState
from entraide.volunteering.rules.words import NoticeKind

MOST_SLOTS_AT_ONCE = 200
MOST_WARNINGS_AT_ONCE = 1_000


def reclaim_ended_holds(slot: Slot, *, now: datetime) -> int:
    """Expire the ended holds of a locked slot and return how many places that freed in its counters.

    The caller adds them to the mission with `shift_mission`, last.
    """
    ended = list(Participation.objects.ended_holds(now).filter(slot=slot).select_related("volunteer").order_by("pk"))
    if not ended:
        return 0
    # Nobody else moves a hold of this slot while it is locked: each row that was read is written.
    Participation.objects.filter(pk__in=[row.pk for row in ended], state=ParticipationState.HELD.value).update(
        state=ParticipationState.EXPIRED.value, decided_at=now
    )
    freed = sum(row.seats for row in ended)
    counters.shift_slot(slot, held=-freed)
    for row in ended:
        record(
            actor=None,
            role=SYSTEM.role,
            verb="hold.ended",
            thing_kind="participation",
            thing_id=row.pk,
            detail={"slot": str(slot.pk)},
            now=now,
        )
    notices.tell(kind=NoticeKind.HOLD_ENDED, participations=ended)
    return freed


def expire_holds(*, now: datetime) -> int:
    """Tidy the holds that have ended, one transaction a slot, and return how many places came back."""
    slot_ids = Participation.objects.ended_holds(now).values_list("slot_id", flat=True).distinct()
    return sum(_expire_in_slot(slot_id, now=now) for slot_id in slot_ids[:MOST_SLOTS_AT_ONCE])


@transaction.atomic
def _expire_in_slot(slot_id: UUID, *, now: datetime) -> int:
    slot = counters.lock_slot(slot_id)
    freed = reclaim_ended_holds(slot, now=now)
    counters.shift_mission(slot, freed=freed)
    return freed


@transaction.atomic
def warn_of_ending_holds(*, now: datetime) -> int:
    """Tell volunteers whose hold is about to end, once each, and return how many notices were asked for."""
    waiting = Participation.objects.waiting(now).filter(hold_until__lte=now + LATEST_WARNING)
    told = Notice.objects.filter(participation=OuterRef("pk"), kind=NoticeKind.HOLD_ENDING.value)
    not_told = waiting.exclude(Exists(told))
    due = [
        row
        for row in not_told.select_related("volunteer").order_by("hold_until")[:MOST_WARNINGS_AT_ONCE]
        if row.hold_until and warning_due(held_at=row.held_at, until=row.hold_until, now=now)
    ]
    if due:
        notices.tell(kind=NoticeKind.HOLD_ENDING, participations=due)
    return len(due)
