"""What gateways, drivers and agents must agree on about a Janus: its secrets, and how rooms are made there.

Rooms are made so that a pass alone opens nothing to outsiders: private, with a secret that follows from the room's id,
signed tokens, and `require_pvtid`, without which whoever is kicked goes on receiving (measured with Janus 1.1.2).
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Self

from entraide.meetings.drivers.base import RoomSettings
from entraide.meetings.rules.fencing import NodeRoom
from entraide.meetings.rules.node_secrets import part_of

NO_SUCH_ROOM = 426
ROOM_EXISTS = 427


@dataclass(frozen=True, slots=True, repr=False)
class JanusKeys:
    """The secrets of one Janus: of its admin API, of its rooms' making, of its tokens; and ours for room secrets."""

    admin_secret: str
    admin_key: str
    token_secret: str
    room_key: str

    @classmethod
    def of_node(cls, secret: str) -> Self:
        """Return the secrets of the Janus on the node with this secret."""
        return cls(**{name: part_of(secret, f"janus {name}") for name in cls.__slots__})

    def room_secret(self, room: NodeRoom) -> str:
        """Return what moderates one room."""
        return hmac.new(self.room_key.encode(), str(room).encode(), hashlib.sha256).hexdigest()


def creation(room: NodeRoom, settings: RoomSettings, keys: JanusKeys) -> dict[str, Any]:
    """Return the request that makes a room."""
    return {
        "request": "create",
        "room": str(room),
        "admin_key": keys.admin_key,
        "secret": keys.room_secret(room),
        "publishers": settings.most_heads,
        "bitrate": settings.bitrate,
        "bitrate_cap": True,
        # What browsers have encrypted among themselves looks like VP8 from outside, and like nothing else.
        "videocodec": "vp8" if settings.is_e2ee else "vp8,h264",
        "audiolevel_event": True,
        "notify_joining": True,
        "signed_tokens": True,
        "require_pvtid": True,
        "require_e2ee": settings.is_e2ee,
        "is_private": True,
        "record": False,
        "permanent": False,
    }
