"""What the agent of a node reports, read with distrust: a node that lies must harm nobody but itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from entraide.meetings.rules.load import MOST_HEADS

MOST_ROOMS = 20_000
MOST_PPS = 10_000_000


@dataclass(frozen=True, slots=True)
class RoomLoad:
    """One room on a node: people, those of them who send, packets a second in and out."""

    heads: int
    publishers: int
    pps: int


@dataclass(frozen=True, slots=True)
class Report:
    """A node's rooms by what the node calls them."""

    rooms: Mapping[str, RoomLoad]


class BadReport(ValueError):
    """A report that nothing can be taken from."""


def read_rooms(rooms: Mapping[str, object]) -> Report:
    """Return the report of `{room: [heads, publishers, pps]}`. Raises BadReport."""
    if len(rooms) > MOST_ROOMS:
        raise BadReport(f"more than {MOST_ROOMS} rooms")
    return Report({str(name): _load(name, load) for name, load in rooms.items()})


def _load(name: str, load: object) -> RoomLoad:
    if not isinstance(load, list | tuple) or len(load) != 3:
        raise BadReport(f"room {name[:60]!r} has not three numbers")
    heads, publishers, pps = (_number(name, value) for value in load)
    if heads > 10 * MOST_HEADS or publishers > heads or pps > MOST_PPS:
        raise BadReport(f"room {name[:60]!r} cannot be as large as it says")
    return RoomLoad(heads, publishers, pps)


def _number(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadReport(f"room {name[:60]!r} has something else than whole numbers")
    return value
