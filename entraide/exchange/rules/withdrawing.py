"""Whether what a feed does not name any more may go offline. Pure.

A partner's mission that is over simply stops being named, so absence must withdraw it; but a feed that broke, was cut
short, is empty by an accident or has lost a great part must never take offline what people count on.
"""

from dataclasses import dataclass
from enum import StrEnum

# A feed may always lose so few, and otherwise this share of what is online.
FEW = 5
SHARE = 0.3


class Held(StrEnum):
    """Why nothing is withdrawn."""

    BROKEN = "BROKEN"
    EMPTY = "EMPTY"
    SHRUNK = "SHRUNK"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run read: whether the document came whole, how many missions it named, what is online, what is absent."""

    is_whole: bool
    named: int
    online: int
    absent: int


def held_back(reading: Reading, *, shrink_allowed: bool) -> Held | None:
    """Return why the absent ones stay online, None when they may be withdrawn.

    `shrink_allowed` is an operator's word that the feed is right to be smaller, even empty; a broken one never is.
    """
    if not reading.is_whole:
        return Held.BROKEN
    if reading.absent == 0 or shrink_allowed:
        return None
    if reading.named == 0:
        return Held.EMPTY
    return Held.SHRUNK if reading.absent > max(FEW, SHARE * reading.online) else None
