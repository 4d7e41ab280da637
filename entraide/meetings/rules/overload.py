"""The overload ladder of a node: what its rooms give up, rung by rung, before anybody is refused."""

from dataclasses import dataclass
from enum import IntEnum

from entraide.meetings.rules.load import LAST_N

# Going down a rung needs this much more room than going up, so that a node does not swing between two.
SLACK_PERCENT = 5


class Rung(IntEnum):
    """How high on the ladder a node is."""

    GROUND = 0
    FEWER_VIDEOS = 1
    SMALL_VIDEOS = 2
    SPEAKERS_ONLY = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What rooms of a node are held to. `substream` is the highest layer of simulcast: 2 is 720p, 1 360p, 0 180p."""

    last_n: int
    substream: int
    silent_have_video: bool
    accepts: bool


LADDER: dict[Rung, tuple[int, Limits]] = {
    Rung.GROUND: (0, Limits(last_n=LAST_N, substream=2, silent_have_video=True, accepts=True)),
    Rung.FEWER_VIDEOS: (60, Limits(last_n=5, substream=1, silent_have_video=True, accepts=True)),
    Rung.SMALL_VIDEOS: (75, Limits(last_n=3, substream=0, silent_have_video=True, accepts=True)),
    Rung.SPEAKERS_ONLY: (85, Limits(last_n=3, substream=0, silent_have_video=False, accepts=False)),
}


def next_rung(*, load_percent: float, now_on: Rung) -> Rung:
    """Return the rung for a load in percent of the node's capacity: up at once, down with some slack."""
    up = _reached(load_percent)
    return max(up, min(now_on, _reached(load_percent + SLACK_PERCENT)))


def limits_of(rung: Rung) -> Limits:
    """Return what rooms are held to on a rung."""
    return LADDER[rung][1]


def _reached(load_percent: float) -> Rung:
    return max(rung for rung, (from_percent, _) in LADDER.items() if load_percent >= from_percent)
