"""The only writers of the places: counters of slots and, last in their transaction, places left of missions."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Max, Min, Q, QuerySet, Sum, Value, When

from entraide.volunteering.models import Mission, Slot
from entraide.volunteering.rules.states import MISSION_PUBLIC, SLOT_LIVE, MissionState, SlotState

_LIVE = [state.value for state in SLOT_LIVE]
_PUBLIC = [state.value for state in MISSION_PUBLIC]
_OPEN, _FULL = Value(SlotState.OPEN.value), Value(SlotState.FULL.value)


def one_manager_at_a_time(mission_id: UUID) -> None:
    """Make this transaction wait for another one that adds, closes or cancels the slots of the same mission.

    Without it a slot added meanwhile would stay open in a mission that is being cancelled. Those who join do not wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"mission:{mission_id}"])


def lock_slot(slot_id: UUID) -> Slot:
    """Lock one slot and return it with its mission. Raises Slot.DoesNotExist."""
    return lock_slots([slot_id]).get()


def lock_slots(slot_ids: list[UUID]) -> QuerySet[Slot]:
    """Lock slots in the order of their ids, when the result is read."""
    rows = (
        Slot.objects.filter(pk__in=slot_ids).select_related("mission__organisation", "mission__crisis").order_by("pk")
    )
    return rows.select_for_update(of=("self",), no_key=True)


def take_places(slot_id: UUID, *, column: str, seats: int, now: datetime) -> bool:
    """Count so many more places in `taken` or `held`, if the slot can still be joined and has them all.

    Say whether it did: it takes all of them or none.
    """
    return bool(
        Slot.objects.live()
        .ahead(now)
        .with_places(seats)
        .filter(pk=slot_id)
        .update(**{column: F(column) + seats}, state=_state_with(F("taken") + F("held") + seats))
    )


def shift_slot(slot: Slot, *, taken: int = 0, held: int = 0) -> None:
    """Move the counters of a slot that the caller has locked."""
    Slot.objects.filter(pk=slot.pk).update(
        taken=F("taken") + taken,
        held=F("held") + held,
        state=Case(When(state__in=_LIVE, then=_state_with(F("taken") + F("held") + taken + held)), default=F("state")),
    )


def refresh_slot_state(slot_id: UUID) -> None:
    """Make a live slot open or full again after its capacity has changed."""
    Slot.objects.live().filter(pk=slot_id).update(state=_state_with(F("taken") + F("held")))


def _state_with(occupied: object) -> Case:
    return Case(When(capacity_max__gt=occupied, then=_OPEN), default=_FULL)


def shift_mission(slot: Slot, *, freed: int) -> None:
    """Add the places that a locked slot gave back (or less than none) to its mission. Last write of the transaction.

    Only live slots count in the mission, so that places of a closed or cancelled slot are not offered again.
    """
    if not freed or slot.state not in _LIVE:
        return
    Mission.objects.filter(pk=slot.mission_id).update(
        places_left=F("places_left") + freed,
        state=Case(
            When(state__in=_PUBLIC, places_left__gt=-freed, then=Value(MissionState.ONLINE.value)),
            When(state__in=_PUBLIC, then=Value(MissionState.FULL.value)),
            default=F("state"),
        ),
    )


def recount_mission(mission_id: UUID) -> None:
    """Count places and times anew from the slots, after some were added, moved, closed or cancelled.

    The mission is locked before its slots are read: whoever has changed a slot and not yet the mission waits, and then
    adds its own difference to what is written here.
    """
    mission = Mission.objects.select_for_update(no_key=True).get(pk=mission_id)
    if mission.partner:
        # It has no slots: its partner counts its places.
        return
    over = [SlotState.CANCELLED.value, SlotState.OVER.value]
    found = Slot.objects.filter(mission_id=mission_id).aggregate(
        left=Sum(F("capacity_max") - F("taken") - F("held"), filter=Q(state__in=_LIVE), default=0),
        next_start=Min("starts_at", filter=~Q(state__in=over)),
        first_start=Min("starts_at", filter=~Q(state=SlotState.CANCELLED.value)),
        last_end=Max("ends_at", filter=~Q(state=SlotState.CANCELLED.value)),
    )
    left = int(found["left"])
    Mission.objects.filter(pk=mission_id).update(
        places_left=left,
        starts_at=found["next_start"] or found["first_start"],
        ends_at=found["last_end"],
        state=Case(
            When(state__in=_PUBLIC, then=Value((MissionState.ONLINE if left > 0 else MissionState.FULL).value)),
            default=F("state"),
        ),
    )
