"""One browser's WebSocket: texts in, at a bounded pace; answers out, through a bounded queue."""

import asyncio
import time
from contextlib import suppress
from enum import IntEnum

from entraide.foundation.lane import Message as Event
from entraide.foundation.lane import Receive, Send
from entraide.signalling.protocol import Message, read, written

# Whoever does not take so many answers is not reading any more.
MOST_WAITING = 500


class Close(IntEnum):
    """With which code the gateway closes (RFC 6455 leaves 4000 to 4999 to applications)."""

    DONE = 1000
    STOPPING = 1012
    UNREADABLE = 4400
    NO_SEAT = 4403
    TOO_SLOW = 4408
    SILENT = 4410
    PUT_OUT = 4409
    TOO_MANY = 4429


class Left(Exception):
    """The browser is gone."""


class Connection:
    """The two directions of an accepted WebSocket."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._answers: asyncio.Queue[dict[str, object] | Close] = asyncio.Queue(MOST_WAITING)
        self._writer: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self.is_seated = False
        # When the browser last said anything, by the clock of the loop's machine.
        self.heard_at = time.monotonic()

    async def accept(self) -> None:
        """Take the browser's wish to connect."""
        await self._receive()
        await self._send({"type": "websocket.accept"})
        self._writer = asyncio.create_task(self._write())

    def tell(self, answer: dict[str, object]) -> None:
        """Let an answer go out, after those before it."""
        self._put(answer)

    def close(self, code: Close) -> None:
        """Close once what was told has gone out."""
        self._put(code)
        self._closing.set()

    async def next(self) -> Message:
        """Return what the browser says next. Raises Left, also when we are closing, and Unreadable."""
        event = await self._heard()
        if event is None or event["type"] == "websocket.disconnect":
            raise Left
        text = event.get("text")
        if text is None:
            text = event.get("bytes") or b""
        return read(text)

    async def finished(self) -> None:
        """Wait until everything has gone out, or the browser takes nothing any more."""
        if self._writer:
            with suppress(asyncio.TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self._writer, 5)

    def drop(self) -> None:
        """Write no more to somebody who is gone; what closes the line still goes out."""
        if self._writer and not self._closing.is_set():
            self._writer.cancel()

    async def _heard(self) -> Event | None:
        """Return the next event, None when we are closing: the server closes no line that somebody still reads."""
        hearing = asyncio.ensure_future(self._receive())
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait({hearing, closing}, return_when=asyncio.FIRST_COMPLETED)
            if self._closing.is_set():
                return None
            self.heard_at = time.monotonic()
            return hearing.result()
        finally:
            hearing.cancel()
            closing.cancel()

    def _put(self, what: dict[str, object] | Close) -> None:
        if self._closing.is_set():
            return
        try:
            self._answers.put_nowait(what)
        except asyncio.QueueFull:
            # What waits is worth nothing to somebody who is so far behind: a new connection begins with all that is.
            while not self._answers.empty():
                self._answers.get_nowait()
            self._answers.put_nowait(Close.TOO_SLOW)
            self._closing.set()

    async def _write(self) -> None:
        with suppress(OSError, RuntimeError):  # The server says so when the browser is gone.
            while True:
                what = await self._answers.get()
                if isinstance(what, Close):
                    await self._send({"type": "websocket.close", "code": int(what)})
                    return
                await self._send({"type": "websocket.send", "text": written(what)})
