"""Who is in a room, as the rules of promotion ask it."""

from datetime import datetime

from entraide.meetings.models import Room
from entraide.meetings.rules.load import PEERS
from entraide.meetings.rules.promotion import Presence
from entraide.meetings.rules.words import RoomMode


def presence_in(room: Room, *, now: datetime) -> Presence:
    """Return what decides whether a room needs a server."""
    return Presence(
        mode=RoomMode(room.mode),
        heads=room.heads,
        hint=room.size_hint,
        few_for=now - room.few_since,
        can_p2p=room.can_p2p,
        was_full=room.peak_heads > PEERS,
    )
