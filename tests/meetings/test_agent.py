"""The agent of a media node, beside a real Janus: what it counts, what it says when Janus dies, what it destroys."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from entraide.meetings.agent import Agent, EventsPort, PacketCounter
from entraide.meetings.drivers import janus_server
from entraide.meetings.drivers.base import RoomSettings
from entraide.meetings.drivers.fake import FakeDriver, FakeNode
from entraide.meetings.drivers.janus_server import JanusPlace
from entraide.meetings.rules import calls
from entraide.meetings.rules.fencing import NodeRoom
from tests.meetings.media_servers import free_ports

SECRET = "a node's secret"
ROOM = NodeRoom(uuid4(), 2)


class Platform:
    """What a platform hears, with what it orders."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.heard: list[dict[str, Any]] = []
        self.orders: dict[str, Any] = {"destroy": []}
        self.status = 200


@contextmanager
def platform_running() -> Iterator[Platform]:
    """Listen for reports."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signed = self.headers[calls.HEADER]
            at = int(signed.partition(".")[0])
            assert calls.is_signed(signed, path=self.path, body=body, key=SECRET.encode(), now=at)
            platform.heard.append(json.loads(body))
            answer = json.dumps(platform.orders).encode()
            self.send_response(platform.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    platform = Platform(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()


def statistics(room: NodeRoom, packets: int, *, handle: int = 1, mid: str = "0") -> dict[str, Any]:
    """Return what Janus tells of one way."""
    return {
        "type": 32, "subtype": 3, "handle_id": handle, "opaque_id": str(room),
        "event": {"mid": mid, "packets-received": packets, "packets-sent": 0},
    }  # fmt: skip


def test_packets_are_counted_by_room_and_forgotten_when_nothing_is_told_any_more() -> None:
    counter = PacketCounter()
    counter.take([statistics(ROOM, 100), statistics(ROOM, 40, handle=2)], now=10.0)
    assert counter.pps(now=10.0) == {str(ROOM): 0}
    counter.take([statistics(ROOM, 300), statistics(ROOM, 140, handle=2)], now=12.0)
    assert counter.pps(now=12.0) == {str(ROOM): 150}
    # A way that begins anew has counted less.
    counter.take(statistics(ROOM, 5), now=14.0)
    assert counter.pps(now=14.0) == {str(ROOM): 50}
    assert counter.pps(now=30.0) == {}


@pytest.mark.parametrize(
    "told", [None, [], [1, "x"], {"type": 32}, {"type": 32, "subtype": 3, "opaque_id": "demo", "event": {}},
             {"type": 32, "subtype": 3, "opaque_id": str(ROOM), "event": []}, [{"type": 64, "event": {}}]],
)  # fmt: skip
def test_what_is_not_understood_is_passed_over(told: object) -> None:
    counter = PacketCounter()
    counter.take(told, now=1.0)
    assert counter.pps(now=1.0) == {}


def test_it_reports_every_two_seconds_and_at_once_when_its_server_dies() -> None:
    node = FakeNode(name="n1", capacity_pps=1000)
    with platform_running() as platform:
        agent = Agent(platform.address, "n1", SECRET, FakeDriver(node))
        for now in (0.0, 0.5, 1.0, 2.0):
            agent.look(now=now)
        assert platform.heard == [{"rooms": {}}, {"rooms": {}}]
        node.crash()
        for now in (2.5, 3.0):
            agent.look(now=now)
        assert platform.heard[2:] == [{"down": True}]
        node.start()
        agent.look(now=3.5)
        assert platform.heard[3:] == [{"rooms": {}}]


def test_a_platform_that_is_away_or_talks_nonsense_does_not_end_it() -> None:
    node = FakeNode(name="n1", capacity_pps=1000)
    with platform_running() as platform:
        agent = Agent(platform.address, "n1", SECRET, FakeDriver(node))
        platform.status = 500
        agent.look(now=0.0)
        platform.status, platform.orders = 200, {"destroy": ["x", "../..", 7]}
        agent.look(now=2.0)
        assert len(platform.heard) == 2
    agent.look(now=4.0)
    with platform_running() as again:
        agent.platform = again.address
        agent.look(now=6.0)
        assert again.heard == [{"rooms": {}}]


@pytest.mark.skipif(not janus_server.installed(), reason="Janus is not on this machine: apt-get install janus")
def test_beside_a_real_janus_it_tells_rooms_destroys_what_it_is_told_and_says_when_it_died(tmp_path: Path) -> None:
    http, ws, admin, events = free_ports(4)
    place = JanusPlace(tmp_path / "janus", http_port=http, ws_port=ws, admin_port=admin, events_port=events)
    counter = PacketCounter()
    port = EventsPort(counter, port=events)
    process = janus_server.start(place)
    try:
        driver = place.driver()
        driver.create(room=ROOM, settings=RoomSettings(most_heads=4))
        with platform_running() as platform:
            agent = Agent(platform.address, "n1", SECRET, driver, counter)
            platform.orders = {"destroy": [str(ROOM)]}
            agent.look(now=0.0)
            agent.look(now=2.0)
            assert platform.heard == [{"rooms": {str(ROOM): [0, 0, 0]}}, {"rooms": {}}]
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            agent.look(now=2.5)
            assert platform.heard[2:] == [{"down": True}]
    finally:
        janus_server.stop(process)
        port.close()
