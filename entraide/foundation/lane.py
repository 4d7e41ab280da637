"""The lane that mounts a WSGI application in an ASGI server, so that one port serves pages and sign-ups. Django-free.

a2wsgi does the translation. By itself it lets a client hold a thread: one that sends its body slowly, reads its answer
slowly, or leaves. A thread left waiting that way also outlives the event loop, and the process never ends. So here the
body is complete before a thread is taken, no answer waits for ever, and the server's stop waits for the threads while
the loop still turns.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import quote_from_bytes

from a2wsgi import WSGIMiddleware

from entraide.foundation import problems
from entraide.foundation.problems import Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

logger = logging.getLogger(__name__)
BODY_SECONDS = 20.0
SEND_SECONDS = 20.0
STOP_SECONDS = 25.0
DISCARDED_AT_MOST = 16 * 1024 * 1024
BUSY = Problem(status=503, code="busy", title="Very many people are here right now. Try again in a few seconds.")
RETRY = (b"retry-after", b"5")
TOO_SLOW = Problem(status=408, code="body_too_slow", title="The request took too long to arrive.")


class _Left(Exception):
    """The client went away before its request was complete."""


class WsgiLane:
    """An ASGI application that answers by a WSGI application, in a fixed number of threads."""

    def __init__(
        self,
        application: Any,
        *,
        threads: int,
        longest_body: int,
        most_waiting: int = 256,
        busy_pages: Mapping[str, bytes] | None = None,
    ) -> None:
        """Take requests: at most `most_waiting` beyond those that have a thread, the rest are told to come back.

        `busy_pages` are what people are told then, as HTML by the language that begins the path; "" is any other's.
        """
        # Any: a2wsgi types ASGI by dictionaries of its own, which no server of ours uses.
        self._bridge: Any = WSGIMiddleware(application, workers=threads)
        self._longest_body = longest_body
        self._most_under_way = threads + most_waiting
        self._busy_pages = dict(busy_pages or {})
        self.under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if self.under_way >= self._most_under_way:
            await self._turn_away(scope, _Patient(send))
            return
        self.under_way += 1
        self._idle.clear()
        try:
            await self._answer(scope, receive, _Patient(send))
        finally:
            self.under_way -= 1
            if not self.under_way:
                self._idle.set()

    async def stop(self) -> None:
        """Wait until no thread is at work. A client that has left does not shorten the wait: its work ends as begun."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._idle.wait()
        except TimeoutError:
            logger.warning("%s requests are still under way at the end of the time to stop", self.under_way)

    async def _answer(self, scope: Scope, receive: Receive, send: "_Patient") -> None:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body, length = await self._read(receive)
        except TimeoutError:
            await _send(send, TOO_SLOW.status, problems.MEDIA_TYPE, problems.encode(TOO_SLOW), [])
            return
        except _Left:
            return
        await self._bridge(_wsgi_scope(scope, length), _replay(body), send)

    async def _turn_away(self, scope: Scope, send: "_Patient") -> None:
        """Tell whoever comes on top of the most that may wait when to come back; nothing of the request is read."""
        language = scope["path"].split("/", 2)[1]
        page = self._busy_pages.get(language) or self._busy_pages.get("")
        if page is None or not _wants_page(scope):
            await _send(send, BUSY.status, problems.MEDIA_TYPE, problems.encode(BUSY), [RETRY])
        else:
            await _send(send, BUSY.status, "text/html; charset=utf-8", page, [RETRY])

    async def _read(self, receive: Receive) -> tuple[bytes, int]:
        """Return the body and its length. Of one that is too long the length alone is kept, for Django to refuse."""
        parts: list[bytes] = []
        length = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Left
            part = message.get("body", b"")
            length += len(part)
            if length > self._longest_body:
                parts.clear()
            else:
                parts.append(part)
            if not message.get("more_body", False) or length > DISCARDED_AT_MOST:
                return b"".join(parts), length


class _Patient:
    """Sends an answer for as long as the client takes it; the rest of an answer that nobody reads is dropped."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._gone = False

    async def __call__(self, message: Message) -> None:
        if self._gone:
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(message)
        except (TimeoutError, OSError):
            self._gone = True


def _wsgi_scope(scope: Scope, length: int) -> Scope:
    """Return the scope with the body's true length, also of a chunked one, and a query that is ASCII, as WSGI wants."""
    headers = [
        (name, value) for name, value in scope["headers"] if name not in (b"content-length", b"transfer-encoding")
    ]
    if length:
        headers.append((b"content-length", str(length).encode()))
    query = scope["query_string"]
    return {
        **scope,
        "headers": headers,
        "query_string": query if query.isascii() else quote_from_bytes(query, safe="%&=+;/?:@!$'()*,").encode(),
    }


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _wants_page(scope: Scope) -> bool:
    return any(b"text/html" in value for name, value in scope["headers"] if name == b"accept")


async def _send(send: Send, status: int, media_type: str, body: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Send an answer that is the last one on its connection."""
    said = [(b"content-type", media_type.encode()), (b"cache-control", b"no-store"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": [*said, *headers]})
    await send({"type": "http.response.body", "body": body})
