"""Lets volunteers of the demonstration ask for places, and organisations answer them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from entraide.accounts.api import Acting
from entraide.foundation import ids
from entraide.pages.demo import cast
from entraide.pages.demo.accounts import account_of
from entraide.pages.demo.crowd import Fate, OfferedSlot, Request, requests
from entraide.volunteering import api as volunteering

ANSWERED_AFTER = timedelta(hours=6)


def happen(
    *, people: Mapping[str, UUID], managers: Mapping[str, Acting], slots: Sequence[OfferedSlot], now: datetime
) -> int:
    """Write the requests for slots that nobody asked for yet, each with its fate, and return how many there were."""
    guest = account_of(None).address
    # A visitor who signs in as the guest decides for them, so they ask for nothing more while they have a place.
    is_settled = volunteering.places_ahead(person_id=people[guest], now=now) > 0
    wanted = requests(slots=slots, neighbours=cast.neighbours(), guest="" if is_settled else guest, now=now)
    return sum(_happen(each, people[each.email], managers[each.slot.organisation]) for each in wanted)


def _happen(request: Request, person_id: UUID, manager: Acting) -> bool:
    seed = f"{request.slot.id} {request.email}"
    wish = volunteering.Wish(
        slot_id=request.slot.id,
        key=ids.seeded_id(f"wish {seed}"),
        motivation=request.motivation,
        declared=volunteering.requirement_codes(slot_id=request.slot.id),
        seats=request.seats,
    )
    try:
        with ids.seeded(f"participation {seed}"):
            made = volunteering.join_slot(acting=Acting(person_id), wish=wish, now=request.at)
    except volunteering.JoinRefused:
        # Somebody is busy elsewhere at that time, or the mission waits for a referent: then it did not happen.
        return False
    _follow(request, made.pk, person_id, manager)
    return True


def _follow(request: Request, participation_id: UUID, person_id: UUID, manager: Acting) -> None:
    answered_at, chosen = request.at + ANSWERED_AFTER, [participation_id]
    match request.fate:
        case Fate.ACCEPTED:
            volunteering.accept_candidates(acting=manager, participation_ids=chosen, now=answered_at)
        case Fate.REFUSED:
            volunteering.refuse_candidates(
                acting=manager,
                participation_ids=chosen,
                reason=volunteering.RefusalReason.ENOUGH_PEOPLE,
                text="",
                now=answered_at,
            )
        case Fate.CANCELLED:
            leave = volunteering.Leave(participation_id, volunteering.CancelReason.NOT_AVAILABLE)
            volunteering.cancel_participation(acting=Acting(person_id), leave=leave, now=answered_at)
        case Fate.PRESENT | Fate.ABSENT:
            # The organisation answers first, where it does, and ticks the list at the end.
            volunteering.accept_candidates(acting=manager, participation_ids=chosen, now=request.at)
            mark = volunteering.mark_present if request.fate is Fate.PRESENT else volunteering.mark_absent
            mark(acting=manager, participation_ids=chosen, now=request.slot.ends_at)
