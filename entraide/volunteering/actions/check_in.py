"""A volunteer says at the door that they came. Like attendance, this moves no counter."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.journal.api import record
from entraide.volunteering import facts
from entraide.volunteering.actions import counters
from entraide.volunteering.models import Participation
from entraide.volunteering.permissions import as_volunteer, signed_in
from entraide.volunteering.rules.check_in import CAME, NotHere, why_not_here
from entraide.volunteering.rules.states import ParticipationState
from entraide.volunteering.rules.words import CheckIn


class NotCheckedIn(Exception):
    """The volunteer cannot check in by themselves; `why` says for what reason."""

    def __init__(self, why: NotHere) -> None:
        super().__init__(why.value)
        self.why = why


@transaction.atomic
def check_in(*, acting: Acting, slot_id: UUID, by: CheckIn, now: datetime) -> Participation:
    """Note that somebody is at the slot where they have a place; saying it again changes nothing.

    Raises Slot.DoesNotExist or NotCheckedIn.
    """
    person_id = signed_in(acting)
    # The slot is locked first, so that it is not cancelled meanwhile.
    slot = counters.lock_slot(slot_id)
    own = Participation.objects.occupying().filter(slot=slot, volunteer__person_id=person_id)
    row = own.select_for_update(of=("self",), no_key=True).first()
    why = why_not_here(door=facts.of_door(slot), state=ParticipationState(row.state) if row else None, now=now)
    if why or row is None:
        raise NotCheckedIn(why or NotHere.NO_PLACE)
    if row.state in CAME:
        return row
    before = row.state
    row.state, row.reconfirm_until = ParticipationState.PRESENT.value, None
    row.decided_by, row.decided_at = person_id, now
    row.checked_in_at, row.check_in_by = now, by.value
    said = ["checked_in_at", "check_in_by", "decided_by", "decided_at"]
    row.save(update_fields=["state", "reconfirm_until", *said])
    record(
        actor=person_id,
        role=as_volunteer(person_id).role,
        verb="participation.checked_in",
        thing_kind="participation",
        thing_id=row.pk,
        detail={"slot": str(slot.pk), "from": before, "by": by.value},
        now=now,
    )
    return row
