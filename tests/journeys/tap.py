"""A tap at a media server: what it holds of somebody's picture, as its operator could have it written down."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from entraide.meetings.drivers.janus_rooms import JanusKeys
from entraide.meetings.rules.fencing import NodeRoom
from entraide.signalling.janus_line import JanusLine
from entraide.signalling.media import Server, person_of
from tests.journeys.media import MediaNode

RTP_HEAD, MARKER = 12, 0x80


@dataclass(slots=True)
class Pictures:
    """Puts pictures together from the RTP packets of one VP8 stream (RFC 7741)."""

    whole: list[bytes] = field(default_factory=list)
    _begun: bytes = b""

    def take(self, packet: bytes) -> None:
        """Take a packet; the last one of a picture is marked."""
        payload = _without_extensions(packet)
        at = _descriptor_length(payload)
        if payload[0] & 0x10 and not payload[0] & 0x07:
            self._begun = b""
        self._begun += payload[at:]
        if packet[1] & MARKER:
            self.whole.append(self._begun)


def is_whole_in_itself(picture: bytes) -> bool:
    """Tell whether a picture says that it needs no other (RFC 6386, 9.1)."""
    return not picture[0] & 1 and picture[3:6] == b"\x9d\x01\x2a"


def size_of(picture: bytes) -> tuple[int, int]:
    """Return the width and height that stand in the head of a picture that needs no other."""
    return int.from_bytes(picture[6:8], "little") & 0x3FFF, int.from_bytes(picture[8:10], "little") & 0x3FFF


@contextmanager
def tapped(
    media: MediaNode, *, room: NodeRoom, who: str, enough: Callable[[list[bytes]], bool]
) -> Iterator[Callable[[], list[bytes]]]:
    """Tap the small pictures that somebody sends to a room while the block runs.

    Lends what waits until there are enough of them, a minute at most, and returns them.
    """
    begun = Event()
    # The thread of the test has Playwright's loop.
    with ThreadPoolExecutor() as pool:
        found = pool.submit(asyncio.run, _tapped(media, room, who, enough, begun))
        assert begun.wait(60)
        yield found.result


async def _tapped(
    media: MediaNode, room: NodeRoom, who: str, enough: Callable[[list[bytes]], bool], begun: Event
) -> list[bytes]:
    keys = JanusKeys.of_node(media.secret)
    line = JanusLine(media.url, token_secret=keys.token_secret, lost=lambda: None)
    await line.open()
    try:
        return await _listened(Server(room, line, keys), who, enough, begun)
    finally:
        await line.close()


async def _listened(server: Server, who: str, enough: Callable[[list[bytes]], bool], begun: Event) -> list[bytes]:
    line, keys = server.line, server.keys
    handle = await line.attach(about="tap", heard=lambda _: None)
    named: dict[str, Any] = {"room": str(server.room), "secret": keys.room_secret(server.room)}
    told, _ = await line.ask(handle, {"request": "listparticipants", **named})
    feed = next(each["id"] for each in told["participants"] if each["publisher"] and person_of(each["id"]) == who)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tap:
        tap.bind(("127.0.0.1", 0))
        tap.setblocking(False)
        stream = {"mid": "1", "port": tap.getsockname()[1], "host": "127.0.0.1"}
        asked = {"request": "rtp_forward", "publisher_id": feed, "admin_key": keys.admin_key, "host": "127.0.0.1"}
        await line.ask(handle, {**asked, **named, "streams": [stream]})
        begun.set()
        pictures = Pictures()
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(60):
            while not enough(pictures.whole):
                pictures.take(await loop.sock_recv(tap, 2048))
    return pictures.whole


def _without_extensions(packet: bytes) -> bytes:
    at = RTP_HEAD + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        at += 4 + 4 * int.from_bytes(packet[at + 2 : at + 4], "big")
    return packet[at : len(packet) - packet[-1] if packet[0] & 0x20 else len(packet)]


def _descriptor_length(payload: bytes) -> int:
    """Return how long the description of a VP8 payload is (RFC 7741, 4.2)."""
    at = 1
    if payload[0] & 0x80:
        more, at = payload[1], 2
        if more & 0x80:
            at += 2 if payload[at] & 0x80 else 1
        at += bool(more & 0x40) + bool(more & 0x30)
    return at
