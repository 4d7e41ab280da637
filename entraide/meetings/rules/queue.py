"""The line of rooms for which there is no node now: who is next, and the position that people are told."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# Smaller rooms may be served before a larger one that fits nowhere, but not for longer than this: then what gets free
# is kept for the one that has waited.
OVERTAKEN_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A room in line. One that lost its node (`was_placed`) stands before those that never had one."""

    room: Hashable
    since: datetime
    was_placed: bool = False


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return the line: rooms that lost their node, then the others, each by when they came."""
    return sorted(waiting, key=lambda each: (not each.was_placed, each.since, str(each.room)))


def position(waiting: Iterable[Waiting], room: Hashable) -> int | None:
    """Return a room's position, the first being 1; None when it is not in line.

    It only gets smaller, unless a node dies: rooms that lost theirs come first, and it is told so.
    """
    for number, each in enumerate(in_order(waiting), start=1):
        if each.room == room:
            return number
    return None


def may_overtake(unplaced: Sequence[Waiting], *, now: datetime) -> bool:
    """Tell whether the rooms behind those that fitted nowhere may be tried."""
    return all(now - each.since < OVERTAKEN_FOR for each in unplaced)
