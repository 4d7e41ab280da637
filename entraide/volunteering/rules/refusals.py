"""Why a volunteer may not join a slot: one small type per reason, each with what the page needs to say so."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from entraide.volunteering.rules.states import MissionState, ParticipationState, SlotState
from entraide.volunteering.rules.words import gettext_noop


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason not to give the place. `message` is a message id whose named places `values` fills."""

    code: ClassVar[str]
    message: ClassVar[str]

    @property
    def values(self) -> dict[str, Any]:
        """Return the reason's data by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class NotOnline(Refusal):
    """The mission is not open to the public."""

    code = "mission_not_online"
    message = gettext_noop("This mission is not open to volunteers at the moment.")
    state: MissionState


@dataclass(frozen=True, slots=True)
class RegistrationNotOpenYet(Refusal):
    """The mission opens later."""

    code = "registration_not_open_yet"
    message = gettext_noop("Registration for this mission has not opened yet.")
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class RegistrationClosed(Refusal):
    """The mission no longer takes anyone."""

    code = "registration_closed"
    message = gettext_noop("Registration for this mission has closed.")
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class SlotNotOpen(Refusal):
    """The slot was closed or cancelled."""

    code = "slot_not_open"
    message = gettext_noop("This slot is closed or cancelled.")
    state: SlotState


@dataclass(frozen=True, slots=True)
class SlotStarted(Refusal):
    """The slot has begun."""

    code = "slot_started"
    message = gettext_noop("This slot has already begun.")
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class SlotFull(Refusal):
    """Every place is taken or held."""

    code = "slot_full"
    message = gettext_noop("All %(capacity)s places of this slot are taken.")
    capacity: int


@dataclass(frozen=True, slots=True)
class TooFewPlaces(Refusal):
    """Some places are left, fewer than the group needs."""

    code = "too_few_places"
    message = gettext_noop("Places left in this slot: %(left)s. You asked for %(seats)s.")
    left: int
    seats: int


@dataclass(frozen=True, slots=True)
class GroupsNotWelcome(Refusal):
    """The mission gives one place to each person who asks."""

    code = "groups_not_welcome"
    message = gettext_noop("In this mission everybody asks for their own place: it does not take groups.")
    seats: int


@dataclass(frozen=True, slots=True)
class AlreadyJoined(Refusal):
    """The volunteer has a place in this slot."""

    code = "already_joined"
    message = gettext_noop("You already have a place in this slot.")
    participation_id: UUID
    state: ParticipationState


@dataclass(frozen=True, slots=True)
class RefusedBefore(Refusal):
    """The organisation refused this volunteer for this slot."""

    code = "refused_before"
    message = gettext_noop("The organisation has already answered no for this slot.")
    participation_id: UUID


@dataclass(frozen=True, slots=True)
class BirthDateMissing(Refusal):
    """The mission has an age condition and the volunteer's age is not known."""

    code = "birth_date_missing"
    message = gettext_noop("This mission has an age condition: complete your date of birth first.")


@dataclass(frozen=True, slots=True)
class TooYoung(Refusal):
    """Younger than the mission asks, on the day of the slot."""

    code = "too_young"
    message = gettext_noop("You must be at least %(age_min)s on the day of this slot.")
    age: int
    age_min: int


@dataclass(frozen=True, slots=True)
class TooOld(Refusal):
    """Older than the mission asks, on the day of the slot."""

    code = "too_old"
    message = gettext_noop("This mission is for people of at most %(age_max)s.")
    age: int
    age_max: int


@dataclass(frozen=True, slots=True)
class RequirementsMissing(Refusal):
    """The volunteer has not declared what the mission requires."""

    code = "requirements_missing"
    message = gettext_noop("This mission asks for things that you have not said you have.")
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MotivationMissing(Refusal):
    """The organisation wants a few words."""

    code = "motivation_missing"
    message = gettext_noop("The organisation asks for a few words about why you would like to come.")


@dataclass(frozen=True, slots=True)
class Overlaps(Refusal):
    """The volunteer is expected elsewhere at that time; insisting passes over this one reason."""

    code = "overlaps"
    message = gettext_noop("You have another slot at the same time.")
    slot_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class InvitationOnly(Refusal):
    """The organisation calls its volunteers itself."""

    code = "invitation_only"
    message = gettext_noop("The organisation invites the volunteers of this mission itself.")


@dataclass(frozen=True, slots=True)
class NotInReserve(Refusal):
    """The volunteer's profile is suspended, archived or erased."""

    code = "not_in_reserve"
    message = gettext_noop("Your volunteer profile is not active.")
