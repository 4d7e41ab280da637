"""The organisation adds, moves, resizes, closes and cancels slots. Everyone concerned is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Least

from entraide.accounts.api import Acting
from entraide.foundation.ids import new_id
from entraide.journal.api import record
from entraide.volunteering import copies, notices
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.holds import reclaim_ended_holds
from entraide.volunteering.actions.reconfirming import take_question_back
from entraide.volunteering.models import Mission, Participation, Slot
from entraide.volunteering.permissions import By, by_organisation
from entraide.volunteering.rules.repetition import LONGEST, MOST_SLOTS, Window
from entraide.volunteering.rules.states import (
    PARTICIPATION_MOVES,
    SLOT_MOVES,
    MissionState,
    ParticipationState,
    SlotState,
)
from entraide.volunteering.rules.words import Canceller, NoticeKind

_FINISHED = (MissionState.DONE, MissionState.CANCELLED, MissionState.FLAGGED, MissionState.ARCHIVED)


class SlotNotChangeable(Exception):
    """The slot has begun, is over or was cancelled, or its mission is finished."""


class BadWindow(Exception):
    """The times asked for are past, reversed, or longer than a slot may be; or there are too many of them."""


class CapacityTaken(Exception):
    """More places are taken than the capacity asked for."""

    def __init__(self, occupied: int) -> None:
        super().__init__(occupied)
        self.occupied = occupied


@dataclass(frozen=True, slots=True)
class NewSlots:
    """Slots to add to a mission: when, how many people each needs and takes, where, and as what.

    `meet_before` is by how much volunteers meet before the work begins.
    """

    windows: Sequence[Window]
    capacity_max: int
    capacity_min: int = 0
    place_id: UUID | None = None
    role: str = ""
    meet_before: timedelta | None = None


@transaction.atomic
def add_slots(*, acting: Acting, mission_id: UUID, slots: NewSlots, now: datetime) -> list[Slot]:
    """Add slots to a mission. Raises Mission.DoesNotExist, NotAllowed, SlotNotChangeable or BadWindow."""
    counters.one_manager_at_a_time(mission_id)
    mission = Mission.objects.get(pk=mission_id)
    by = by_organisation(acting, mission.organisation_id)
    if mission.state in _FINISHED or mission.partner:
        raise SlotNotChangeable
    made = insert_slots(mission, slots, now=now)
    _journal(by, mission.pk, "slots.added", now, thing_kind="mission", count=len(made))
    counters.recount_mission(mission.pk)
    copies.outdate([mission])
    return made


def insert_slots(mission: Mission, slots: NewSlots, *, now: datetime) -> list[Slot]:
    """Insert slots; the caller has checked the role and recounts the mission. Raises BadWindow."""
    if not 0 < len(slots.windows) <= MOST_SLOTS:
        raise BadWindow
    for window in slots.windows:
        _check(window, now)
    series_id = new_id() if len(slots.windows) > 1 else None
    return Slot.objects.bulk_create(
        Slot(
            mission=mission,
            place_id=slots.place_id,
            series_id=series_id,
            starts_at=window.starts_at,
            ends_at=window.ends_at,
            meeting_at=None if slots.meet_before is None else window.starts_at - slots.meet_before,
            role=slots.role.strip(),
            capacity_min=min(slots.capacity_min, slots.capacity_max),
            capacity_max=slots.capacity_max,
        )
        for window in slots.windows
    )


@transaction.atomic
def move_slot(*, acting: Acting, slot_id: UUID, window: Window, now: datetime) -> Slot:
    """Change a slot's time. Its participants keep their places and are told, so that they can give them back.

    Raises Slot.DoesNotExist, NotAllowed, SlotNotChangeable or BadWindow.
    """
    slot, by = _changeable(acting, slot_id, now)
    _check(window, now)
    if (slot.starts_at, slot.ends_at) == (window.starts_at, window.ends_at):
        return slot
    before = {"starts_at": slot.starts_at.isoformat(), "ends_at": slot.ends_at.isoformat()}
    if slot.meeting_at:
        slot.meeting_at = window.starts_at - (slot.starts_at - slot.meeting_at)
    slot.starts_at, slot.ends_at = window.starts_at, window.ends_at
    slot.save(update_fields=["starts_at", "ends_at", "meeting_at"])
    # A hold never outlives its slot's start, wherever that is now.
    Participation.objects.waiting(now).filter(slot=slot).update(hold_until=Least("hold_until", Value(window.starts_at)))
    take_question_back(slot, now=now)
    concerned = Participation.objects.standing(now).ahead().filter(slot=slot).select_related("volunteer")
    notices.tell(
        kind=NoticeKind.SLOT_MOVED, participations=concerned, detail=before, occasion=f"{slot.pk}.{slot.version + 1}"
    )
    _journal(by, slot.pk, "slot.moved", now, **before)
    counters.recount_mission(slot.mission_id)
    copies.outdate([slot.mission])
    return slot


@transaction.atomic
def resize_slot(*, acting: Acting, slot_id: UUID, capacity_max: int, now: datetime) -> Slot:
    """Change how many people a slot takes. Raises Slot.DoesNotExist, NotAllowed, SlotNotChangeable, CapacityTaken."""
    slot, by = _changeable(acting, slot_id, now)
    reclaim_ended_holds(slot, now=now)
    slot.refresh_from_db(fields=["taken", "held"])
    if capacity_max < max(1, slot.taken + slot.held):
        raise CapacityTaken(slot.taken + slot.held)
    slot.capacity_max, slot.capacity_min = capacity_max, min(slot.capacity_min, capacity_max)
    slot.save(update_fields=["capacity_max", "capacity_min"])
    counters.refresh_slot_state(slot.pk)
    _journal(by, slot.pk, "slot.resized", now, capacity=capacity_max)
    counters.recount_mission(slot.mission_id)
    copies.outdate([slot.mission])
    return slot


@transaction.atomic
def close_slot(*, acting: Acting, slot_id: UUID, now: datetime) -> None:
    """Take nobody else into a slot; those who have a place keep it. Raises as `move_slot` does."""
    slot, by = _changeable(acting, slot_id, now)
    if slot.state == SlotState.CLOSED:
        return
    Slot.objects.filter(pk=slot.pk).update(state=SlotState.CLOSED.value)
    _journal(by, slot.pk, "slot.closed", now)
    counters.recount_mission(slot.mission_id)
    copies.outdate([slot.mission])


@transaction.atomic
def cancel_slot(*, acting: Acting, slot_id: UUID, text: str, now: datetime) -> int:
    """Cancel a slot, tell everyone who had a place, and return how many. Cancelling again changes nothing.

    Raises Slot.DoesNotExist, NotAllowed or SlotNotChangeable.
    """
    slot = counters.lock_slot(slot_id)
    by = by_organisation(acting, slot.mission.organisation_id)
    if slot.state == SlotState.CANCELLED:
        return 0
    if slot.ends_at <= now:
        raise SlotNotChangeable
    told = cancel_locked_slot(slot, by=by, text=text, now=now)
    counters.recount_mission(slot.mission_id)
    copies.outdate([slot.mission])
    return told


def cancel_locked_slot(
    slot: Slot, *, by: By, text: str, now: datetime, canceller: Canceller = Canceller.ORGANISATION
) -> int:
    """Cancel a slot that the caller has locked, with its participations; the caller recounts the mission.

    Raises SlotNotChangeable when the slot is past cancelling.
    """
    if slot.state not in SLOT_MOVES.sources(target=SlotState.CANCELLED, actor=by.actor):
        raise SlotNotChangeable
    freed = reclaim_ended_holds(slot, now=now)
    cancelled = ParticipationState.CANCELLED_BY_ORGANISATION
    sources = PARTICIPATION_MOVES.sources(target=cancelled, actor=by.actor)
    rows = list(Participation.objects.filter(slot=slot, state__in=sources).select_related("volunteer").order_by("pk"))
    held = sum(row.seats for row in rows if row.state == ParticipationState.HELD)
    taken = sum(row.seats for row in rows) - held
    Participation.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=cancelled.value,
        reason_text=text.strip(),
        decided_by=by.person_id,
        decided_at=now,
        hold_until=None,
        reconfirm_until=None,
    )
    Slot.objects.filter(pk=slot.pk).update(state=SlotState.CANCELLED.value)
    slot.state = SlotState.CANCELLED.value
    counters.shift_slot(slot, held=-held, taken=-taken)
    notices.tell(kind=NoticeKind.SLOT_CANCELLED, participations=rows, detail={"by": canceller.value})
    _journal(by, slot.pk, "slot.cancelled", now, told=len(rows), ended_holds=freed)
    return len(rows)


def _changeable(acting: Acting, slot_id: UUID, now: datetime) -> tuple[Slot, By]:
    """Lock a slot that its organisation may still change."""
    slot = counters.lock_slot(slot_id)
    by = by_organisation(acting, slot.mission.organisation_id)
    if slot.state not in (SlotState.OPEN, SlotState.FULL, SlotState.CLOSED) or slot.starts_at <= now:
        raise SlotNotChangeable
    if slot.mission.state in _FINISHED:
        raise SlotNotChangeable
    return slot, by


def _check(window: Window, now: datetime) -> None:
    if not now < window.starts_at < window.ends_at <= window.starts_at + LONGEST:
        raise BadWindow


def _journal(
    by: By, thing_id: UUID, verb: str, now: datetime, *, thing_kind: str = "slot", **detail: str | int
) -> None:
    record(
        actor=by.person_id, role=by.role, verb=verb, thing_kind=thing_kind, thing_id=thing_id, detail=detail, now=now
    )
