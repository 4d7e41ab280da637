"""Meetings that were planned: how long they may be, when their door opens, when they are over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Who comes early finds the door open, and may try camera and microphone.
DOOR_OPENS_BEFORE = timedelta(minutes=15)
# A room lasts eight hours at most: this leaves time to come early and to talk on.
LONGEST = timedelta(hours=6)
SHORTEST = timedelta(minutes=5)
# What was planned further ahead is a typing error, or nobody's plan.
FARTHEST = timedelta(days=400)


class Phase(StrEnum):
    """Where a planned meeting stands."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    CANCELLED = "cancelled"


class TimeFault(StrEnum):
    """Why a meeting cannot be at that time."""

    PAST = "past"
    FAR = "far"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Planned:
    """What decides where a meeting stands. `room_is_open` is None before anybody came."""

    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool = False
    room_is_open: bool | None = None
    heads: int = 0


def phase(planned: Planned, *, now: datetime) -> Phase:
    """Return where a meeting stands. Those who talk on after its end may be joined; once they left it is over."""
    if planned.is_cancelled:
        return Phase.CANCELLED
    if planned.room_is_open is False:
        return Phase.OVER
    if now >= planned.ends_at:
        return Phase.OPEN if planned.room_is_open and planned.heads else Phase.OVER
    return Phase.OPEN if now >= door_opens_at(planned.starts_at) else Phase.EARLY


def door_opens_at(starts_at: datetime) -> datetime:
    """Return from when on one may come in."""
    return starts_at - DOOR_OPENS_BEFORE


def time_fault(starts_at: datetime, ends_at: datetime, *, now: datetime) -> TimeFault | None:
    """Return what is wrong with a time that somebody plans, or None. One that has just begun may still be planned."""
    if not SHORTEST <= ends_at - starts_at <= LONGEST:
        return TimeFault.LENGTH
    if starts_at < now - DOOR_OPENS_BEFORE:
        return TimeFault.PAST
    return TimeFault.FAR if starts_at > now + FARTHEST else None
