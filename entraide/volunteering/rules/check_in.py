"""Saying by oneself, at the door of a slot, that one came: from an hour before it begins until it ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from entraide.volunteering.rules.states import PARTICIPATION_MOVES, Actor, ParticipationState, SlotState

# People arrive before the hour; presence may be noted from then on.
DOORS_OPEN = timedelta(hours=1)
CAME = (ParticipationState.PRESENT, ParticipationState.DONE, ParticipationState.ATTESTED)
_SAID_ABSENT = (ParticipationState.ABSENT, ParticipationState.EXCUSED)


class NotHere(StrEnum):
    """Why somebody cannot check in by themselves."""

    CANCELLED = "cancelled"
    NO_PLACE = "no_place"
    NOT_ANSWERED = "not_answered"
    SAID_ABSENT = "said_absent"
    TOO_EARLY = "too_early"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class DoorFacts:
    """What decides about a slot at its door."""

    state: SlotState
    starts_at: datetime
    ends_at: datetime

    @property
    def opens_at(self) -> datetime:
        """When one may check in."""
        return self.starts_at - DOORS_OPEN


def why_not_here(*, door: DoorFacts, state: ParticipationState | None, now: datetime) -> NotHere | None:
    """Return why somebody whose place is in this state cannot check in now; None when they can, or have done so.

    `state` is None for somebody without a place.
    """
    if door.state is SlotState.CANCELLED:
        return NotHere.CANCELLED
    if state in CAME:
        return None
    if state is ParticipationState.HELD:
        return NotHere.NOT_ANSWERED
    if state in _SAID_ABSENT:
        return NotHere.SAID_ABSENT
    may = PARTICIPATION_MOVES.may
    if state is None or not may(source=state, target=ParticipationState.PRESENT, actor=Actor.VOLUNTEER):
        return NotHere.NO_PLACE
    if now < door.opens_at:
        return NotHere.TOO_EARLY
    return NotHere.OVER if door.ends_at <= now else None
