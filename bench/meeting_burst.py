"""A class start: rooms that begin within three minutes on simulated servers, placed by a rule that is to be judged.

700 rooms on 20 nodes. Two in five are pairs, who talk peer to peer and take nothing under any rule; the others are for
3 to 100 people, many small and few large, who come one after the other. Capacity is such that all nodes together are
used to 60 percent when everybody is there.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from bench.meeting_rules import Rule
from entraide.meetings.drivers.base import JoinInfo, Media, RoomSettings
from entraide.meetings.drivers.fake import FakeDriver, FakeNode
from entraide.meetings.rules.fencing import NodeRoom
from entraide.meetings.rules.load import expected_pps

BURST_SECONDS = 180.0
PAIRED = 0.4
HINTED = 0.7
MEAN_JOIN_SECONDS = 60.0
# Sizes: half of the rooms have up to eight people; spread so that random placement comes out as it was published.
MEDIAN_HEADS, SPREAD = 8.0, 1.2
SMALLEST, LARGEST = 3, 100
USED = 0.6
MOMENT = datetime(2026, 4, 15, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A room of the burst: when it begins, when each comes, what is said of its size."""

    room: NodeRoom
    begins: float
    joins: tuple[float, ...]
    hint: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rule did: the worst node over the mean, nodes over their capacity, rooms that had to wait."""

    worst_over_mean: float
    over_capacity: int
    waiting: int


def meetings(*, rooms: int, seed: int) -> list[Meeting]:
    """Draw the rooms that need a server, always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 (a simulation)
    drawn = []
    for number in range(rooms):
        begins = chance.uniform(0, BURST_SECONDS)
        heads = min(LARGEST, max(SMALLEST, round(chance.lognormvariate(0, SPREAD) * MEDIAN_HEADS)))
        joins = tuple(begins + chance.expovariate(1 / MEAN_JOIN_SECONDS) for _ in range(heads))
        hint = heads if chance.random() < HINTED else None
        if chance.random() >= PAIRED:
            drawn.append(Meeting(NodeRoom(UUID(int=number), 1), begins, joins, hint))
    return drawn


def capacity_for(burst: list[Meeting], *, nodes: int) -> int:
    """Return the capacity of a node for which the burst is 60 percent of all."""
    return round(sum(expected_pps(len(each.joins)) for each in burst) / nodes / USED)


class Run:
    """One burst under one rule."""

    def __init__(self, burst: list[Meeting], *, nodes: int, rule: Rule, capacity: int) -> None:
        self._burst, self._rule = burst, rule
        self._nodes = [FakeNode(name=f"node {number}", capacity_pps=capacity) for number in range(nodes)]
        self._drivers = [FakeDriver(node) for node in self._nodes]
        self._node_of: dict[NodeRoom, int] = {}
        self._waiting = 0

    def outcome(self) -> Outcome:
        """Play the burst until everybody is there."""
        polled = 0.0
        for at, meeting, join in _in_order(self._burst):
            while self._rule.poll_every and polled + self._rule.poll_every <= at:
                polled += self._rule.poll_every
                self._rule.poll([driver.stats().rooms for driver in self._drivers], at=polled)
            if join is None:
                self._begin(meeting, at)
            else:
                self._join(meeting.room, join)
        loads = [node.load_pps for node in self._nodes]
        return Outcome(
            worst_over_mean=max(loads) * len(loads) / sum(loads),
            over_capacity=sum(node.lost_percent > 0 for node in self._nodes),
            waiting=self._waiting,
        )

    def _begin(self, meeting: Meeting, at: float) -> None:
        node = self._rule.place(meeting.room, hint=meeting.hint, at=at)
        if node is None:
            self._waiting += 1
            return
        self._node_of[meeting.room] = node
        self._drivers[node].create(room=meeting.room, settings=RoomSettings(most_heads=LARGEST))

    def _join(self, room: NodeRoom, number: int) -> None:
        node = self._node_of.get(room)
        if node is None:
            return
        info: JoinInfo = self._drivers[node].join_info(room=room, participant=str(number), now=MOMENT)
        self._nodes[node].enter(info, now=MOMENT, sends=(Media.AUDIO, Media.VIDEO))
        self._rule.joined(room)


def _in_order(burst: list[Meeting]) -> Iterator[tuple[float, Meeting, int | None]]:
    """Yield what happens: a room begins (None), or its so many-th comes."""
    waiting: list[tuple[float, int, int]] = []
    for number, meeting in enumerate(burst):
        heapq.heappush(waiting, (meeting.begins, number, -1))
        for join, at in enumerate(meeting.joins):
            heapq.heappush(waiting, (at, number, join))
    while waiting:
        at, number, join = heapq.heappop(waiting)
        yield at, burst[number], None if join < 0 else join
