"""How many people come on one participation: each takes a place of the slot."""

from typing import Final

MOST_SEATS: Final = 20


def most_to_ask_for(*, places_left: int) -> int:
    """Return with how many people somebody may come to a slot that has so many places left."""
    return min(MOST_SEATS, places_left)


def may_come_with_fewer(*, seats: int, wanted: int) -> bool:
    """Say whether a participation may keep so many seats: one at least, and never more than it has."""
    return 1 <= wanted <= seats
