"""May this volunteer join this slot now? Every reason against is returned, the most decisive first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from entraide.volunteering.rules import refusals as why
from entraide.volunteering.rules.refusals import Refusal
from entraide.volunteering.rules.states import (
    MISSION_PUBLIC,
    OCCUPIES,
    SLOT_LIVE,
    MissionState,
    ParticipationState,
    SlotState,
)
from entraide.volunteering.rules.words import Admission, ReserveState
from entraide.volunteering.rules.zones import age_on, local_day

_OUT_OF_RESERVE = (ReserveState.ARCHIVED, ReserveState.ANONYMISED)


@dataclass(frozen=True, slots=True)
class MissionFacts:
    """What decides about a mission. `requirements` are the codes that a volunteer must have declared."""

    state: MissionState
    admission: Admission
    age_min: int
    age_max: int | None
    requirements: frozenset[str]
    motivation_required: bool
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    departement_code: str
    groups_welcome: bool = False


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """What decides about a slot. `ended_holds` are places still counted in `held` whose hold time is over."""

    state: SlotState
    starts_at: datetime
    ends_at: datetime
    capacity_max: int
    taken: int
    held: int
    ended_holds: int = 0

    @property
    def places_left(self) -> int:
        """Return the places that somebody could take now."""
        return max(0, self.capacity_max - self.taken - (self.held - self.ended_holds))


@dataclass(frozen=True, slots=True)
class Standing:
    """The volunteer's latest participation in this very slot; a hold that has ended counts as expired."""

    participation_id: UUID
    state: ParticipationState


@dataclass(frozen=True, slots=True)
class Busy:
    """Another slot where the volunteer has a place."""

    slot_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class VolunteerFacts:
    """What decides about a volunteer. `declared` are requirement codes, `busy` the other slots around the time."""

    birth_date: date | None
    reserve_state: ReserveState
    declared: frozenset[str]
    busy: tuple[Busy, ...]
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Asked:
    """How the volunteer asks: with a few words or not, insisting on an overlap or not, for how many people."""

    motivated: bool
    insist: bool
    seats: int = 1


def refusals(
    *, mission: MissionFacts, slot: SlotFacts, volunteer: VolunteerFacts, asked: Asked, now: datetime
) -> tuple[Refusal, ...]:
    """Return every reason why the place cannot be given now; none means that it can."""
    return (
        *_of_standing(volunteer),
        *_of_mission(mission, now),
        # Where nobody brings anybody, the slot is judged for the one who may come.
        *_of_slot(slot, asked.seats if mission.groups_welcome else 1, now),
        *_of_volunteer(volunteer, mission, slot),
        *_of_request(volunteer, mission, slot, asked),
    )


def overlapping(*, starts_at: datetime, ends_at: datetime, busy: tuple[Busy, ...]) -> tuple[UUID, ...]:
    """Return the slots that share some time with a window; one that ends as the other begins does not."""
    return tuple(other.slot_id for other in busy if other.starts_at < ends_at and starts_at < other.ends_at)


def _of_standing(volunteer: VolunteerFacts) -> Iterator[Refusal]:
    standing = volunteer.standing
    if volunteer.reserve_state in _OUT_OF_RESERVE:
        yield why.NotInReserve()
    if standing is None:
        return
    if standing.state in OCCUPIES:
        yield why.AlreadyJoined(standing.participation_id, standing.state)
    elif standing.state is ParticipationState.REFUSED:
        yield why.RefusedBefore(standing.participation_id)


def _of_mission(mission: MissionFacts, now: datetime) -> Iterator[Refusal]:
    if mission.state not in MISSION_PUBLIC:
        yield why.NotOnline(mission.state)
    if mission.admission is Admission.INVITATION:
        yield why.InvitationOnly()
    if mission.registration_opens_at and now < mission.registration_opens_at:
        yield why.RegistrationNotOpenYet(mission.registration_opens_at)
    if mission.registration_closes_at and mission.registration_closes_at <= now:
        yield why.RegistrationClosed(mission.registration_closes_at)


def _of_slot(slot: SlotFacts, seats: int, now: datetime) -> Iterator[Refusal]:
    if slot.state not in SLOT_LIVE:
        yield why.SlotNotOpen(slot.state)
    elif slot.starts_at <= now:
        yield why.SlotStarted(slot.starts_at)
    elif slot.places_left < 1:
        yield why.SlotFull(slot.capacity_max)
    elif slot.places_left < seats:
        yield why.TooFewPlaces(slot.places_left, seats)


def _of_volunteer(volunteer: VolunteerFacts, mission: MissionFacts, slot: SlotFacts) -> Iterator[Refusal]:
    if volunteer.birth_date is None:
        if mission.age_min > 0 or mission.age_max is not None:
            yield why.BirthDateMissing()
        return
    day = local_day(slot.starts_at, departement_code=mission.departement_code)
    age = age_on(day, birth_date=volunteer.birth_date)
    if age < mission.age_min:
        yield why.TooYoung(age, mission.age_min)
    if mission.age_max is not None and age > mission.age_max:
        yield why.TooOld(age, mission.age_max)


def _of_request(volunteer: VolunteerFacts, mission: MissionFacts, slot: SlotFacts, asked: Asked) -> Iterator[Refusal]:
    if asked.seats > 1 and not mission.groups_welcome:
        yield why.GroupsNotWelcome(asked.seats)
    missing = mission.requirements - volunteer.declared
    if missing:
        yield why.RequirementsMissing(tuple(sorted(missing)))
    if mission.motivation_required and not asked.motivated:
        yield why.MotivationMissing()
    overlaps = overlapping(starts_at=slot.starts_at, ends_at=slot.ends_at, busy=volunteer.busy)
    if overlaps and not asked.insist:
        yield why.Overlaps(overlaps)
