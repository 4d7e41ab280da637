"""What one person sends to a media server and gets from it: two ways, in one room of one node.

The way up is one feed. Its name on the node tells whose it is and which gateway made it: what a gateway that died has
left there is nobody's, until the node forgets it. The way down carries the feeds of all others in one connection; Janus
makes its offers, one after the other.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from entraide.meetings.drivers.janus_passes import room_pass
from entraide.meetings.drivers.janus_rooms import JanusKeys
from entraide.meetings.rules.fencing import NodeRoom
from entraide.signalling.janus_line import JanusLine, NodeLost, NodeRefused
from entraide.signalling.protocol import Picture, Way

logger = logging.getLogger(__name__)
Answer = dict[str, object]
# Each layer of a sender's picture, the best one first, as Janus numbers them.
LAYERS = {Picture.BEST: 1, Picture.SMALL: 0}


@dataclass(frozen=True, slots=True)
class Server:
    """A room on a node, the line that leads there, and the secrets that open it."""

    room: NodeRoom
    line: JanusLine
    keys: JanusKeys

    def token(self) -> str:
        """Return what lets somebody in for now."""
        return room_pass(room=self.room, secret=self.keys.token_secret, now=datetime.now(UTC))


# Feeds of this process carry its mark.
MARK = secrets.token_hex(4)


def new_feed(person: str) -> str:
    """Return a name for what somebody sends."""
    return f"{person}/{MARK}/{secrets.token_hex(4)}"


def person_of(feed: str) -> str:
    """Return whose feed it is."""
    return feed.partition("/")[0]


def is_ours(feed: str) -> bool:
    """Tell whether this process made the feed."""
    return feed.split("/")[1:2] == [MARK]


@dataclass(slots=True)
class _Down:
    """The way down: its handle, the feeds that are wanted, those that it has, and where in it each of them is."""

    handle: int = 0
    wanted: set[str] = field(default_factory=set)
    had: set[str] = field(default_factory=set)
    streams: list[dict[str, Any]] = field(default_factory=list)
    is_answered: bool = True
    picture: Picture = Picture.BEST
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Media:
    """The two ways of one person. `tell` is called with what their browser must hear."""

    def __init__(
        self,
        server: Server,
        *,
        attempt: int,
        person: str,
        tell: Callable[[Answer], None],
        spawn: Callable[[Coroutine[object, object, None]], None],
    ) -> None:
        self.server = server
        self._attempt = attempt
        self._person = person
        self._tell = tell
        self._spawn = spawn
        self._up = 0
        self._private = 0
        self._down = _Down()

    async def connect(self, description: dict[str, Any] | None) -> None:
        """Enter the room, and send what is offered, if anything. Raises NodeLost, NodeRefused."""
        line, room = self.server.line, self.server.room
        self._up = await line.attach(about=str(room), heard=self._hear_up)
        joined, _ = await line.ask(
            self._up,
            {
                "request": "join", "ptype": "publisher", "room": str(room),
                "id": new_feed(self._person), "token": self.server.token(),
            },
        )  # fmt: skip
        self._private = int(joined["private_id"])
        if description:
            _, answered = await line.ask(self._up, {"request": "publish"}, description=description)
            self._tell({"is": "published", "attempt": self._attempt, "description": answered})
        self._publish(joined)

    async def answer(self, description: dict[str, Any]) -> None:
        """Take the browser's answer to an offer of the way down. Raises NodeLost, NodeRefused."""
        down = self._down
        if not down.handle or down.is_answered:
            return
        await self.server.line.ask(down.handle, {"request": "start"}, description=description)
        down.is_answered = True
        self._spawn(self._want())

    async def trickle(self, way: Way, candidate: dict[str, Any] | None) -> None:
        """Pass on a candidate of one way. Raises NodeLost, NodeRefused."""
        handle = self._up if way is Way.UP else self._down.handle
        if handle:
            await self.server.line.trickle(handle, candidate)

    async def choose(self, picture: Picture) -> None:
        """Get all pictures at their best, small, or not at all. Raises NodeLost, NodeRefused."""
        self._down.picture = picture
        await self._apply_picture()

    async def close(self) -> None:
        """End both ways."""
        up, down = self._up, self._down.handle
        self._up = self._down.handle = 0
        for handle in (up, down):
            if handle:
                await self.server.line.detach(handle)

    def _hear_up(self, said: dict[str, Any]) -> None:
        data = said.get("plugindata", {}).get("data", {})
        if said.get("janus") == "hangup":
            self._tell({"is": "media_lost", "attempt": self._attempt})
        elif "publishers" in data:
            self._publish(data)
        for gone in ("leaving", "unpublished", "kicked"):
            if str(data.get(gone, "ok")) != "ok":
                self._down.wanted.discard(str(data[gone]))
                self._spawn(self._want())
        if data.get("videoroom") in ("talking", "stopped-talking"):
            who, on = person_of(str(data.get("id"))), data["videoroom"] == "talking"
            self._tell({"is": "talking", "who": who, "on": on})

    def _hear_down(self, said: dict[str, Any]) -> None:
        if said.get("janus") == "hangup":
            self._tell({"is": "media_lost", "attempt": self._attempt})

    def _publish(self, told: dict[str, Any]) -> None:
        """Want the feeds that others publish."""
        feeds = {str(each["id"]) for each in told.get("publishers", ())}
        self._down.wanted |= {feed for feed in feeds if is_ours(feed) and person_of(feed) != self._person}
        self._spawn(self._want())

    async def _want(self) -> None:
        """Bring the way down to what is wanted, as far as the browser has answered what it was offered before."""
        down = self._down
        try:
            async with down.turn:
                while self._up and down.is_answered and down.wanted != down.had:
                    await (self._change_down() if down.handle else self._begin_down())
        except (NodeLost, NodeRefused) as error:
            # A feed that ended in this moment, or a node that is lost: of both the room hears.
            logger.info("a way down could not be changed: %s", error)
            down.had &= down.wanted

    async def _begin_down(self) -> None:
        down, line, room = self._down, self.server.line, self.server.room
        handle = await line.attach(about=str(room), heard=self._hear_down)
        feeds = set(down.wanted)
        try:
            attached, offer = await line.ask(
                handle,
                {
                    "request": "join", "ptype": "subscriber", "room": str(room), "private_id": self._private,
                    "token": self.server.token(),
                    "streams": [{"feed": feed} for feed in sorted(feeds)],
                },
            )  # fmt: skip
        except NodeRefused:
            await line.detach(handle)
            raise
        down.handle, down.had = handle, feeds
        await self._offer(attached, offer)

    async def _change_down(self) -> None:
        down = self._down
        more, fewer = down.wanted - down.had, down.had - down.wanted
        updated, offer = await self.server.line.ask(
            down.handle,
            {
                "request": "update",
                **({"subscribe": [{"feed": feed} for feed in sorted(more)]} if more else {}),
                **({"unsubscribe": [{"feed": feed} for feed in sorted(fewer)]} if fewer else {}),
            },
        )
        down.had = (down.had | more) - fewer
        await self._offer(updated, offer)

    async def _offer(self, told: dict[str, Any], offer: dict[str, Any] | None) -> None:
        down = self._down
        down.streams = [each for each in told.get("streams", ()) if each.get("active") and "feed_id" in each]
        if offer:
            down.is_answered = False
            places = {
                str(each["mid"]): {"who": person_of(str(each["feed_id"])), "kind": each["type"]}
                for each in down.streams
            }
            self._tell({"is": "offer", "attempt": self._attempt, "description": offer, "places": places})
        if down.picture is not Picture.BEST:
            await self._apply_picture()

    async def _apply_picture(self) -> None:
        down = self._down
        wished = [
            {"mid": each["mid"], "send": down.picture is not Picture.NONE, "substream": LAYERS.get(down.picture, 0)}
            for each in down.streams
            if each["type"] == "video"
        ]
        if down.handle and wished:
            await self.server.line.ask(down.handle, {"request": "configure", "streams": wished})
