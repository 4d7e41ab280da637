"""The slots of many missions at once, for whoever fills a calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from entraide.volunteering.models import Mission, Participation, Slot
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.rules.words import Admission


@dataclass(frozen=True, slots=True)
class ScheduledSlot:
    """A slot, how one gets a place in it, and whether nobody ever asked for one."""

    id: UUID
    mission_id: UUID
    starts_at: datetime
    ends_at: datetime
    places: int
    admission: Admission
    is_untouched: bool


def mission_states(*, mission_ids: Iterable[UUID]) -> dict[UUID, MissionState]:
    """Return the states of those missions that exist. One query."""
    rows = Mission.objects.filter(pk__in=list(mission_ids)).values_list("pk", "state")
    return {pk: MissionState(state) for pk, state in rows}


def scheduled_slots(*, mission_ids: Iterable[UUID], since: datetime) -> list[ScheduledSlot]:
    """Return the slots of these missions that begin after a moment, in the order of time. One query."""
    rows = Slot.objects.filter(mission_id__in=list(mission_ids), starts_at__gt=since).order_by("starts_at", "pk")
    rows = rows.annotate(is_untouched=~Exists(Participation.objects.filter(slot=OuterRef("pk"))))
    columns = ("pk", "mission_id", "starts_at", "ends_at", "capacity_max", "mission__admission", "is_untouched")
    return [
        ScheduledSlot(pk, mission_id, starts_at, ends_at, places, Admission(admission), is_untouched)
        for pk, mission_id, starts_at, ends_at, places, admission, is_untouched in rows.values_list(*columns)
    ]


def places_ahead(*, person_id: UUID, now: datetime) -> int:
    """Return how many places a person has, or waits for, in slots that have not begun. One query."""
    own = Participation.objects.standing(now).filter(volunteer__person_id=person_id, slot__starts_at__gt=now)
    return own.count()


def requirement_codes(*, slot_id: UUID) -> frozenset[str]:
    """Return what a volunteer must have declared for a slot. One query."""
    found = Slot.objects.filter(pk=slot_id).values_list("mission__requirements", flat=True).first() or []
    return frozenset(str(item["code"]) for item in found)
