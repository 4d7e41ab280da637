"""What every driver does: the interface, its values and its errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from entraide.meetings.rules.fencing import NodeRoom

# What lets a participant in at the node lasts so long; it never leaves the gateway.
PASS_LASTS = timedelta(minutes=15)


class NodeUnreachable(Exception):
    """The node does not answer, or not in time, or with something that is no answer."""


class NodeRefused(Exception):
    """The node answers that it will not; `code` is its own."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


class NoSuchRoom(Exception):
    """The node does not have this room in this epoch."""


class Media(StrEnum):
    """What can be muted."""

    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What a room on a node is made with."""

    most_heads: int
    is_e2ee: bool = False
    bitrate: int = 1_500_000


@dataclass(frozen=True, slots=True)
class Probe:
    """What a node answered to the question whether it is well: its server's version, whether new people may come."""

    version: str
    accepts: bool


@dataclass(frozen=True, slots=True)
class JoinInfo:
    """What a gateway needs to let one participant in: where, which room, under which id, with which passes.

    `server_pass` opens the server, `room_pass` this room alone.
    """

    url: str
    room: NodeRoom
    participant: str
    server_pass: str
    room_pass: str


@dataclass(frozen=True, slots=True)
class RoomStats:
    """Who is in a room. `pps` is None where the server tells it in events only."""

    heads: int
    pps: int | None = None


@dataclass(frozen=True, slots=True)
class NodeStats:
    """The rooms of ours on a node, and how many it has of others."""

    rooms: Mapping[NodeRoom, RoomStats]
    foreign_rooms: int = 0


class Driver(Protocol):
    """One media server. Every function raises NodeUnreachable, or NodeRefused for what is not foreseen.

    They may be repeated: what is there already is left as it is.
    """

    def probe(self) -> Probe:
        """Ask whether the node is well."""

    def create(self, *, room: NodeRoom, settings: RoomSettings) -> bool:
        """Make a room; return False when it was there."""

    def join_info(self, *, room: NodeRoom, participant: str, now: datetime) -> JoinInfo:
        """Return what lets one participant in. Raises NoSuchRoom."""

    def kick(self, *, room: NodeRoom, participant: str) -> bool:
        """Put somebody out, and end what they receive; return False when they are not there. Raises NoSuchRoom."""

    def mute(self, *, room: NodeRoom, participant: str, media: Media, muted: bool) -> bool:
        """Mute what somebody sends, for everyone; return False when they do not send it. Raises NoSuchRoom."""

    def end(self, *, room: NodeRoom) -> bool:
        """Destroy a room and put everyone out; return False when it is not there."""

    def stats(self) -> NodeStats:
        """Return who is where."""

    def drain(self, *, on: bool) -> None:
        """Let nobody new in, or let them in again; who is in stays in."""
