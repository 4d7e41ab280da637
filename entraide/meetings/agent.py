"""The agent of a media node: it reports what its Janus carries, and does what the answer orders. No port is open to it.

Every half second it sees whether Janus answers; every two seconds, and at once when Janus ceases to answer, it reports
over HTTP, signed with the node's secret. Janus tells it on the loopback how many packets go in and out.
"""

import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from entraide.meetings.drivers.base import Driver, NodeRefused, NodeUnreachable
from entraide.meetings.rules import calls
from entraide.meetings.rules.fencing import NodeRoom, read_node_room

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
REPORT_SECONDS = 2.0
PATIENCE_SECONDS = 5.0
# For so long Janus may think about who is where; with ten thousand rooms it takes a fraction of that.
SERVER_PATIENCE_SECONDS = 1.5
# A way of which Janus has told nothing for so long is over.
FORGOTTEN_SECONDS = 10.0
MEDIA_EVENT, STATISTICS = 32, 3
LONGEST_EVENTS = 4_000_000


@dataclass(slots=True)
class _Way:
    room: str
    packets: int
    at: float
    pps: float = 0.0


class PacketCounter:
    """Packets a second of each room, from what Janus tells of each way of each participant."""

    def __init__(self) -> None:
        self._ways: dict[tuple[int, str], _Way] = {}
        self._turn = threading.Lock()

    def take(self, events: object, *, now: float) -> None:
        """Take events as Janus posts them; what is not understood is passed over. `now` is in seconds."""
        for event in events if isinstance(events, list) else [events]:
            if isinstance(event, dict) and (event.get("type"), event.get("subtype")) == (MEDIA_EVENT, STATISTICS):
                self._count(event, now)

    def pps(self, *, now: float) -> dict[str, int]:
        """Return the packets a second of each room, in and out, by what the node calls it."""
        found: dict[str, float] = {}
        with self._turn:
            self._ways = {key: way for key, way in self._ways.items() if now - way.at < FORGOTTEN_SECONDS}
            for way in self._ways.values():
                found[way.room] = found.get(way.room, 0.0) + way.pps
        return {room: round(pps) for room, pps in found.items()}

    def _count(self, event: Mapping[str, Any], now: float) -> None:
        told = event.get("event")
        room = str(event.get("opaque_id", ""))
        if not isinstance(told, dict) or read_node_room(room) is None:
            return
        packets = sum(each for name in ("packets-received", "packets-sent") if isinstance(each := told.get(name), int))
        key = (int(event.get("handle_id", 0)), str(told.get("mid")))
        with self._turn:
            before = self._ways.get(key)
            if before and now > before.at and packets >= before.packets:
                before.pps = (packets - before.packets) / (now - before.at)
                before.packets, before.at = packets, now
            else:
                self._ways[key] = _Way(room, packets, now)


class EventsPort:
    """Listens on the loopback for what Janus tells."""

    def __init__(self, counter: PacketCounter, *, port: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length") or 0), LONGEST_EVENTS)
                try:
                    counter.take(json.loads(self.rfile.read(length)), now=time.monotonic())
                except ValueError as error:
                    logger.warning("Janus told something that cannot be read: %s", error)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing of each."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


@dataclass(slots=True)
class Agent:
    """Reports of one node to one platform."""

    platform: str
    node: str
    secret: str
    driver: Driver
    counter: PacketCounter = field(default_factory=PacketCounter)
    # Until it has answered for the first time, nobody misses it.
    is_down: bool = True
    # Whether the platform took the last report; None before the first.
    is_heard: bool | None = None
    reported_at: float = float("-inf")

    def run(self, ended: threading.Event) -> None:
        """Look and report until the event is set."""
        while not ended.is_set():
            self.look(now=time.monotonic())
            ended.wait(LOOK_SECONDS)

    def look(self, *, now: float) -> None:
        """See whether the server answers; report when it is time, or when that has changed."""
        was_down, report = self.is_down, self._report(now)
        self.is_down = report is None
        if now - self.reported_at < REPORT_SECONDS and self.is_down == was_down:
            return
        self.reported_at = now
        try:
            orders = self._post({"down": True} if report is None else {"rooms": report})
        except (OSError, ValueError, urllib.error.URLError) as error:
            # Said once: what does not answer is asked again every two seconds.
            if self.is_heard:
                logger.warning("the platform does not take reports any more, and is asked again: %s", error)
            elif self.is_heard is None:
                logger.info("waiting for the platform to take reports: %s", error)
            self.is_heard = False
            return
        if not self.is_heard:
            logger.info("the platform takes reports")
        self.is_heard = True
        for name in orders.get("destroy", ()):
            self._destroy(str(name))

    def _report(self, now: float) -> dict[str, list[int]] | None:
        try:
            rooms = self.driver.stats().rooms
        except (NodeUnreachable, NodeRefused) as error:
            if not self.is_down:
                logger.error("the media server does not answer: %s", error)
            return None
        pps = self.counter.pps(now=now)
        return {
            str(room): [stats.heads, stats.heads, pps.get(str(room), stats.pps or 0)] for room, stats in rooms.items()
        }

    def _destroy(self, name: str) -> None:
        room: NodeRoom | None = read_node_room(name)
        if room is None:
            return
        try:
            self.driver.end(room=room)
        except (NodeUnreachable, NodeRefused) as error:
            logger.warning("a room could not be ended: %s", error)

    def _post(self, report: Mapping[str, object]) -> dict[str, Any]:
        path, body = f"/v1/media-nodes/{self.node}/report", json.dumps(report).encode()
        signed = calls.signed(path=path, body=body, key=self.secret.encode(), at=int(time.time()))
        request = urllib.request.Request(  # noqa: S310 (an address of the operator's)
            f"{self.platform.rstrip('/')}{path}", body,
            {"Content-Type": "application/json", calls.HEADER: signed},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            orders: dict[str, Any] = json.loads(answer.read())
        return orders
