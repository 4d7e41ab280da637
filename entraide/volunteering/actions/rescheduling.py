"""Changing a slot's time and capacity at once, as somebody saw it: of two managers, the second is told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.slots import move_slot, resize_slot
from entraide.volunteering.models import Slot
from entraide.volunteering.rules.repetition import Window


class SlotChangedMeanwhile(Exception):
    """The slot is no longer the one that the manager saw; `slot` is as it is now."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(str(slot.pk))
        self.slot = slot


@dataclass(frozen=True, slots=True)
class SlotShape:
    """When a slot is and how many people it takes."""

    window: Window
    capacity: int


def shape_of(slot: Slot) -> SlotShape:
    """Return a slot's time and capacity."""
    return SlotShape(Window(slot.starts_at, slot.ends_at), slot.capacity_max)


@transaction.atomic
def change_slot(*, acting: Acting, slot_id: UUID, seen: SlotShape, wanted: SlotShape, now: datetime) -> Slot:
    """Give a slot another time, another capacity or both. Those who have a place are told of another time.

    Raises SlotChangedMeanwhile, and what `move_slot` and `resize_slot` raise.
    """
    slot = counters.lock_slot(slot_id)
    if shape_of(slot) != seen:
        raise SlotChangedMeanwhile(slot)
    if wanted.capacity != seen.capacity:
        resize_slot(acting=acting, slot_id=slot_id, capacity_max=wanted.capacity, now=now)
    if wanted.window != seen.window:
        move_slot(acting=acting, slot_id=slot_id, window=wanted.window, now=now)
    slot.refresh_from_db()
    return slot
