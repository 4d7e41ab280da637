"""What a decision on several things did: those done, and those left with the reason."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

MOST_AT_ONCE: Final = 500


class Left(StrEnum):
    """Why one thing of several was left as it was."""

    UNKNOWN = "unknown"
    NOT_ALLOWED = "not_allowed"
    STATE = "state"
    HOLD_ENDED = "hold_ended"
    TOO_EARLY = "too_early"
    NOT_OVER = "not_over"
    BARRED = "barred"


class TooManyAtOnce(Exception):
    """More things were given than one decision takes."""


class ReasonMissing(Exception):
    """This decision is told to somebody and needs a reason."""


@dataclass(slots=True)
class Outcome:
    """The ids that a decision changed, and why each of the others was left."""

    done: list[UUID] = field(default_factory=list)
    left: dict[UUID, Left] = field(default_factory=dict)


def bounded(ids: list[UUID]) -> list[UUID]:
    """Return the ids without repeats, in their order. Raises TooManyAtOnce."""
    unique = list(dict.fromkeys(ids))
    if len(unique) > MOST_AT_ONCE:
        raise TooManyAtOnce(f"{len(unique)} given, at most {MOST_AT_ONCE}")
    return unique
