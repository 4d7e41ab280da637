"""How many may wait for a page: those on top are told at once when to come back, and the others are served."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from entraide.foundation.lane import Message, WsgiLane


def site(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("content-type", "text/plain")])
    return [b"served"]


class Caller:
    """Sends the head of a request now and its body later; keeps the answer."""

    def __init__(self, lane: WsgiLane, *, path: str = "/fr/", accept: bytes = b"text/html") -> None:
        self._body: asyncio.Queue[Message] = asyncio.Queue()
        self.said: list[Message] = []
        scope: dict[str, Any] = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http"}
        scope |= {"path": path, "query_string": b"", "root_path": "", "headers": [(b"accept", accept)]}
        scope |= {"server": ("test", 80), "client": ("127.0.0.1", 1)}
        self.task = asyncio.create_task(lane(scope, self._body.get, self._keep))

    async def _keep(self, message: Message) -> None:
        self.said.append(message)

    async def finish(self) -> None:
        await self._body.put({"type": "http.request", "body": b"", "more_body": False})
        await self.task


@pytest.mark.parametrize(
    ("path", "accept", "told"),
    [("/fr/", b"text/html", b"Plus tard"), ("/x/", b"text/html", b"Later"), ("/fr/", b"application/json", b"busy")],
)
async def test_whoever_comes_on_top_is_told_to_come_back_and_the_others_are_served(
    path: str, accept: bytes, told: bytes
) -> None:
    pages = {"": b"Later", "fr": b"Plus tard"}
    lane = WsgiLane(site, threads=1, longest_body=10, most_waiting=1, busy_pages=pages)
    waiting = [Caller(lane), Caller(lane)]
    await asyncio.sleep(0)
    turned_away = Caller(lane, path=path, accept=accept)
    await turned_away.task
    start, body = turned_away.said
    assert start["status"] == 503
    assert (b"retry-after", b"5") in start["headers"]
    assert told in body["body"]
    for caller in waiting:
        await caller.finish()
        assert caller.said[0]["status"] == 200
    again = Caller(lane)
    await again.finish()
    assert again.said[0]["status"] == 200
    await lane.stop()
