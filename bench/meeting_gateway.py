"""What the gateway of meetings costs: processor time for each who joins, and a second for each who is only there.

Rooms of ten, in which everybody says once what they send, as a page does, and answers each ping. No media server is
there: what goes over one is not counted. The gateway is a process of its own beside the pages, as in a deployment.
"""

import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass

from websocket import WebSocketException

from bench import lane, node
from bench.lane import say
from bench.report import Figure
from entraide.foundation import postgres
from tests.meetings.callers import Browser

ROOM = 10
WEB_THREADS = 4
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Scale:
    """How many rooms fill, and for how long their people are only there."""

    rooms: int
    seconds: float


FULL = Scale(rooms=20, seconds=30)
QUICK = Scale(rooms=3, seconds=12)


class Answering(threading.Thread):
    """Answers the pings of everybody who is there, as their pages do, and hears what else is said."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._poll = select.epoll()
        self._people: dict[int, Browser] = {}
        self.ended = threading.Event()
        self.cut_off = 0

    def take(self, browser: Browser) -> None:
        """Answer for one more from now on."""
        number = browser.line.fileno()  # type: ignore[no-untyped-call]
        self._people[number] = browser
        self._poll.register(number, select.EPOLLIN)

    def run(self) -> None:
        """Answer until it is enough."""
        while not self.ended.is_set():
            for number, _ in self._poll.poll(LOOK_SECONDS):
                self._answer(number)
        self._poll.close()

    def _answer(self, number: int) -> None:
        said = ""
        with suppress(WebSocketException, OSError):
            said = str(self._people[number].line.recv())
        if '"is":"ping"' in said:
            self._people[number].says({"do": "pong"})
        elif not said:
            self._poll.unregister(number)
            self.cut_off += 1


def figures(*, quick: bool) -> Iterator[Figure]:
    """Fill rooms, then let their people be there, and tell what each costs."""
    scale = QUICK if quick else FULL
    people = scale.rooms * ROOM
    with gateway() as (site, server), ExitStack() as browsers:
        idle = _spent(server, scale.seconds / 2) / (scale.seconds / 2)
        answering = Answering()
        answering.start()
        before = server.processor_seconds()
        for number in range(scale.rooms):
            say(f"{people} people join: room {number + 1} of {scale.rooms}")
            for browser in _fill(site, f"http://127.0.0.1:{server.port}", browsers):
                answering.take(browser)
        joined = server.processor_seconds() - before
        say(f"{people} people are there")
        there = _spent(server, scale.seconds) / scale.seconds
        answering.ended.set()
        answering.join()
    yield Figure(f"gateway, processor for each of {people} who join", joined / people * 1e3, "ms")
    yield Figure("  for each who is there", (there - idle) / people * 1e6, "µs/s")
    yield Figure("  with nobody there", idle * 1e6, "µs/s")
    yield Figure("  people cut off meanwhile", answering.cut_off, "people", bound=0)


@contextmanager
def gateway() -> Iterator[tuple[str, node.Server]]:
    """Run pages and the gateway on a database of their own; yield the pages' address, and the gateway."""
    lane.settle_environment()
    with (
        postgres.hold(node.VAR_DIR) as lease,
        lane.own_database(lease.url, name="bench_gateway") as url,
    ):
        os.environ["DATABASE_URL"] = url
        lane.prepare()
        with node.server(target="config.web:application", interface="wsgi", threads=WEB_THREADS) as web:
            site = f"http://127.0.0.1:{web.port}"
            with node.server(
                target="config.signalling:application", interface="asgi", takes_websockets=True,
                PRIVATE_URL=site, PUBLIC_URL=site,
            ) as server:  # fmt: skip
                yield site, server


def _fill(site: str, gateway_at: str, browsers: ExitStack) -> Iterator[Browser]:
    """Have ten come into a meeting of their own; yield each when they are in."""
    path = ""
    for number in range(ROOM):
        browser = browsers.enter_context(closing(Browser(site, f"Personne {number}", gateway=gateway_at)))
        path = path or browser.opens()
        browser.comes_in(path)
        browser.says({"do": "show", "audio": True, "video": True})
        yield browser


def _spent(server: node.Server, seconds: float) -> float:
    """Return the processor time that the gateway uses in the seconds that follow."""
    before = server.processor_seconds()
    time.sleep(seconds)
    return server.processor_seconds() - before
