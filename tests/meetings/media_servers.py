"""Media servers for the contract of drivers, and people who enter them as a browser's gateway would."""

import http.client
import json
import secrets
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from entraide.meetings.drivers import janus_server
from entraide.meetings.drivers.base import Driver, JoinInfo
from entraide.meetings.drivers.fake import FakeDriver, FakeNode, NotLetIn
from entraide.meetings.drivers.janus_passes import PLUGIN
from entraide.meetings.drivers.janus_server import JanusPlace
from entraide.meetings.rules.fencing import NodeRoom


class LetInRefused(Exception):
    """The server does not let somebody in."""


class Server(Protocol):
    """A media server of the tests, whatever it is."""

    driver: Driver

    def enter(self, info: JoinInfo, *, now: datetime) -> None:
        """Enter a room. Raises LetInRefused."""

    def leave(self, *, room: NodeRoom, participant: str) -> None:
        """Close the page."""

    def add_foreign_room(self) -> None:
        """Have a room that somebody else made."""

    def crash(self) -> None:
        """Kill it."""

    def restart(self) -> None:
        """Start it again."""


class FakeServer:
    """The simulated server."""

    def __init__(self) -> None:
        self.node = FakeNode(name="fake-1", capacity_pps=100_000)
        self.driver: Driver = FakeDriver(self.node)

    def enter(self, info: JoinInfo, *, now: datetime) -> None:
        try:
            self.node.enter(info, now=now)
        except NotLetIn as error:
            raise LetInRefused(str(error)) from error

    def leave(self, *, room: NodeRoom, participant: str) -> None:
        self.node.leave(room=room, participant=participant)

    def add_foreign_room(self) -> None:
        self.node.foreign_rooms.append("demo")

    def crash(self) -> None:
        self.node.crash()

    def restart(self) -> None:
        self.node.start()


class JanusServer:
    """Debian's Janus, a process of the test. Who enters does so over HTTP, without any media."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(3)
        self._place = JanusPlace(folder, http_port=ports[0], ws_port=ports[1], admin_port=ports[2])
        self._process: subprocess.Popen[bytes] = janus_server.start(self._place)
        self._sessions: dict[tuple[str, str], tuple[int, str]] = {}
        self.driver: Driver = self._place.driver()

    def enter(self, info: JoinInfo, *, now: datetime) -> None:
        session = self._ask("", info, janus="create")["data"]["id"]
        self._sessions[str(info.room), info.participant] = (session, info.server_pass)
        handle = self._ask(f"/{session}", info, janus="attach", plugin=PLUGIN)["data"]["id"]
        body = {
            "request": "join", "ptype": "publisher", "room": str(info.room), "id": info.participant,
            "token": info.room_pass,
        }  # fmt: skip
        self._ask(f"/{session}/{handle}", info, janus="message", body=body)
        event = self._event(session, info)
        if event.get("videoroom") != "joined":
            raise LetInRefused(f"{event.get('error_code')}: {event.get('error')}")

    def leave(self, *, room: NodeRoom, participant: str) -> None:
        session, token = self._sessions.pop((str(room), participant))
        self._post(f"/{session}", {"janus": "destroy", "transaction": "bye", "token": token})

    def add_foreign_room(self) -> None:
        answer = self._place.driver()._ask("create", room="demo", admin_key=self._place.keys.admin_key)
        assert answer["videoroom"] == "created"

    def crash(self) -> None:
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        self._process = janus_server.start(self._place)

    def stop(self) -> None:
        janus_server.stop(self._process)

    def _ask(self, path: str, info: JoinInfo, **fields: Any) -> dict[str, Any]:
        answer = self._post(path, {"transaction": secrets.token_hex(4), "token": info.server_pass, **fields})
        if answer["janus"] == "error":
            raise LetInRefused(answer["error"]["reason"])
        return answer

    def _event(self, session: int, info: JoinInfo) -> dict[str, Any]:
        while True:
            answer = self._request("GET", f"/{session}?maxev=1&token={quote(info.server_pass, safe='')}")
            if answer.get("janus") == "event":
                data: dict[str, Any] = answer["plugindata"]["data"]
                return data

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._request("POST", path, json.dumps(body))

    def _request(self, method: str, path: str, body: str | None = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._place.http_port, timeout=40)
        try:
            connection.request(method, f"/janus{path}", body, {"Content-Type": "application/json"})
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer
        finally:
            connection.close()


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def answering(answer: bytes | None) -> Iterator[int]:
    """Listen on a port and answer every connection with these bytes, or with nothing at all; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        connection.recv(65_536)
                        if answer is None:
                            done.wait(30)
                        else:
                            connection.sendall(answer)

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        yield int(listener.getsockname()[1])
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
    server.join(30)
