"""Moving rooms: off a node that died, at once; off a node that is drained, when its deadline has come."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from entraide.meetings.rules.pools import Wanted

# What a node is left with until its participants have moved and are heard of on the new one.
LEAVING_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Moving:
    """A room that must go elsewhere, and what it needs there."""

    room: Hashable
    wanted: Wanted


def biggest_first(rooms: Iterable[Moving]) -> list[Moving]:
    """Return rooms in the order they are moved: a big one finds a place only while there is a gap that holds it."""
    return sorted(rooms, key=lambda each: (-each.wanted.expected_pps, str(each.room)))


def must_leave(*, deadline: datetime | None, now: datetime) -> bool:
    """Tell whether the rooms of a draining node must move: not before the deadline, for rooms end by themselves."""
    return deadline is not None and now >= deadline
