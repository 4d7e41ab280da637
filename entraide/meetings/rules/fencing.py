"""What a room is called on a node: its id and its epoch, so that what is left of an earlier epoch is recognised."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NodeRoom:
    """A room in one epoch. Its name is a secret of those who meet there, and no node knows it."""

    room: UUID
    epoch: int

    def __str__(self) -> str:
        return f"{self.room}.{self.epoch}"


def read_node_room(text: str) -> NodeRoom | None:
    """Return what a node calls a room of ours; None for a room that is not ours."""
    room, dot, epoch = text.partition(".")
    if not dot or not epoch.isascii() or not epoch.isdigit() or len(epoch) > 9:
        return None
    try:
        read = NodeRoom(UUID(room), int(epoch))
    except ValueError:
        return None
    return read if str(read) == text else None
