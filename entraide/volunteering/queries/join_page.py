"""What the page that joins a slot shows: the slot, and every reason against that is known beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entraide.foundation import localised
from entraide.volunteering import facts
from entraide.volunteering.models import Slot, Volunteer
from entraide.volunteering.rules.joining import Asked, refusals
from entraide.volunteering.rules.refusals import BirthDateMissing, Overlaps, Refusal
from entraide.volunteering.rules.seats import MOST_SEATS


@dataclass(frozen=True, slots=True)
class JoinPage:
    """A slot as one volunteer may join it. `against` are reasons that nothing on the page can change.

    `places_left` is None where each person asks for their own place.
    """

    slot: Slot
    person_id: UUID
    volunteer: Volunteer | None
    against: tuple[Refusal, ...]
    asks_profile: bool
    overlaps: tuple[UUID, ...]
    places_left: int | None

    def requirements(self, language: str) -> Sequence[tuple[str, str]]:
        """Return what is required: code and sentence."""
        return [
            (str(item["code"]), localised.text(item.get("label") or {}, language) or str(item["code"]))
            for item in self.slot.mission.requirements
        ]


def slot_to_join(*, slot_id: UUID) -> Slot | None:
    """Return a slot of a mission that was ever public, with its mission and place. One query."""
    rows = Slot.objects.select_related(
        "mission__organisation", "mission__crisis", "mission__template", "place__commune"
    )
    return rows.filter(pk=slot_id, mission__published_at__isnull=False).first()


def join_page(*, slot: Slot, person_id: UUID, now: datetime) -> JoinPage:
    """Return what this person reads before joining: at most five queries."""
    volunteer = Volunteer.objects.filter(person_id=person_id).first()
    mission = facts.of_mission(slot.mission)
    # Without a profile yet, the slot is judged for somebody of whom nothing is known; the page asks for it.
    someone = volunteer or Volunteer(person_id=person_id)
    places = facts.of_slot(slot, now=now, seats=MOST_SEATS if mission.groups_welcome else 1)
    found = refusals(
        mission=mission,
        slot=places,
        # What the page asks to tick or to write counts as given: only what cannot be mended there is told.
        volunteer=facts.of_volunteer(someone, slot=slot, declared=mission.requirements, now=now),
        asked=Asked(motivated=True, insist=False),
        now=now,
    )
    asks_profile = volunteer is None or any(isinstance(reason, BirthDateMissing) for reason in found)
    overlaps = next((reason.slot_ids for reason in found if isinstance(reason, Overlaps)), ())
    against = tuple(reason for reason in found if not isinstance(reason, BirthDateMissing | Overlaps))
    left = places.places_left if mission.groups_welcome else None
    return JoinPage(slot, person_id, volunteer, against, asks_profile, overlaps, left)
