"""The rules by which others place a room, written from how they are described, beside ours; all on one small interface.

Ensemble sent each room to the host with the most idle processor, as of its last scrape of 30 seconds. b3lb adds heads,
30 for each meeting and a series of the processor, polled every 15 seconds. Scalelite counts heads, moderators twice, at
least 15 for a young room, polled every 60 seconds, and one more for each room and join in between.
"""

import random
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from entraide.meetings.drivers.base import RoomStats
from entraide.meetings.rules.fencing import NodeRoom
from entraide.meetings.rules.load import charged_pps, expected_heads, expected_pps
from entraide.meetings.rules.placement import NodeFacts, candidates, choose

Stats = Sequence[Mapping[NodeRoom, RoomStats]]


class Rule(Protocol):
    """A rule of placement. Nodes are numbers; `poll` is what was seen of them, every so many seconds."""

    name: str
    poll_every: float

    def poll(self, stats: Stats, *, at: float) -> None:
        """Take what the nodes say."""

    def place(self, room: NodeRoom, *, hint: int | None, at: float) -> int | None:
        """Return the node for a room; None to let it wait."""

    def joined(self, room: NodeRoom) -> None:
        """Hear that somebody came into a room."""


class Random:
    """Any node."""

    name = "random"
    poll_every = 0.0

    def __init__(self, nodes: int, capacity: int, chance: random.Random) -> None:
        self._nodes, self._chance = nodes, chance

    def poll(self, stats: Stats, *, at: float) -> None:
        """Look at nothing."""

    def place(self, room: NodeRoom, *, hint: int | None, at: float) -> int | None:
        """Draw."""
        return self._chance.randrange(self._nodes)

    def joined(self, room: NodeRoom) -> None:
        """Count nothing."""


class Polled(Rule):
    """A rule that gives the lowest of what each node scored when it was last looked at; equals are drawn among."""

    name = "polled"
    poll_every = 30.0

    def __init__(self, nodes: int, capacity: int, chance: random.Random) -> None:
        self._scores = [0.0] * nodes
        self._capacity, self._chance = capacity, chance

    def poll(self, stats: Stats, *, at: float) -> None:
        """Score every node."""
        self._scores = [self.score(rooms) for rooms in stats]

    @abstractmethod
    def score(self, rooms: Mapping[NodeRoom, RoomStats]) -> float:
        """Return what a node with these rooms scores."""

    def place(self, room: NodeRoom, *, hint: int | None, at: float) -> int | None:
        """Give the lowest."""
        lowest = min(self._scores)
        return self._chance.choice([node for node, score in enumerate(self._scores) if score == lowest])


class Ensemble(Polled):
    """The least processor of the last scrape."""

    name = "least processor, 30 s old (Ensemble)"

    def score(self, rooms: Mapping[NodeRoom, RoomStats]) -> float:
        """Return the packets, which the processor follows."""
        return sum(room.pps or 0 for room in rooms.values())


class B3lb(Polled):
    """Heads, meetings and a series of the processor."""

    name = "b3lb, 15 s poll"
    poll_every = 15.0

    def score(self, rooms: Mapping[NodeRoom, RoomStats]) -> float:
        """Return its sum; the series ends one term before the 5,000 that it is said to reach."""
        processor = min(1.0, sum(room.pps or 0 for room in rooms.values()) / self._capacity)
        series = sum(5_000 / 6 * processor**power for power in range(1, 6))
        return sum(room.heads for room in rooms.values()) + 30 * len(rooms) + series


class Scalelite(Polled):
    """Heads with a floor for young rooms, and one for what happened since the poll."""

    name = "Scalelite, 60 s poll"
    poll_every = 60.0
    floor = 15

    def __init__(self, nodes: int, capacity: int, chance: random.Random) -> None:
        super().__init__(nodes, capacity, chance)
        self._node_of: dict[NodeRoom, int] = {}

    def score(self, rooms: Mapping[NodeRoom, RoomStats]) -> float:
        """Return the heads, one of which moderates and counts twice. No burst is as long as a room stays young."""
        return sum(max(self.floor, room.heads + min(1, room.heads)) for room in rooms.values())

    def place(self, room: NodeRoom, *, hint: int | None, at: float) -> int | None:
        """Give the lowest and count one."""
        node = super().place(room, hint=hint, at=at)
        if node is not None:
            self._node_of[room] = node
            self._scores[node] += 1
        return node

    def joined(self, room: NodeRoom) -> None:
        """Count one."""
        self._scores[self._node_of[room]] += 1


@dataclass
class Reserved:
    """A room of ours: where, since when, for how much."""

    node: int
    since: float
    expected: int


class Ours:
    """The rules of meetings: what is expected is reserved at once and fades, what is measured counts if it is more."""

    name = "ours"
    poll_every = 2.0

    def __init__(self, nodes: int, capacity: int, chance: random.Random) -> None:
        self._loads = [0] * nodes
        self._capacity, self._chance = capacity, chance
        self._rooms: dict[NodeRoom, Reserved] = {}

    def poll(self, stats: Stats, *, at: float) -> None:
        """Settle the ledger, as a node's report does."""
        self._loads = [0] * len(self._loads)
        for room, reserved in self._rooms.items():
            seen = stats[reserved.node].get(room)
            age = timedelta(seconds=at - reserved.since)
            live = seen.pps or 0 if seen else 0
            self._loads[reserved.node] += charged_pps(expected=reserved.expected, live=live, age=age)

    def place(self, room: NodeRoom, *, hint: int | None, at: float) -> int | None:
        """Choose as `place_room` does, within what a node can carry."""
        expected = expected_pps(expected_heads(hint=hint, usual=None))
        facts = [NodeFacts(node, 0, load, self._capacity) for node, load in enumerate(self._loads)]
        chosen = choose(candidates(facts, expected=expected), expected=expected, draw=self._chance.randrange)
        if chosen is None:
            return None
        node = int(str(chosen.key))
        self._loads[node] += expected
        self._rooms[room] = Reserved(node, at, expected)
        return node

    def joined(self, room: NodeRoom) -> None:
        """Wait for the report."""


class OursUnhinted(Ours):
    """The same where nobody says how many will come."""

    name = "ours, no room with a size hint"

    def place(self, room: NodeRoom, *, hint: int | None, at: float) -> int | None:
        """Forget the hint."""
        return super().place(room, hint=None, at=at)


RULES = (Random, Ensemble, B3lb, Scalelite, OursUnhinted, Ours)
