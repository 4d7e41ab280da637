"""One public mission and its slots."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Mission, Participation, Slot
from entraide.volunteering.rules.states import SLOT_LIVE, SlotState


def mission_page(*, mission_id: UUID) -> Mission | None:
    """Return a public mission with its organisation and template, None for any other. One query."""
    rows = Mission.objects.public().exclude(organisation__state__in=BARRED_ORGANISATIONS)
    return rows.select_related("organisation", "template").filter(pk=mission_id).first()


def slots_of(*, mission_id: UUID, now: datetime) -> list["OpenSlot"]:
    """Return the slots of a mission that are still ahead and not cancelled, the soonest first. At most two queries."""
    rows = Slot.objects.ahead(now).filter(mission_id=mission_id).exclude(state=SlotState.CANCELLED.value)
    return with_places_left(rows.select_related("place__commune").order_by("starts_at", "pk"), now=now)


def with_places_left(slots: Iterable[Slot], *, now: datetime) -> list["OpenSlot"]:
    """Count the places that could be taken in each slot, those of ended holds included. One query if any is held."""
    rows = list(slots)
    held = [slot.pk for slot in rows if slot.held]
    ended: dict[UUID, int] = {}
    if held:
        counts = Participation.objects.ended_holds(now).filter(slot__in=held).values("slot").annotate(n=Count("pk"))
        ended = {row["slot"]: row["n"] for row in counts}
    return [OpenSlot.of(slot, ended_holds=ended.get(slot.pk, 0)) for slot in rows]


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """A slot with the places that somebody could take at this moment."""

    slot: Slot
    places_left: int

    @classmethod
    def of(cls, slot: Slot, *, ended_holds: int) -> "OpenSlot":
        """Count the places of a slot, those of ended holds included; a closed slot offers none."""
        left = slot.capacity_max - slot.taken - slot.held + ended_holds
        return cls(slot, max(0, left) if slot.state in SLOT_LIVE else 0)
