"""Forgetting a volunteer: the places go back to others, what the person wrote goes away, the counts stay true."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.foundation.ids import new_secret
from entraide.volunteering.actions.leaving import Leave, TooLateToCancel, cancel_participation
from entraide.volunteering.actions.saved_searches import forget_searches
from entraide.volunteering.models import Participation, Volunteer
from entraide.volunteering.rules.words import CancelReason, ReserveState


def forget_volunteer(*, person_id: UUID, now: datetime) -> None:
    """Give back every place ahead, then empty the profile. Doing it again changes nothing.

    Each place goes back in a transaction of its own, since the order of locks allows one slot's mission at a time;
    whoever is interrupted halfway asks again and finds the rest.
    """
    ahead = Participation.objects.ahead().filter(volunteer__person_id=person_id, slot__starts_at__gt=now)
    for participation_id in list(ahead.values_list("pk", flat=True)):
        leave = Leave(participation_id=participation_id, reason=CancelReason.OTHER)
        try:
            cancel_participation(acting=Acting(person_id), leave=leave, now=now)
        except TooLateToCancel:
            continue
    forget_searches(person_id=person_id)
    _empty(person_id)


@transaction.atomic
def _empty(person_id: UUID) -> None:
    Volunteer.objects.filter(person_id=person_id).update(
        birth_date=None,
        postcode="",
        commune=None,
        domains=[],
        activities=[],
        languages=[],
        availability=[],
        declared=[],
        reserve_state=ReserveState.ANONYMISED.value,
        calendar_token=new_secret(),
    )
    Participation.objects.filter(volunteer__person_id=person_id).update(motivation="", declared=[])
    # What the organisation wrote stays; what the volunteer wrote on leaving goes.
    left = Participation.objects.filter(volunteer__person_id=person_id, decided_by=person_id)
    left.update(reason_text="")
