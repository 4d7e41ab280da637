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
from entraide.signalling.protocol import Picture, Show, Way

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
    """The way down: its handle, the feeds that are wanted, those that it has, and where in it each of them is.

    Of pictures, `seen` are those whose are sent, None for everybody, in `best` as their best layer; `asked` is what the
    server was last asked of each place.
    """

    handle: int = 0
    wanted: set[str] = field(default_factory=set)
    had: set[str] = field(default_factory=set)
    streams: list[dict[str, Any]] = field(default_factory=list)
    is_answered: bool = True
    picture: Picture = Picture.BEST
    seen: frozenset[str] | None = None
    best: int = LAYERS[Picture.BEST]
    asked: dict[str, tuple[str, bool, int]] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class _Up:
    """The way up: its handle, its feed, where in it sound and picture are, and which of them the server holds back."""

    handle: int = 0
    feed: str = ""
    places: dict[str, str] = field(default_factory=dict)
    shown: Show = field(default_factory=Show)
    held: set[str] = field(default_factory=set)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Media:
    """The two ways of one person. `tell` is called with what their browser must hear, `spoke` with whoever speaks."""

    def __init__(
        self,
        server: Server,
        *,
        attempt: int,
        person: str,
        tell: Callable[[Answer], None],
        spoke: Callable[[str], None],
        spawn: Callable[[Coroutine[object, object, None]], None],
    ) -> None:
        self.server = server
        self._attempt = attempt
        self._person = person
        self._tell = tell
        self._spoke = spoke
        self._spawn = spawn
        self._up = _Up()
        self._private = 0
        self._down = _Down()

    async def connect(self, description: dict[str, Any] | None) -> None:
        """Enter the room, and send what is offered, if anything. Raises NodeLost, NodeRefused."""
        line, room, up = self.server.line, self.server.room, self._up
        up.handle = await line.attach(about=str(room), heard=self._hear_up)
        up.feed = new_feed(self._person)
        joined, _ = await line.ask(
            up.handle,
            {
                "request": "join", "ptype": "publisher", "room": str(room), "id": up.feed, "token": self.server.token(),
            },
        )  # fmt: skip
        self._private = int(joined["private_id"])
        if description:
            published, answered = await line.ask(up.handle, {"request": "publish"}, description=description)
            up.places = {str(each["mid"]): str(each["type"]) for each in published.get("streams", ())}
            # Before the browser may send anything.
            await self._hold_back()
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
        handle = self._up.handle if way is Way.UP else self._down.handle
        if handle:
            await self.server.line.trickle(handle, candidate)

    async def pass_on(self, shown: Show) -> None:
        """Pass on what somebody shows that they send, and nothing else. Raises NodeLost, NodeRefused.

        Whoever looks silent is silent, whatever their browser does.
        """
        self._up.shown = shown
        await self._hold_back()

    async def choose(self, picture: Picture) -> None:
        """Get all pictures at their best, small, or not at all. Raises NodeLost, NodeRefused."""
        self._down.picture = picture
        await self._ask_for_pictures()

    async def see(self, people: frozenset[str], *, best: int) -> None:
        """Get pictures of these people alone, of layer `best` at most. Raises NodeLost, NodeRefused."""
        self._down.seen, self._down.best = people, best
        await self._ask_for_pictures()

    async def close(self) -> None:
        """End both ways."""
        up, down = self._up.handle, self._down.handle
        self._up.handle = self._down.handle = 0
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
            if on:
                self._spoke(who)

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
                while self._up.handle and down.is_answered and down.wanted != down.had:
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
        await self._ask_for_pictures()

    async def _ask_for_pictures(self) -> None:
        """Ask for what is wished of each place of the way down, where the server was not asked for the same before."""
        down = self._down
        wished = {
            str(each["mid"]): _wish(down, str(each["feed_id"])) for each in down.streams if each["type"] == "video"
        }
        # Unasked, everything is sent in its best layer; a place that was another's keeps what was asked of it.
        changed = {
            mid: wish
            for mid, wish in wished.items()
            if wish != down.asked.get(mid, (wish[0], True, LAYERS[Picture.BEST]))
        }
        if down.handle and changed:
            down.asked |= changed
            streams = [{"mid": mid, "send": send, "substream": layer} for mid, (_, send, layer) in changed.items()]
            await self.server.line.ask(down.handle, {"request": "configure", "streams": streams})

    async def _hold_back(self) -> None:
        """Have the server hold back what is sent and not shown."""
        up, server = self._up, self.server
        async with up.turn:
            for mid, kind in up.places.items():
                is_shown = up.shown.audio if kind == "audio" else up.shown.video or up.shown.screen
                if not up.handle or is_shown is not (mid in up.held):
                    continue
                await server.line.ask(
                    up.handle,
                    {
                        "request": "moderate", "room": str(server.room), "secret": server.keys.room_secret(server.room),
                        "id": up.feed, "mid": mid, "mute": not is_shown,
                    },
                )  # fmt: skip
                up.held ^= {mid}


def _wish(down: _Down, feed: str) -> tuple[str, bool, int]:
    """Return what is wished of a feed's picture: the feed, whether it is sent, and its layer."""
    is_sent = down.picture is not Picture.NONE and (down.seen is None or person_of(feed) in down.seen)
    return feed, is_sent, min(LAYERS.get(down.picture, 0), down.best)
