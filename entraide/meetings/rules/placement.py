"""Which node a room goes to: those that may take it, and the choice among them."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from entraide.meetings.rules.words import Health, Standing

# Reports come every two seconds: a node that missed three is not asked to take anything.
FRESH_FOR = timedelta(seconds=6)
# In a large fleet many who place at once would all want the one least loaded node, and wait for one another.
COMPARED_ALL_BELOW = 50
# Rooms from about 24 people on are few and carry most of the load: for these every node is compared all the same.
COMPARED_ALL_FROM_PPS = 18_000

# Draws a whole number from 0 up to, and without, the one that it is given.
Draw = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What is known of a node. `load_pps` is what its placements count; `usable_pps` what they may count together."""

    key: Hashable
    pool: Hashable
    load_pps: int
    usable_pps: int
    silent_for: timedelta = timedelta()
    standing: Standing = Standing.IN_SERVICE
    health: Health = Health.FRESH
    is_guaranteed: bool = False

    @property
    def headroom_pps(self) -> int:
        """What may still be placed there; negative where what is measured exceeds what was foreseen."""
        return self.usable_pps - self.load_pps

    @property
    def free_percent(self) -> float:
        """How much of the node is free, in percent of what may be used of it."""
        return 100 * max(0, self.headroom_pps) / self.usable_pps if self.usable_pps else 0.0

    @property
    def accepts(self) -> bool:
        """Tell whether it gets rooms at all: in service, fresh, heard of lately."""
        return self.standing == Standing.IN_SERVICE and self.health == Health.FRESH and self.silent_for <= FRESH_FOR


def candidates(nodes: Iterable[NodeFacts], *, expected: int) -> list[NodeFacts]:
    """Return the nodes that may take a room of so many packets a second."""
    return [node for node in nodes if node.accepts and node.headroom_pps >= expected]


def choose(among: Sequence[NodeFacts], *, expected: int, draw: Draw) -> NodeFacts | None:
    """Return the candidate that is least loaded once it has the room: in a large fleet, of two drawn for a small room.

    Loads are compared as shares, so that large and small nodes fill alike. None when there is no candidate.
    """
    if not among:
        return None
    if len(among) < COMPARED_ALL_BELOW or expected >= COMPARED_ALL_FROM_PPS:
        return min(among, key=lambda node: _share(node, expected))
    first = draw(len(among))
    second = draw(len(among) - 1)
    second += second >= first
    return min(among[first], among[second], key=lambda node: _share(node, expected))


def _share(node: NodeFacts, expected: int) -> float:
    return (node.load_pps + expected) / max(1, node.usable_pps)
