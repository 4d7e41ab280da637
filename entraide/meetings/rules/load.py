"""The unit of load: packets a second that a node receives and forwards; what a room is expected to cost, and costs."""

from datetime import timedelta

# What one sender's audio and video make at the quality that rooms begin with.
STREAM_PPS = 75
# A receiver is sent the video of so many others, however many there are.
LAST_N = 9
UNKNOWN_HEADS = 8
MOST_HEADS = 500
# Two talk to one another without a server.
PEERS = 2
DECAY = timedelta(minutes=10)
# Beyond this share of what was measured on a node, packets begin to wait.
USABLE_PERCENT = 60


def expected_heads(*, hint: int | None, usual: int | None, present: int = 0) -> int:
    """Return for how many people a place is reserved: the hint, else what is usual for the tenant, else eight.

    Whoever is there already counts, whatever was said before.
    """
    return max(hint or usual or UNKNOWN_HEADS, present)


def expected_pps(heads: int, *, last_n: int = LAST_N) -> int:
    """Return the packets a second, in and out, of a room of so many people; none for two, who need no server."""
    if heads <= PEERS:
        return 0
    return STREAM_PPS * (heads + heads * min(heads - 1, last_n))


def reserved_pps(expected: int, *, age: timedelta) -> int:
    """Return what is left of a reservation: all of it when the room is placed, nothing ten minutes later."""
    left = DECAY - min(max(age, timedelta()), DECAY)
    return expected * (left // timedelta(microseconds=1)) // (DECAY // timedelta(microseconds=1))


def charged_pps(*, expected: int, live: int, age: timedelta) -> int:
    """Return what a placement counts against its node: what is measured, or what is still reserved if that is more."""
    return max(live, reserved_pps(expected, age=age))


def usable_pps(capacity: int) -> int:
    """Return how much of a node's measured capacity rooms may be given."""
    return capacity * USABLE_PERCENT // 100
