"""What a media server's work costs: processor time of Janus for each packet that it passes on to 100 and 200 people.

One sends sound and a picture of 640 by 360 at 15 frames a second, as packets of the sizes and at the times that VP8 and
Opus have; what is in them was made beforehand, as a server that passes on looks at no more than their first bytes.
Everybody else counts what comes. All of it stays in the namespace of the network that this runs in.
"""

import asyncio
import secrets
import select
import struct
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pylibsrtp import Policy, Session

from bench import node
from bench.lane import say
from bench.media_leg import IS_CONTROL, IS_MEDIA, LONGEST, Identity, Leg, NotConnected
from bench.meeting_apart import ADDRESS
from bench.report import Figure
from entraide.meetings.drivers import janus_server
from entraide.meetings.drivers.base import RoomSettings
from entraide.meetings.drivers.janus_passes import room_pass
from entraide.meetings.drivers.janus_server import JanusPlace
from entraide.meetings.rules.fencing import NodeRoom
from entraide.signalling.janus_line import JanusLine
from tests.meetings.media_servers import free_ports

RECEIVERS = (100, 200)
SECONDS, QUICK_SECONDS = 20.0, 5.0
# What is on the way when the last packet was sent.
DRAIN_SECONDS = 1.0
KEEP_SECONDS = 1.0
LOOK_SECONDS = 0.2
# So many connect at a time.
TOGETHER = 10
OPUS, VP8 = 111, 96
# 50 packets of sound a second, of 32 kbit/s; 15 pictures, of 300 kbit/s in three packets each.
SOUND_EVERY, SOUND_BYTES = 0.02, 80
PICTURE_EVERY, PICTURE_BYTES, PICTURE_PACKETS = 1 / 15, 833, 3


@dataclass
class Track:
    """Packets of one kind, made beforehand: `payload` goes out in each, `together` of them at a time."""

    payload_type: int
    every: float
    clock: int
    payload: bytes
    together: int = 1
    ssrc: int = field(default_factory=lambda: secrets.randbits(31))
    sent: int = 0

    def packets(self, number: int) -> Iterator[bytes]:
        """Yield the packets of one sound or picture."""
        stamp = round(number * self.every * self.clock) & 0xFFFFFFFF
        for part in range(self.together):
            marker = 0x80 if 0 < part == self.together - 1 else 0
            head = struct.pack("!BBHII", 0x80, self.payload_type | marker, self.sent & 0xFFFF, stamp, self.ssrc)
            yield head + self.payload
            self.sent += 1


def tracks() -> list[Track]:
    """Make what is sent. The first byte of a picture's packet says that it begins a frame, as VP8 does."""
    picture = b"\x10" + secrets.token_bytes(PICTURE_BYTES - 1)
    return [
        Track(OPUS, SOUND_EVERY, 48_000, secrets.token_bytes(SOUND_BYTES)),
        Track(VP8, PICTURE_EVERY, 90_000, picture, together=PICTURE_PACKETS),
    ]


class Ends(threading.Thread):
    """Keeps many ends connected and counts the packets that come to them, without opening any."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._poll = select.epoll()
        self._legs: dict[int, Leg] = {}
        self.count = 0
        self.ended = threading.Event()

    def take(self, leg: Leg) -> None:
        """Look after one more from now on."""
        self._legs[leg.socket.fileno()] = leg
        self._poll.register(leg.socket, select.EPOLLIN)

    def run(self) -> None:
        """Look after all until it is enough."""
        buffer, kept = bytearray(LONGEST), time.monotonic()
        while not self.ended.is_set():
            for number, _ in self._poll.poll(LOOK_SECONDS):
                length = self._legs[number].socket.recv_into(buffer)
                if buffer[0] in IS_MEDIA:
                    self.count += buffer[1] not in IS_CONTROL
                else:
                    self._legs[number].answer(bytes(buffer[:length]))
            if time.monotonic() - kept > KEEP_SECONDS:
                kept = time.monotonic()
                for leg in list(self._legs.values()):
                    leg.keep()
        self._poll.close()
        for leg in self._legs.values():
            leg.close()


class Room:
    """A room of a Janus, to which ends are connected as the gateway connects browsers."""

    def __init__(self, line: JanusLine, room: NodeRoom, secret: str, ends: Ends) -> None:
        self._line, self._room, self._secret, self._ends = line, room, secret, ends
        self._identity = Identity.drawn()
        self._private = 0

    async def send(self, sent: list[Track]) -> Leg:
        """Return the end of somebody who sends."""
        leg, handle = Leg(self._identity, host=ADDRESS), await self._handle()
        joined, _ = await self._line.ask(handle, {"request": "join", "ptype": "publisher", "id": "sender", **self._me})
        self._private = int(joined["private_id"])
        kinds = {OPUS: ("audio", "opus/48000/2"), VP8: ("video", "VP8/90000")}
        offer = leg.session(
            [
                [
                    f"m={kinds[each.payload_type][0]} 9 UDP/TLS/RTP/SAVPF {each.payload_type}", "a=sendonly",
                    f"a=rtpmap:{each.payload_type} {kinds[each.payload_type][1]}", f"a=ssrc:{each.ssrc} cname:bench",
                ]
                for each in sent
            ]
        )  # fmt: skip
        _, answer = await self._line.ask(handle, {"request": "publish"}, description={"type": "offer", "sdp": offer})
        await self._connect(leg, answer)
        return leg

    async def receive(self) -> None:
        """Let somebody get what is sent."""
        leg, handle = Leg(self._identity, host=ADDRESS), await self._handle()
        body = {"request": "join", "ptype": "subscriber", "private_id": self._private, "streams": [{"feed": "sender"}]}
        _, offer = await self._line.ask(handle, {**body, **self._me})
        # The same sections, with which codec each is, as they were offered.
        offered = [part.splitlines() for part in _sdp(offer).split("\r\nm=")[1:]]
        answer = leg.session(
            [
                [f"m={first}", "a=recvonly", *(each for each in others if each.startswith("a=rtpmap"))]
                for first, *others in offered
            ]
        )
        await self._line.ask(handle, {"request": "start"}, description={"type": "answer", "sdp": answer})
        await self._connect(leg, offer)

    @property
    def _me(self) -> dict[str, str]:
        token = room_pass(room=self._room, secret=self._secret, now=datetime.now(UTC))
        return {"room": str(self._room), "token": token}

    async def _handle(self) -> int:
        return await self._line.attach(about=str(self._room), heard=lambda said: None)

    async def _connect(self, leg: Leg, description: dict[str, Any] | None) -> None:
        # In another thread, so that the line to Janus is kept meanwhile.
        await asyncio.to_thread(leg.connect, _sdp(description))
        self._ends.take(leg)


def _sdp(description: dict[str, Any] | None) -> str:
    if description is None:
        raise NotConnected("Janus described nothing")
    return str(description["sdp"])


@dataclass(frozen=True, slots=True)
class Run:
    """What one run saw."""

    sent: int
    counted: int
    seconds: float
    janus_seconds: float


def figures(*, quick: bool) -> Iterator[Figure]:
    """Send to so many and to twice as many, and tell what each packet costs Janus."""
    for receivers in RECEIVERS:
        say(f"one sends, {receivers} receive")
        run = asyncio.run(_run(receivers, QUICK_SECONDS if quick else SECONDS))
        due = run.sent * receivers
        yield Figure(f"Janus, processor for each packet, 1 to {receivers}", run.janus_seconds / run.counted * 1e6, "µs")
        yield Figure("  packets passed on", run.counted / run.seconds, "/s")
        yield Figure("  of one processor", 100 * run.janus_seconds / run.seconds, "%")
        yield Figure("  packets lost", 100 * (1 - run.counted / due), "%")


@asynccontextmanager
async def _room(folder: Path, ends: Ends) -> AsyncIterator[tuple[Room, int]]:
    """Run a Janus with a room; yield the room, and the process."""
    http, ws, admin = free_ports(3)
    place = JanusPlace(folder, http_port=http, ws_port=ws, admin_port=admin)
    with janus_server.running(place) as process:
        room = NodeRoom(uuid4(), 1)
        place.driver().create(room=room, settings=RoomSettings(most_heads=2))
        secret = place.keys.token_secret
        line = JanusLine(f"ws://{place.ws_host}:{ws}", token_secret=secret, lost=lambda: None)
        await line.open()
        ends.start()
        try:
            yield Room(line, room, secret, ends), process.pid
        finally:
            ends.ended.set()
            await line.close()
            ends.join()


async def _run(receivers: int, seconds: float) -> Run:
    ends = Ends()
    with tempfile.TemporaryDirectory(prefix="meetings-bench-") as folder:
        async with _room(Path(folder), ends) as (room, janus):
            sent = tracks()
            sender = await room.send(sent)
            for _ in range(receivers // TOGETHER):
                await asyncio.gather(*(room.receive() for _ in range(TOGETHER)))
            before, started = node.processor_seconds(janus), time.monotonic()
            await asyncio.to_thread(_send, sender, sent, seconds)
            took = time.monotonic() - started
            await asyncio.sleep(DRAIN_SECONDS)
            spent = node.processor_seconds(janus) - before
    return Run(sum(each.sent for each in sent), ends.count, took, spent)


def _send(sender: Leg, sent: list[Track], seconds: float) -> None:
    """Send everything at its time, for so many seconds."""
    sealing = Session(Policy(key=sender.key, ssrc_type=Policy.SSRC_ANY_OUTBOUND))
    times = [(number * each.every, number, each) for each in sent for number in range(int(seconds / each.every))]
    started = time.monotonic()
    for due, number, track in sorted(times, key=lambda planned: planned[0]):
        time.sleep(max(0.0, started + due - time.monotonic()))
        for packet in track.packets(number):
            sender.socket.send(sealing.protect(packet))
