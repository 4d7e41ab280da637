"""A volunteer asks for a place in a slot."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.crises.api import switches_in_force
from entraide.journal.api import record
from entraide.volunteering import facts, notices
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.holds import reclaim_ended_holds
from entraide.volunteering.models import Participation, Slot, Volunteer
from entraide.volunteering.permissions import By, as_volunteer, signed_in
from entraide.volunteering.rules.holds import hold_until
from entraide.volunteering.rules.joining import Asked, refusals
from entraide.volunteering.rules.refusals import Refusal, SlotFull
from entraide.volunteering.rules.seats import MOST_SEATS
from entraide.volunteering.rules.states import ParticipationState
from entraide.volunteering.rules.words import Admission, NoticeKind, Source


class JoinRefused(Exception):
    """The place cannot be given; `reasons` say why, the most decisive first."""

    def __init__(self, reasons: tuple[Refusal, ...]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class NoProfile(Exception):
    """The person has no volunteer profile yet."""


class KeyUsedElsewhere(Exception):
    """The idempotency key was used by this volunteer for another slot."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a volunteer asks for. A second wish with the same key is the same wish.

    `declared` are the requirement codes ticked now; `insist` passes over an overlap with another slot; `seats` are how
    many people come, the volunteer among them.
    """

    slot_id: UUID
    key: UUID
    motivation: str = ""
    declared: frozenset[str] = frozenset()
    insist: bool = False
    seats: int = 1
    source: Source = Source.SEARCH

    def __post_init__(self) -> None:
        if not 1 <= self.seats <= MOST_SEATS:
            raise ValueError(f"{self.seats} seats, not 1 to {MOST_SEATS}")


@transaction.atomic
def join_slot(*, acting: Acting, wish: Wish, now: datetime) -> Participation:
    """Give the volunteer their places, all or none: confirmed at once by instant admission, held by review.

    Raises NoProfile, Slot.DoesNotExist, KeyUsedElsewhere, or JoinRefused with every reason.
    """
    person_id = signed_in(acting)
    # The volunteer's row is locked first: two wishes of one person are decided one after the other, so that a retry
    # finds the first one's place and two slots at the same time cannot both slip through.
    volunteer = Volunteer.objects.select_for_update(no_key=True).filter(person_id=person_id).first()
    if volunteer is None:
        raise NoProfile
    earlier = Participation.objects.filter(volunteer=volunteer, idempotency_key=wish.key).first()
    if earlier is not None:
        if earlier.slot_id != wish.slot_id:
            raise KeyUsedElsewhere
        return earlier
    slot = Slot.objects.select_related("mission__organisation", "mission__crisis").get(pk=wish.slot_id)
    _refuse_if_any(slot, volunteer, wish, now)
    freed = _take_places(slot, volunteer, wish, now)
    participation = _create(slot, volunteer, wish, now)
    _remember_declared(volunteer, wish)
    _tell(participation, as_volunteer(person_id), now)
    counters.shift_mission(slot, freed=freed - wish.seats)
    return participation


def _refuse_if_any(slot: Slot, volunteer: Volunteer, wish: Wish, now: datetime) -> None:
    reasons = refusals(
        mission=facts.of_mission(slot.mission),
        slot=facts.of_slot(slot, now=now, seats=wish.seats),
        volunteer=facts.of_volunteer(volunteer, slot=slot, declared=wish.declared, now=now),
        asked=Asked(motivated=bool(wish.motivation.strip()), insist=wish.insist, seats=wish.seats),
        now=now,
    )
    if reasons:
        raise JoinRefused(reasons)


def _take_places(slot: Slot, volunteer: Volunteer, wish: Wish, now: datetime) -> int:
    """Count the places, and return how many came back from ended holds.

    The UPDATE decides among those who ask at once; what was read before was only a first answer.
    """
    column = "taken" if slot.mission.admission == Admission.INSTANT.value else "held"
    has_own_ended_hold = Participation.objects.ended_holds(now).filter(slot=slot, volunteer=volunteer).exists()
    if not has_own_ended_hold and counters.take_places(slot.pk, column=column, seats=wish.seats, now=now):
        return 0
    locked = counters.lock_slot(slot.pk)
    freed = reclaim_ended_holds(locked, now=now)
    if not counters.take_places(slot.pk, column=column, seats=wish.seats, now=now):
        locked.refresh_from_db(fields=["state", "taken", "held", "capacity_max", "starts_at", "ends_at"])
        _refuse_if_any(locked, volunteer, wish, now)
        raise JoinRefused((SlotFull(locked.capacity_max),))
    return freed


def _create(slot: Slot, volunteer: Volunteer, wish: Wish, now: datetime) -> Participation:
    admission = Admission(slot.mission.admission)
    review_hold = switches_in_force(now, departement=slot.mission.departement_code).review_hold
    until = hold_until(admission=admission, review_hold=review_hold, starts_at=slot.starts_at, now=now)
    state = ParticipationState.CONFIRMED if until is None else ParticipationState.HELD
    return Participation.objects.create(
        slot=slot,
        volunteer=volunteer,
        state=state.value,
        seats=wish.seats,
        admission=admission.value,
        held_at=now,
        hold_until=until,
        confirmed_at=now if until is None else None,
        motivation=wish.motivation.strip(),
        declared=sorted(wish.declared),
        source=wish.source.value,
        idempotency_key=wish.key,
    )


def _remember_declared(volunteer: Volunteer, wish: Wish) -> None:
    known = set(volunteer.declared)
    if wish.declared - known:
        Volunteer.objects.filter(pk=volunteer.pk).update(declared=sorted(known | wish.declared))


def _tell(participation: Participation, by: By, now: datetime) -> None:
    record(
        actor=by.person_id,
        role=by.role,
        verb="slot.joined",
        thing_kind="participation",
        thing_id=participation.pk,
        detail={
            "slot": str(participation.slot_id),
            "state": participation.state,
            "source": participation.source,
            "seats": participation.seats,
        },
        now=now,
    )
    confirmed = participation.state == ParticipationState.CONFIRMED.value
    notices.tell(kind=NoticeKind.CONFIRMED if confirmed else NoticeKind.RECEIVED, participations=[participation])
