"""A media server that is simulated within the process: rooms, people, load, and the ways in which servers fail.

It is no stub. It refuses whom a server would refuse, forgets what it had when it dies, and keeps it when it freezes;
tests and benchmarks let it do so. Time is the caller's.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from entraide.meetings.drivers.base import (
    PASS_LASTS,
    JoinInfo,
    Media,
    NodeRefused,
    NodeStats,
    NodeUnreachable,
    NoSuchRoom,
    Probe,
    RoomSettings,
    RoomStats,
)
from entraide.meetings.rules.fencing import NodeRoom
from entraide.meetings.rules.load import LAST_N, STREAM_PPS

VERSION = "fake 1"


class Refusal(StrEnum):
    """Why a simulated server lets somebody not in."""

    BAD_PASS = "bad pass"  # noqa: S105 (a word, not a password)
    EXPIRED = "expired"
    TAKEN = "id taken"
    DRAINING = "draining"


class NotLetIn(Exception):
    """The server does not let somebody in; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass
class FakePerson:
    """Somebody in a room of the simulation: what they send, and what of it is muted."""

    sends: frozenset[Media]
    muted: set[Media] = field(default_factory=set)

    @property
    def is_heard(self) -> bool:
        """Tell whether anything that they send is forwarded."""
        return bool(self.sends - self.muted)


class FakeRoom:
    """A room of the simulation. Who is heard in it is counted as it changes, since nodes are asked for it often."""

    def __init__(self, settings: RoomSettings) -> None:
        self.settings = settings
        self._people: dict[str, FakePerson] = {}
        self._heard = 0

    @property
    def heads(self) -> int:
        """How many are in it."""
        return len(self._people)

    @property
    def pps(self) -> int:
        """Packets a second, in and out: of everyone who is heard, and to everyone from as many as are forwarded."""
        listeners = len(self._people) - self._heard
        forwarded = self._heard * min(max(self._heard - 1, 0), LAST_N) + listeners * min(self._heard, LAST_N)
        return STREAM_PPS * (self._heard + forwarded)

    def add(self, name: str, person: FakePerson) -> bool:
        """Let somebody in; return False when the name is taken."""
        if name in self._people:
            return False
        self._people[name] = person
        self._heard += person.is_heard
        return True

    def remove(self, name: str) -> bool:
        """Let somebody go; return False when they are not there."""
        person = self._people.pop(name, None)
        if person is None:
            return False
        self._heard -= person.is_heard
        return True

    def mute(self, name: str, media: Media, *, muted: bool) -> bool:
        """Mute what somebody sends, or no more; return False when they do not send it."""
        person = self._people.get(name)
        if person is None or media not in person.sends:
            return False
        self._heard -= person.is_heard
        (person.muted.add if muted else person.muted.discard)(media)
        self._heard += person.is_heard
        return True


class FakeNode:
    """The simulated server: what is on it, and how it is."""

    def __init__(self, *, name: str, capacity_pps: int) -> None:
        self.name = name
        self.capacity_pps = capacity_pps
        self.rooms: dict[NodeRoom, FakeRoom] = {}
        self.foreign_rooms: list[str] = []
        self.accepts = True
        self._secret = name.encode()
        self._is_up = True
        self._is_frozen = False

    @property
    def load_pps(self) -> int:
        """What it receives and forwards now."""
        return sum(room.pps for room in self.rooms.values())

    @property
    def lost_percent(self) -> float:
        """How much of its packets are lost, since it cannot forward more than its capacity."""
        load = self.load_pps
        return 100 * max(0, load - self.capacity_pps) / load if load else 0.0

    def crash(self) -> None:
        """Die: everything that it had is gone."""
        self._is_up = False
        self.rooms.clear()
        self.foreign_rooms.clear()

    def start(self) -> None:
        """Come back, empty."""
        self._is_up, self._is_frozen, self.accepts = True, False, True

    def freeze(self) -> None:
        """Answer nothing any more, and lose nothing."""
        self._is_frozen = True

    def thaw(self) -> None:
        """Go on where it stopped."""
        self._is_frozen = False

    def require_answer(self) -> None:
        """Raise NodeUnreachable when it does not answer."""
        if not self._is_up or self._is_frozen:
            raise NodeUnreachable(f"{self.name} does not answer")

    def enter(self, info: JoinInfo, *, now: datetime, sends: Iterable[Media] = ()) -> None:
        """Let somebody in, as a browser's gateway would ask. Raises NotLetIn, NoSuchRoom, NodeUnreachable."""
        self.require_answer()
        if not self.accepts:
            raise NotLetIn(Refusal.DRAINING)
        self._check(info.server_pass, "server", now)
        room = self.rooms.get(info.room)
        if room is None:
            raise NoSuchRoom
        self._check(info.room_pass, str(info.room), now)
        if not room.add(info.participant, FakePerson(frozenset(sends))):
            raise NotLetIn(Refusal.TAKEN)

    def leave(self, *, room: NodeRoom, participant: str) -> None:
        """Let somebody go who closes the page."""
        self.require_answer()
        self.rooms[room].remove(participant)

    def written_pass(self, opens: str, until: datetime) -> str:
        """Return a pass that opens the server or a room until then."""
        said = f"{until.timestamp():.0f},{opens}"
        return f"{said}:{hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()}"

    def _check(self, text: str, opens: str, now: datetime) -> None:
        said, _, seal = text.rpartition(":")
        expected = hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()
        until, _, what = said.partition(",")
        if not hmac.compare_digest(seal.encode(), expected.encode()) or what != opens:
            raise NotLetIn(Refusal.BAD_PASS)
        if now.timestamp() >= float(until):
            raise NotLetIn(Refusal.EXPIRED)


class FakeDriver:
    """The driver of a simulated server."""

    def __init__(self, node: FakeNode) -> None:
        self._node = node

    def probe(self) -> Probe:
        """Ask whether the node is well."""
        self._node.require_answer()
        return Probe(version=VERSION, accepts=self._node.accepts)

    def create(self, *, room: NodeRoom, settings: RoomSettings) -> bool:
        """Make a room; return False when it was there."""
        self._node.require_answer()
        if settings.most_heads < 1:
            raise NodeRefused(400, "a room for nobody")
        if room in self._node.rooms:
            return False
        self._node.rooms[room] = FakeRoom(settings)
        return True

    def join_info(self, *, room: NodeRoom, participant: str, now: datetime) -> JoinInfo:
        """Return what lets one participant in."""
        self._room(room)
        until = now + PASS_LASTS
        return JoinInfo(
            url=f"fake://{self._node.name}",
            room=room,
            participant=participant,
            server_pass=self._node.written_pass("server", until),
            room_pass=self._node.written_pass(str(room), until),
        )

    def kick(self, *, room: NodeRoom, participant: str) -> bool:
        """Put somebody out."""
        return self._room(room).remove(participant)

    def mute(self, *, room: NodeRoom, participant: str, media: Media, muted: bool) -> bool:
        """Mute what somebody sends."""
        return self._room(room).mute(participant, media, muted=muted)

    def end(self, *, room: NodeRoom) -> bool:
        """Destroy a room."""
        self._node.require_answer()
        return self._node.rooms.pop(room, None) is not None

    def stats(self) -> NodeStats:
        """Return who is where."""
        self._node.require_answer()
        rooms = {name: RoomStats(room.heads, room.pps) for name, room in self._node.rooms.items()}
        return NodeStats(rooms, foreign_rooms=len(self._node.foreign_rooms))

    def drain(self, *, on: bool) -> None:
        """Let nobody new in, or let them in again."""
        self._node.require_answer()
        self._node.accepts = not on

    def _room(self, room: NodeRoom) -> FakeRoom:
        self._node.require_answer()
        found = self._node.rooms.get(room)
        if found is None:
            raise NoSuchRoom
        return found
