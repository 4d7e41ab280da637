"""The ways of all to media servers: what browsers ask of them, and what becomes of them when people or nodes go."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import NamedTuple

from entraide.meetings.rules.overload import limits_of
from entraide.meetings.rules.roles import Capability, capabilities_of
from entraide.meetings.rules.seats import Call
from entraide.meetings.rules.words import RoomMode
from entraide.signalling import measures, protocol
from entraide.signalling.janus_line import NodeLost, NodeRefused
from entraide.signalling.media import Media
from entraide.signalling.protocol import OfMedia, Picture
from entraide.signalling.rooms import Answer, Person, Room, Where
from entraide.signalling.servers import Servers
from entraide.signalling.web import Away, Refused, Web

logger = logging.getLogger(__name__)
# The way that serves, the one that is to take over, and one that failed in between.
MOST_ATTEMPTS = 3
_SENDS = {Capability.AUDIO, Capability.VIDEO, Capability.SCREEN}
# A node whose line ended is asked again so often before the web is told for the last time that it is gone.
PROBES = 3
PROBE_PAUSE_SECONDS = 0.3


class View(NamedTuple):
    """Of whom somebody gets pictures, and the best layer that they get."""

    people: frozenset[str]
    best: int


Spawn = Callable[[Coroutine[object, object, None]], None]


class Ways:
    """Holds the ways of all who are connected here; `rooms` returns the rooms of this gateway."""

    def __init__(self, *, root: bytes, web: Web, spawn: Spawn, rooms: Callable[[], list[Room]]) -> None:
        self._servers = Servers(root=root, lost=self._node_lost)
        self._web = web
        self._spawn = spawn
        self._rooms = rooms
        self._media: dict[str, dict[int, Media]] = {}
        self._pictures: dict[str, Picture] = {}
        # Whose pictures each person was last given, and in which layer at most.
        self._views: dict[str, View] = {}

    async def do(self, message: OfMedia, *, room: Room, person: Person) -> None:
        """Do what a browser asks of the media server. Raises Refused."""
        try:
            await self._do(message, room, person)
        except (NodeLost, NodeRefused) as error:
            logger.info("a way to a media server failed: %s", error)
            raise Refused("no-server") from error

    def end(self, person_id: str) -> None:
        """End the ways of somebody who has left."""
        self._end_all_but(None, person_id)
        self._media.pop(person_id, None)
        self._pictures.pop(person_id, None)
        self._views.pop(person_id, None)

    async def pass_on(self, person: Person, *, room: Room) -> None:
        """Have servers pass on what somebody shows that they send, and nothing else."""
        for way in list(self._media.get(person.id, {}).values()):
            # A server that is lost passes nothing on, and the room hears of it otherwise.
            with suppress(NodeLost, NodeRefused):
                await way.pass_on(person.shown)
        self.arrange(room)

    def arrange(self, room: Room) -> None:
        """Give everybody the pictures of those who speak, of as many and as large ones as the room's node bears."""
        for person_id in room.people:
            if self._media.get(person_id) and self._views.get(person_id) != _view(room, person_id):
                self._spawn(self._show(room, person_id))

    def put_out(self, person_id: str, *, room: Room) -> None:
        """End everything of somebody who was put out, whichever gateway they came through."""
        self.end(person_id)
        if room.where.mode is RoomMode.SFU:
            self._spawn(self._put_out(person_id, room.id, room.where))

    async def _do(self, message: OfMedia, room: Room, person: Person) -> None:
        match message:
            case protocol.Connect():
                await self._connect(message, room, person)
            case protocol.Answered(attempt=attempt, description=description):
                if way := self._way(person, attempt):
                    await way.answer(description)
            case protocol.Trickle(attempt=attempt, way=direction, candidate=candidate):
                if way := self._way(person, attempt):
                    await way.trickle(direction, candidate)
            case protocol.Receive(picture=picture):
                self._pictures[person.id] = picture
                for way in list(self._media.get(person.id, {}).values()):
                    await way.choose(picture)
            case protocol.Settled(attempt=attempt):
                self._end_all_but(attempt, person.id)
            case protocol.Lost():
                # A node that has frozen answers no probe: nobody waits for that before they may go elsewhere.
                self._spawn(self._complain(room, person))

    async def _connect(self, asked: protocol.Connect, room: Room, person: Person) -> None:
        where = room.where
        if where.mode is not RoomMode.SFU or asked.epoch != where.epoch:
            # The room has moved meanwhile, of which the browser hears by itself.
            raise Refused("other-epoch")
        may_send = bool(_SENDS & capabilities_of(person.role))
        server = await self._servers.enter(room.id, where)
        way = Media(
            server, attempt=asked.attempt, person=person.id, spawn=self._spawn,
            tell=lambda answer: _tell(room, person.id, answer), spoke=lambda who: self._spoke(room, who),
        )  # fmt: skip
        ways = self._media.setdefault(person.id, {})
        for oldest in list(ways)[: len(ways) + 1 - MOST_ATTEMPTS]:
            self._spawn(ways.pop(oldest).close())
        ways[asked.attempt] = way
        try:
            await way.choose(self._pictures.get(person.id, Picture.BEST))
            await way.pass_on(person.shown)
            # A page that was loaded again does not know whose pictures come.
            self._views.pop(person.id, None)
            await self._show(room, person.id)
            await way.connect(asked.description if may_send else None)
        except BaseException:
            if ways.get(asked.attempt) is way:
                del ways[asked.attempt]
            self._spawn(way.close())
            raise
        measures.ways.inc()

    async def _show(self, room: Room, person_id: str) -> None:
        """Have the ways of somebody carry what they are to see now, and tell their browser whose pictures come."""
        view = _view(room, person_id)
        if self._views.get(person_id) != view:
            self._views[person_id] = view
            _tell(room, person_id, {"is": "pictures", "of": sorted(view.people)})
        for way in list(self._media.get(person_id, {}).values()):
            with suppress(NodeLost, NodeRefused):
                await way.see(view.people, best=view.best)

    def _spoke(self, room: Room, person_id: str) -> None:
        # The way of each who hears it says so: the room is arranged for the first of them.
        if room.speaks(person_id):
            self.arrange(room)

    async def _put_out(self, person_id: str, room: str, where: Where) -> None:
        with suppress(NodeLost, NodeRefused):
            await self._servers.put_out(room, where, person_id)

    async def _complain(self, room: Room, person: Person) -> None:
        """Tell the web that somebody gets nothing from their node, and whether it answers us."""
        where = room.where
        if where.mode is RoomMode.SFU:
            with suppress(Away, Refused):
                await self._web.ask(Call.COMPLAIN, node=where.node, participant=person.id)
                await self._tell_probe(where)

    def _node_lost(self, node: str) -> None:
        measures.nodes_lost.inc()
        there = [room for room in self._rooms() if room.where.node == node]
        if there:
            self._spawn(self._doubt(there[0].where, there))

    async def _doubt(self, where: Where, rooms: list[Room]) -> None:
        """Ask everybody on a node whose line ended to look whether anything comes, and see whether it comes back."""
        for room in rooms:
            room.tell_all({"is": "doubt", "epoch": room.where.epoch})
        for _ in range(PROBES):
            with suppress(Away, Refused):
                if await self._tell_probe(where):
                    break
            await asyncio.sleep(PROBE_PAUSE_SECONDS)
        else:
            return
        # It is there, and what went over the line that ended is not.
        for room in rooms:
            for person_id in list(room.people):
                self._end_all_but(None, person_id)
            room.tell_all({"is": "media_lost"})

    async def _tell_probe(self, where: Where) -> bool:
        is_well = await self._servers.is_well(where)
        await self._web.ask(Call.PROBED, node=where.node, well=is_well)
        return is_well

    def _end_all_but(self, kept: int | None, person_id: str) -> None:
        ways = self._media.get(person_id, {})
        for attempt in [each for each in ways if each != kept]:
            self._spawn(ways.pop(attempt).close())

    def _way(self, person: Person, attempt: int) -> Media | None:
        return self._media.get(person.id, {}).get(attempt)


def _view(room: Room, person_id: str) -> View:
    return View(frozenset(room.pictures_for(person_id)), limits_of(room.where.rung).substream)


def _tell(room: Room, person_id: str, answer: Answer) -> None:
    person = room.people.get(person_id)
    if person and person.tell:
        person.tell(answer)
