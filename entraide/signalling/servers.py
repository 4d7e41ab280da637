"""The media servers that this gateway has a line to, and its rooms there."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from entraide.meetings.drivers.base import RoomSettings
from entraide.meetings.drivers.janus_rooms import ROOM_EXISTS, JanusKeys, creation
from entraide.meetings.rules.fencing import NodeRoom
from entraide.meetings.rules.node_secrets import node_secret
from entraide.signalling.janus_line import JanusLine, NodeLost, NodeRefused
from entraide.signalling.media import Server, person_of
from entraide.signalling.rooms import Where

# A node that has not answered within this time is not well, whatever it does later.
PROBED_SECONDS = 1.5


class Servers:
    """One line for each node, opened when it is needed; `lost` is called with the id of a node whose line ended."""

    def __init__(self, *, root: bytes, lost: Callable[[str], None]) -> None:
        self._root = root
        self._lost = lost
        self._lines: dict[str, JanusLine] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def enter(self, room: str, where: Where) -> Server:
        """Return a room on its node, made there if it was not. Raises NodeLost, NodeRefused."""
        keys = self._keys(where.node)
        line = await self._line(where, keys)
        server = Server(NodeRoom(UUID(room), where.epoch), line, keys)
        settings = RoomSettings(most_heads=where.most_heads, is_e2ee=where.is_e2ee)
        await _with_handle(server, creation(server.room, settings, keys), but=ROOM_EXISTS)
        return server

    async def put_out(self, room: str, where: Where, person: str) -> None:
        """Put out what somebody has left on a node through a gateway that died. Raises NodeLost, NodeRefused."""
        keys = self._keys(where.node)
        server = Server(NodeRoom(UUID(room), where.epoch), await self._line(where, keys), keys)
        named = {"room": str(server.room), "secret": keys.room_secret(server.room)}
        told = await _with_handle(server, {"request": "listparticipants", **named})
        for each in told.get("participants", ()):
            if person_of(str(each.get("id"))) == person:
                await _with_handle(server, {"request": "kick", "id": each["id"], **named})

    async def is_well(self, where: Where) -> bool:
        """Tell whether a node answers."""
        with suppress(NodeLost, NodeRefused, TimeoutError):
            async with asyncio.timeout(PROBED_SECONDS):
                await self._line(where, self._keys(where.node))
            return True
        return False

    def _keys(self, node: str) -> JanusKeys:
        return JanusKeys.of_node(node_secret(self._root, node=UUID(node)))

    async def _line(self, where: Where, keys: JanusKeys) -> JanusLine:
        node = where.node
        async with self._turns.setdefault(node, asyncio.Lock()):
            line = self._lines.get(node)
            if line is None or not line.is_open:
                line = JanusLine(where.node_url, token_secret=keys.token_secret, lost=lambda: self._lost(node))
                await line.open()
                self._lines[node] = line
            return line


async def _with_handle(server: Server, body: dict[str, Any], *, but: int = 0) -> dict[str, Any]:
    """Ask a room something that no participant asks; an error with the code `but` is none."""
    handle = await server.line.attach(about=str(server.room), heard=lambda _: None)
    try:
        told, _ = await server.line.ask(handle, body)
    except NodeRefused as refused:
        if refused.code != but:
            raise
        return {}
    finally:
        await server.line.detach(handle)
    return told
