"""What time does by itself: slots begin and end, missions are done and archived, reminders go out.

Nobody waits for these: what decides compares times itself. They keep lists and counts tidy.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from entraide.journal.api import record
from entraide.volunteering import copies, notices
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.holds import reclaim_ended_holds
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Mission, Notice, Participation, Slot
from entraide.volunteering.permissions import SYSTEM
from entraide.volunteering.rules.reminders import DAY_BEFORE, TOO_LATE, reminder_due
from entraide.volunteering.rules.states import MISSION_MOVES, SLOT_LIVE, MissionState, SlotState
from entraide.volunteering.rules.words import NoticeKind

MOST_AT_ONCE = 500
DONE_AFTER = timedelta(days=1)
ARCHIVED_AFTER = timedelta(days=90)


def advance_slots(*, now: datetime) -> int:
    """Close slots that begin, then move them to under way and over. Return how many moved, one transaction each."""
    begun = Slot.objects.live().filter(starts_at__lte=now)
    closed = Slot.objects.filter(state=SlotState.CLOSED.value, starts_at__lte=now)
    ended = Slot.objects.filter(state=SlotState.UNDER_WAY.value, ends_at__lte=now)
    ids = [pk for rows in (begun, closed, ended) for pk in rows.values_list("pk", flat=True)[:MOST_AT_ONCE]]
    return sum(_advance(slot_id, now=now) for slot_id in dict.fromkeys(ids))


@transaction.atomic
def _advance(slot_id: UUID, *, now: datetime) -> bool:
    slot = counters.lock_slot(slot_id)
    before = slot.state
    if slot.starts_at > now:
        return False
    if slot.state in SLOT_LIVE:
        reclaim_ended_holds(slot, now=now)
        slot.state = SlotState.CLOSED.value
    if slot.state == SlotState.CLOSED:
        slot.state = SlotState.UNDER_WAY.value
    if slot.state == SlotState.UNDER_WAY and slot.ends_at <= now:
        slot.state = SlotState.OVER.value
    if slot.state == before:
        return False
    Slot.objects.filter(pk=slot.pk).update(state=slot.state)
    counters.recount_mission(slot.mission_id)
    return True


def finish_missions(*, now: datetime) -> int:
    """End missions a day after their last slot, archive them later, and return how many moved."""
    done = _move_all(MissionState.DONE, ends_at__lte=now - DONE_AFTER, now=now)
    return done + _move_all(MissionState.ARCHIVED, state_changed_at__lte=now - ARCHIVED_AFTER, now=now)


@transaction.atomic
def _move_all(target: MissionState, *, now: datetime, **when: datetime) -> int:
    sources = MISSION_MOVES.sources(target=target, actor=SYSTEM.actor)
    rows = Mission.objects.filter(state__in=sources, **when).select_for_update(no_key=True, skip_locked=True)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for mission_id in ids:
        record(
            actor=None,
            role=SYSTEM.role,
            verb=f"mission.{target.value}",
            thing_kind="mission",
            thing_id=mission_id,
            now=now,
        )
    copies.outdate_all(ids)
    return Mission.objects.filter(pk__in=ids).update(state=target.value, state_changed_at=now)


@transaction.atomic
def remind_of_slots(*, now: datetime) -> int:
    """Remind those who are expected tomorrow, once each, and return how many notices were asked for."""
    soon = Participation.objects.expected().filter(slot__starts_at__gt=now, slot__starts_at__lte=now + DAY_BEFORE)
    soon = soon.exclude(slot__mission__organisation__state__in=BARRED_ORGANISATIONS)
    soon = soon.filter(slot__starts_at__gt=now + TOO_LATE, confirmed_at__lt=F("slot__starts_at") - DAY_BEFORE)
    # A slot that has moved is reminded of anew, at its new time.
    told = Notice.objects.filter(dedupe_key=OuterRef("key"))
    rows = (
        soon.annotate(key=notices.key_of_time(NoticeKind.REMINDER))
        .exclude(Exists(told))
        .select_related("slot", "volunteer")
        .order_by("slot__starts_at", "pk")
    )
    due = [
        row
        for row in rows[:MOST_AT_ONCE]
        if reminder_due(starts_at=row.slot.starts_at, confirmed_at=row.confirmed_at or row.held_at, now=now)
    ]
    at_once: dict[datetime, list[Participation]] = defaultdict(list)
    for row in due:
        at_once[row.slot.starts_at].append(row)
    for starts_at, those in at_once.items():
        notices.tell(kind=NoticeKind.REMINDER, participations=those, occasion=notices.of_time(starts_at))
    return len(due)
