"""What web and gateway tell each other over the private endpoint. Plain values; ids travel as text."""

from enum import StrEnum
from typing import TypedDict

from entraide.meetings.rules.relays import IceServer

PATH = "/private/meetings/"


class Call(StrEnum):
    """What the gateway asks for: the last part of the path."""

    JOIN = "join"
    COME_BACK = "come-back"
    SEEN = "seen"
    LEAVE = "leave"
    ACT = "act"
    WAITING = "waiting"
    WHERE = "where"
    PROBED = "probed"
    COMPLAIN = "complain"


class Whereabouts(TypedDict):
    """Where the media of a room go: in which mode and epoch, over which node, none between two browsers.

    `line` is the room's place in the line for a media server, 0 when it waits for none; `rung` is where its node stands
    on the overload ladder; `is_e2ee` is whether its people encrypt among themselves what goes there.
    """

    epoch: int
    mode: str
    line: int
    node: str
    node_url: str
    most_heads: int
    rung: int
    is_e2ee: bool


class Seat(Whereabouts):
    """Where somebody sits who has joined, or came back.

    `heard` is the number of the room's latest change; `session` the secret with which one comes back after a cut.
    """

    participant: str
    room: str
    name: str
    role: str
    session: str
    locked: bool
    heard: int
    ice: list[IceServer]


class Knocking(TypedDict):
    """Somebody who waits at the door."""

    participant: str
    name: str
    signed_in: bool
