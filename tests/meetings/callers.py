"""Whoever comes to meetings without a page: to the door over HTTP, and to the gateway over a WebSocket."""

import json
from collections.abc import Callable
from typing import Any

import httpx
from websocket import WebSocket, create_connection

Answer = dict[str, Any]
Wanted = Callable[[Answer], bool]


class Browser:
    """A browser of its own: its cookies, and its line to the gateway, which is the site unless that is elsewhere."""

    def __init__(self, site: str, name: str, *, gateway: str = "") -> None:
        self.gateway, self.name = gateway or site, name
        self.http = httpx.Client(base_url=site, follow_redirects=False, timeout=20)
        self.lines: list[WebSocket] = []
        # The id of the room that one is in.
        self.room = ""
        self.me: Answer = {}
        self.joined: Answer = {}

    def opens(self, **options: str) -> str:
        """Open a meeting and return its path."""
        self.http.get("/en/meet/")
        page = self.http.get("/en/meet/").text
        sent = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("csrfmiddlewaretoken", "key")}
        answer = self.http.post("/en/meet/", data={**sent, **options})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def knocks(self, path: str) -> httpx.Response:
        """Come to the door of a meeting."""
        page = self.http.get(path).text
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        return self.http.post(f"{path}door/", data={"csrfmiddlewaretoken": token, "display": self.name})

    def comes_in(self, path: str) -> "Browser":
        """Come to the door and into the room."""
        told = self.knocks(path).json()
        self.room = told["path"].rpartition("/")[2]
        self.goes(told["path"], {"do": "join", "token": told["token"]})
        self.joined = self.hears(lambda answer: answer["is"] == "joined")
        self.me = self.joined["me"]
        return self

    def goes(self, path: str, entrance: Answer, **options: Any) -> None:
        """Connect to the gateway and say the first thing."""
        self.lines.append(create_connection(self.gateway.replace("http", "ws") + path, timeout=60, **options))
        self.says(entrance)

    def comes_back(self) -> Answer:
        """Connect anew with the session that one has."""
        self.goes(f"/v1/meetings/{self.room}", {"do": "come_back", "session": self.joined["session"]})
        return self.hears(lambda answer: answer["is"] in ("joined", "over"))

    @property
    def line(self) -> WebSocket:
        """The latest line to the gateway."""
        return self.lines[-1]

    def close(self) -> None:
        """Leave everything."""
        self.http.close()
        for line in self.lines:
            line.close()
            # A line that the gateway has closed still holds its socket.
            line.shutdown()  # type: ignore[no-untyped-call]

    def says(self, message: Answer) -> None:
        """Say something to the gateway."""
        self.line.send(json.dumps(message))

    def hears(self, wanted: Wanted) -> Answer:
        """Return the first answer of the kind, however many others come before."""
        while True:
            text = self.line.recv()
            if not text:
                raise AssertionError(f"{self.name} was cut off")
            answer: Answer = json.loads(text)
            if answer["is"] == "ping":
                self.says({"do": "pong"})
            if wanted(answer):
                return answer

    def hears_is(self, kind: str) -> Answer:
        """Return the first answer that is of a kind."""
        return self.hears(lambda answer: answer["is"] == kind)
