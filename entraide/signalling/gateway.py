"""The ASGI application: connects browsers to their rooms, and rooms to what happens to them elsewhere."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from entraide.foundation.env import IPNetwork
from entraide.foundation.lane import Receive, Scope, Send
from entraide.meetings.rules import tokens
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.seats import Call
from entraide.meetings.rules.words import ChangeKind
from entraide.signalling import measures
from entraide.signalling.arrivals import Arrivals
from entraide.signalling.awake import keep_awake
from entraide.signalling.connection import Close, Connection, Left
from entraide.signalling.hearing import AGAIN_SECONDS, Change, Hearing
from entraide.signalling.paces import Pace
from entraide.signalling.protocol import ComeBack, Join, Unreadable
from entraide.signalling.rooms import Person, Room, pair_told, where_of
from entraide.signalling.verbs import Over, do
from entraide.signalling.ways import Ways
from entraide.signalling.web import Away, Refused, Web

logger = logging.getLogger(__name__)
PATH = "/v1/meetings"
# How long a browser may be connected without a seat.
ENTRANCE_SECONDS = 10.0
# How long a seat is kept for somebody who was cut off: a telephone that goes from one network to another.
KEPT_SECONDS = 15.0
SEEN_SECONDS = 10.0
# What one browser may say: a hundred candidates at once, then as many as anybody types or clicks.
MESSAGES = (150.0, 20.0)


@dataclass(frozen=True, slots=True)
class Options:
    """What a deployment decides about the gateway.

    `token_keys` are those of join tokens; from `node_root` follow the secrets of media nodes.
    """

    database_url: str
    token_keys: tuple[bytes, ...]
    node_root: bytes = b""
    trusted_proxies: tuple[IPNetwork, ...] = ()
    kept_seconds: float = KEPT_SECONDS


@dataclass(slots=True)
class Seated:
    """Somebody at their place: their room, who they are there, and their connection."""

    room: Room
    person: Person
    connection: Connection
    pace: Pace = field(default_factory=lambda: Pace(*MESSAGES))


class Gateway:
    """Holds the rooms of this process. `start` and `stop` are called by the ASGI lifespan."""

    def __init__(self, options: Options, web: Web) -> None:
        self._options = options
        self._web = web
        self._rooms: dict[str, Room] = {}
        self._connections: set[Connection] = set()
        self._arrivals = Arrivals(options.trusted_proxies)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ways = Ways(
            root=options.node_root, web=web, spawn=self._spawn, rooms=lambda: list(self._rooms.values())
        )  # fmt: skip
        self._hearing = Hearing(
            options.database_url, take=self._take_change,
            heard=lambda: {room.id: room.heard for room in self._rooms.values()},
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI: lifespan and WebSocket. Over HTTP there is nothing here."""
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "websocket":
                await self._connect(scope, Connection(receive, send))
            case "http":
                await send({"type": "http.response.start", "status": 426, "headers": [(b"upgrade", b"websocket")]})
                await send({"type": "http.response.body", "body": b""})

    def start(self) -> None:
        """Begin to hear of changes and to tell who is there."""
        self._hearing.start()
        self._spawn(self._tell_who_is_there())
        self._spawn(keep_awake(self._connections))

    async def stop(self) -> None:
        """Let every browser come back to whoever takes over: nobody leaves their meeting by this."""
        for connection in list(self._connections):
            connection.close(Close.STOPPING)
        await asyncio.gather(*(connection.finished() for connection in list(self._connections)))
        for task in list(self._tasks):
            task.cancel()
        # Nobody's sessions on media servers end by this: what goes over them goes on until its people are back.
        await self._hearing.stop()
        await self._web.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _connect(self, scope: Scope, connection: Connection) -> None:
        await connection.accept()
        self._connections.add(connection)
        measures.connections.inc()
        try:
            seated = await self._seat(scope, connection)
            if seated is None:
                await connection.finished()
            else:
                await self._converse(seated)
        except Left:
            connection.drop()
        finally:
            self._connections.discard(connection)
            measures.connections.dec()

    async def _seat(self, scope: Scope, connection: Connection) -> Seated | None:
        """Return where a browser sits, or close its connection with the reason. Raises Left."""
        why, code, seated = "no-seat", Close.NO_SEAT, None
        try:
            if not self._arrivals.may_come(scope):
                why, code = "too-many", Close.TOO_MANY
            else:
                seated = await asyncio.wait_for(self._entrance(scope, connection), ENTRANCE_SECONDS)
        except Refused as refused:
            why = refused.code
        except Unreadable:
            why, code = "unreadable", Close.UNREADABLE
        except (Away, TimeoutError):
            # The browser tries again by itself: it keeps its token's minute or its session.
            why, code = "away", Close.STOPPING
        measures.entrances.labels("seated" if seated else why).inc()
        if seated is None:
            connection.tell({"is": "over", "why": why})
            connection.close(code)
        return seated

    async def _entrance(self, scope: Scope, connection: Connection) -> Seated:
        match await connection.next():
            case Join(token=token):
                # What nobody signed costs no call.
                if not tokens.is_ours(token, keys=self._options.token_keys):
                    raise Refused("bad-token")
                seat = await self._web.ask(Call.JOIN, token=token)
            case ComeBack(session=session):
                seat = await self._web.ask(Call.COME_BACK, session=session)
            case _:
                raise Unreadable("the first thing to say is join or come_back")
        if scope["path"] != f"{PATH}/{seat['room']}":
            await self._leave(str(seat["participant"]))
            raise Refused("other-room")
        connection.is_seated = True
        return self._sit_down(seat, connection)

    def _sit_down(self, seat: dict[str, object], connection: Connection) -> Seated:
        room = self._room_of(seat)
        person = Person(
            str(seat["participant"]), str(seat["name"]), Role(str(seat["role"])), connection.tell,
            partial(connection.close, Close.PUT_OUT),
        )  # fmt: skip
        before = room.people.get(person.id)
        if before:
            person.shown = before.shown
            before.put_out("elsewhere")
        room.enter(person)
        others = [each.told() for each in room.people.values() if each is not person]
        connection.tell({
            "is": "joined", "me": person.told(), "session": seat["session"], "room": room.told(), "people": others,
            "ice": seat["ice"], "pair": pair_told(room)["ids"],
        })  # fmt: skip
        if person.is_moderator:
            self._spawn(self._tell_who_knocks(room))
        return Seated(room, person, connection)

    def _room_of(self, seat: dict[str, object]) -> Room:
        """Return the room of a seat as it is now."""
        where = where_of(seat)
        room = self._rooms.get(str(seat["room"]))
        if room is None:
            room = Room(str(seat["room"]), where, bool(seat["locked"]), int(str(seat["heard"])))
            self._rooms[room.id] = room
            measures.rooms.set(len(self._rooms))
        else:
            room.move(where)
        return room

    async def _converse(self, seated: Seated) -> None:
        room, person, connection = seated.room, seated.person, seated.connection
        try:
            while person.tell:
                message = await connection.next()
                if seated.pace.allows(time.monotonic()):
                    await do(message, room=room, person=person, web=self._web, ways=self._ways)
                else:
                    person.tell({"is": "refused", "why": "too-fast"})
        except Over:
            self._remove(room, person.id)
            await self._leave(person.id, room)
            connection.close(Close.DONE)
        except Unreadable as error:
            connection.tell({"is": "refused", "why": "unreadable", "detail": str(error)})
            connection.close(Close.UNREADABLE)
        except Left:
            connection.drop()
        finally:
            self._tidy(room, person, connection)
        await connection.finished()

    def _tidy(self, room: Room, person: Person, connection: Connection) -> None:
        """Keep the seat of who was cut off for a while; forget the room of which nobody is left."""
        if room.people.get(person.id) is person:
            room.cut_off(person)
            self._spawn(self._let_go(room, person))
        self._forget_if_empty(room)

    async def _let_go(self, room: Room, person: Person) -> None:
        await asyncio.sleep(self._options.kept_seconds)
        if room.people.get(person.id) is person and person.tell is None:
            self._remove(room, person.id)
            await self._leave(person.id, room)
            self._forget_if_empty(room)

    async def _leave(self, person_id: str, room: Room | None = None) -> None:
        # Who cannot be let go now is let go by the watch, since nobody tells of them any more.
        with suppress(Away, Refused):
            told = await self._web.ask(Call.LEAVE, participant=person_id)
            if room:
                room.stand(line=told["line"])

    async def _take_change(self, change: Change) -> None:
        room = self._rooms.get(change.room)
        if room is None or change.number <= room.heard:
            return
        room.heard = change.number
        match change.kind:
            case ChangeKind.KICKED:
                self._remove(room, str(change.participant), why="kicked")
            case ChangeKind.ENDED:
                for person_id in list(room.people):
                    self._remove(room, person_id, why="ended")
            case ChangeKind.LOCKED | ChangeKind.UNLOCKED:
                room.lock(is_locked=change.kind is ChangeKind.LOCKED)
            case ChangeKind.WAITING | ChangeKind.ADMITTED | ChangeKind.DENIED:
                self._spawn(self._tell_who_knocks(room))
            case ChangeKind.MOVED | ChangeKind.QUEUED:
                self._spawn(self._ask_where(room))
        self._forget_if_empty(room)

    async def _ask_where(self, room: Room) -> None:
        # Nobody would learn of it otherwise but by coming back: it is asked for as long as it takes.
        while self._rooms.get(room.id) is room:
            try:
                room.move(where_of(await self._web.ask(Call.WHERE, room=room.id)))
            except Away:
                await asyncio.sleep(AGAIN_SECONDS)
            except Refused:
                return
            else:
                return

    def _remove(self, room: Room, person_id: str, *, why: str = "left") -> None:
        room.remove(person_id, why=why)
        self._ways.arrange(room)
        if why == "kicked":
            self._ways.put_out(person_id, room=room)
        else:
            self._ways.end(person_id)

    async def _tell_who_knocks(self, room: Room) -> None:
        with suppress(Away, Refused):
            told = await self._web.ask(Call.WAITING, room=room.id)
            for person in room.moderators():
                if person.tell:
                    person.tell({"is": "knocking", "people": told["waiting"]})

    async def _tell_who_is_there(self) -> None:
        """Say every few seconds who is connected; whoever is in no room any more, by the web's word, is put out."""
        while True:
            await asyncio.sleep(SEEN_SECONDS)
            there = {person_id: room for room in self._rooms.values() for person_id in room.people}
            if not there:
                continue
            try:
                told = await self._web.ask(Call.SEEN, participants=list(there))
            except (Away, Refused) as error:
                logger.warning("who is in meetings could not be told: %s", error)
                continue
            for person_id, why in told["gone"].items():
                self._remove(there[person_id], person_id, why=why)
                self._forget_if_empty(there[person_id])
            for room in set(there.values()):
                room.stand(line=told["lines"].get(room.id, 0), rung=told["rungs"].get(room.id, 0))
                self._ways.arrange(room)

    def _forget_if_empty(self, room: Room) -> None:
        if not room.people and self._rooms.get(room.id) is room:
            del self._rooms[room.id]
            measures.rooms.set(len(self._rooms))

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a task of the gateway failed", exc_info=error)
