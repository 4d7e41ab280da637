"""Reads the rows that a decision needs and hands them to the rules as values."""

from datetime import datetime
from typing import Any

from django.db.models import Q, Sum

from entraide.crises.api import NO_LIMITS
from entraide.volunteering.models import Mission, Participation, Slot, Volunteer
from entraide.volunteering.rules.check_in import DoorFacts
from entraide.volunteering.rules.joining import Busy, MissionFacts, SlotFacts, Standing, VolunteerFacts
from entraide.volunteering.rules.states import OCCUPIES, MissionState, ParticipationState, SlotState
from entraide.volunteering.rules.words import Admission, Mode, ReserveState

# An organisation in one of these states keeps its rows, but nobody sees or joins its missions.
BARRED_ORGANISATIONS = ("suspended", "flagged", "deregistered")
_OF_SLOT = ("state", "starts_at", "ends_at", "capacity_max", "taken", "held")


def of_mission(mission: Mission) -> MissionFacts:
    """Return what decides about a mission, whose organisation and crisis are loaded."""
    barred = mission.organisation.state in BARRED_ORGANISATIONS
    age_min, age_max = ages_of(mission)
    return MissionFacts(
        state=MissionState.PAUSED if barred else MissionState(mission.state),
        admission=Admission(mission.admission),
        age_min=age_min,
        age_max=age_max,
        requirements=frozenset(str(item["code"]) for item in mission.requirements),
        motivation_required=mission.motivation_required,
        registration_opens_at=mission.registration_opens_at,
        registration_closes_at=mission.registration_closes_at,
        departement_code=mission.departement_code,
        groups_welcome=mission.groups_welcome,
    )


def ages_of(mission: Mission) -> tuple[int, int | None]:
    """Return the ages at which one may come: the mission's own, and those of its crisis where one comes in person."""
    limits = mission.crisis.limits if mission.crisis and mission.mode != Mode.REMOTE.value else NO_LIMITS
    return limits.ages(age_min=mission.age_min, age_max=mission.age_max)


def of_slot(slot: Slot, *, now: datetime, seats: int = 1) -> SlotFacts:
    """Return what decides about a slot. Ended holds are counted only when its counters leave fewer places than `seats`.

    They are counted in one statement with the counters, which are read anew: a hold that is tidied between two reads
    would count as a place taken, and somebody would be told that a slot is full which is not.
    """
    known: dict[str, Any] = {name: getattr(slot, name) for name in _OF_SLOT}
    if slot.held and slot.taken + slot.held + seats > slot.capacity_max:
        over = Q(participations__state=ParticipationState.HELD.value, participations__hold_until__lte=now)
        rows = Slot.objects.annotate(ended_holds=Sum("participations__seats", filter=over, default=0))
        known = dict(rows.values(*_OF_SLOT, "ended_holds").get(pk=slot.pk))
    return SlotFacts(**{"ended_holds": 0, **known, "state": SlotState(known["state"])})


def of_door(slot: Slot) -> DoorFacts:
    """Return what decides who may check in to a slot."""
    return DoorFacts(state=SlotState(slot.state), starts_at=slot.starts_at, ends_at=slot.ends_at)


def of_volunteer(volunteer: Volunteer, *, slot: Slot, declared: frozenset[str], now: datetime) -> VolunteerFacts:
    """Return what decides about a volunteer who asks for this slot and declares these requirement codes."""
    elsewhere = (
        Participation.objects.standing(now)
        .ahead()
        .filter(volunteer=volunteer, slot__starts_at__lt=slot.ends_at, slot__ends_at__gt=slot.starts_at)
        .exclude(slot=slot)
        .values_list("slot_id", "slot__starts_at", "slot__ends_at")
    )
    return VolunteerFacts(
        birth_date=volunteer.birth_date,
        reserve_state=ReserveState(volunteer.reserve_state),
        declared=declared | frozenset(volunteer.declared),
        busy=tuple(Busy(*row) for row in elsewhere),
        standing=_standing(volunteer, slot, now),
    )


def _standing(volunteer: Volunteer, slot: Slot, now: datetime) -> Standing | None:
    """Return the place that the volunteer has in this slot, else the organisation's no, else nothing."""
    occupying = [state.value for state in OCCUPIES]
    rows = Participation.objects.filter(
        volunteer=volunteer, slot=slot, state__in=[*occupying, ParticipationState.REFUSED.value]
    )
    found = sorted(rows, key=lambda row: row.state not in occupying)
    for row in found:
        if row.state == ParticipationState.HELD.value and row.hold_until and row.hold_until <= now:
            continue
        return Standing(row.pk, ParticipationState(row.state))
    return None
