"""Where a volunteer stands in the reserve: what they told decides, and whether they want to be called."""

from dataclasses import dataclass
from enum import StrEnum

from entraide.volunteering.rules.words import ReserveState

# Who stands in one of these moves by what they tell of themselves; the others follow slots, time and erasure.
FOLLOWS_PROFILE = (
    ReserveState.PREREGISTERED,
    ReserveState.REGISTERED,
    ReserveState.AVAILABLE,
    ReserveState.PAUSED,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What decides: has the person come in, is it known who they are, where and when they can help?

    `arrived`: they have signed in, which proves that the address is theirs.
    """

    arrived: bool
    has_birth_date: bool
    has_postcode: bool
    has_availability: bool

    @property
    def identity_complete(self) -> bool:
        """Whether an organisation may count on a real person of a known age."""
        return self.arrived and self.has_birth_date and self.has_postcode

    @property
    def can_be_called(self) -> bool:
        """Whether enough is known to call them for what fits."""
        return self.identity_complete and self.has_availability


class Step(StrEnum):
    """One part of the profile, in the order in which it is asked."""

    IDENTITY = "identity"
    PLACE = "place"
    CAUSES = "causes"
    AVAILABILITY = "availability"
    LANGUAGES = "languages"
    PHONE = "phone"


def state_for(state: ReserveState, told: Told) -> ReserveState:
    """Return where somebody stands after telling something: preregistered → registered → available, never back.

    A pause stays until it is ended, and what slots and time decided is left as it is.
    """
    if state in (ReserveState.PREREGISTERED, ReserveState.REGISTERED):
        if told.can_be_called:
            return ReserveState.AVAILABLE
        if told.identity_complete:
            return ReserveState.REGISTERED
    return state


def may_pause(state: ReserveState) -> bool:
    """Say whether somebody may ask not to be called for a while."""
    return state in (ReserveState.REGISTERED, ReserveState.AVAILABLE)


def state_after_pause(told: Told) -> ReserveState:
    """Return where somebody stands who ends their pause."""
    return state_for(ReserveState.PREREGISTERED, told)


def steps_to_take(*, knows_identity: bool) -> tuple[Step, ...]:
    """Return the steps in order; who somebody is was told at sign-up, most of the time."""
    return tuple(step for step in Step if not (knows_identity and step is Step.IDENTITY))
