"""The driver of Janus: rooms of its VideoRoom plugin, by the admin API alone, so that it holds no session.

How rooms are made is told by `janus_rooms`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from entraide.meetings.drivers import janus_passes
from entraide.meetings.drivers.base import (
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
from entraide.meetings.drivers.janus_admin import JanusAdmin
from entraide.meetings.drivers.janus_passes import PLUGIN
from entraide.meetings.drivers.janus_rooms import NO_SUCH_ROOM, ROOM_EXISTS, JanusKeys, creation
from entraide.meetings.rules.fencing import NodeRoom, read_node_room

NO_SUCH_FEED = 428
# "No such user in the room", and "no such stream": the same code means several things, so that words decide.
INVALID_ELEMENT = 430
# Our client puts audio first and video second into what it publishes.
MID = {Media.AUDIO: "0", Media.VIDEO: "1"}


class JanusDriver:
    """The driver of one Janus."""

    def __init__(self, *, admin: JanusAdmin, url: str, keys: JanusKeys) -> None:
        self._admin, self._url, self._keys = admin, url, keys

    def probe(self) -> Probe:
        """Ask whether the node is well: the admin API and the plugin must both answer."""
        info = self._admin.ask("info")
        self._rooms()
        return Probe(
            version=str(info.get("version_string", "")), accepts=bool(info.get("accepting-new-sessions", True))
        )

    def create(self, *, room: NodeRoom, settings: RoomSettings) -> bool:
        """Make a room; return False when it was there."""
        answer = self._admin.ask_plugin(PLUGIN, **creation(room, settings, self._keys))
        if answer.get("error_code") == ROOM_EXISTS:
            return False
        _require_success(answer)
        return True

    def join_info(self, *, room: NodeRoom, participant: str, now: datetime) -> JoinInfo:
        """Return what lets one participant in. Raises NoSuchRoom."""
        exists = self._ask("exists", room=str(room))
        _require_success(exists)
        if not exists.get("exists"):
            raise NoSuchRoom
        return JoinInfo(
            url=self._url,
            room=room,
            participant=participant,
            server_pass=janus_passes.server_pass(secret=self._keys.token_secret, now=now),
            room_pass=janus_passes.room_pass(room=room, secret=self._keys.token_secret, now=now),
        )

    def kick(self, *, room: NodeRoom, participant: str) -> bool:
        """Put somebody out; with `require_pvtid` what they receive ends too."""
        answer = self._ask("kick", room=str(room), secret=self._keys.room_secret(room), id=participant)
        if answer.get("error_code") == NO_SUCH_FEED:
            return False
        _require_success(answer)
        return True

    def mute(self, *, room: NodeRoom, participant: str, media: Media, muted: bool) -> bool:
        """Mute what somebody sends; return False when they do not send it."""
        answer = self._ask(
            "moderate", room=str(room), secret=self._keys.room_secret(room), id=participant, mid=MID[media], mute=muted
        )
        if answer.get("error_code") in (NO_SUCH_FEED, INVALID_ELEMENT):
            return False
        _require_success(answer)
        return True

    def end(self, *, room: NodeRoom) -> bool:
        """Destroy a room and put everyone out; return False when it is not there."""
        answer = self._ask("destroy", room=str(room), secret=self._keys.room_secret(room), permanent=False)
        if answer.get("error_code") == NO_SUCH_ROOM:
            return False
        _require_success(answer)
        return True

    def stats(self) -> NodeStats:
        """Return who is where; packets are told in events, which the node's agent counts."""
        rooms: dict[NodeRoom, RoomStats] = {}
        listed = self._rooms()
        for each in listed:
            name = read_node_room(str(each.get("room")))
            heads = each.get("num_participants")
            if name is not None and isinstance(heads, int):
                rooms[name] = RoomStats(heads)
        return NodeStats(rooms, foreign_rooms=len(listed) - len(rooms))

    def drain(self, *, on: bool) -> None:
        """Let nobody new in, or let them in again."""
        self._admin.ask("accept_new_sessions", accept=not on)

    def _rooms(self) -> list[Mapping[str, Any]]:
        answer = self._ask("list", admin_key=self._keys.admin_key)
        _require_success(answer)
        listed = answer.get("list")
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise NodeUnreachable("the list of rooms is none")
        return listed

    def _ask(self, request: str, **fields: Any) -> dict[str, Any]:
        return self._admin.ask_plugin(PLUGIN, request=request, **fields)


def _require_success(answer: Mapping[str, Any]) -> None:
    code = answer.get("error_code")
    if code == NO_SUCH_ROOM:
        raise NoSuchRoom
    if code is not None:
        raise NodeRefused(code if isinstance(code, int) else 0, str(answer.get("error"))[:200])
