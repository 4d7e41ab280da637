"""First step: the bytes of a request, at most 64 kB and all of them in time."""

import asyncio
from typing import Any

from entraide.intake.asgi import Message, Request
from entraide.intake.refusals import Refusal

LONGEST_BODY = 64 * 1024
LONGEST_WAIT_SECONDS = 15.0
LOOKS_IN_A_WAIT = 8


class Disconnected(Exception):
    """The caller went away before the body was complete; nobody is there to answer."""


class Bodies:
    """Reads bodies, each for a bounded time. One look at all of them costs less than a timer for each, which took a
    sixth of the lane's Python, measured; so a slow one may last an eighth longer than said. `start` belongs to the
    process's lifespan.
    """

    def __init__(self, *, longest_wait: float = LONGEST_WAIT_SECONDS) -> None:
        self._longest_wait = longest_wait
        # In the order in which they began, and which of them were ended from here.
        self._since: dict[asyncio.Task[Any], float] = {}
        self._ended: set[asyncio.Task[Any]] = set()
        self._next_look: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to read. Needs a running loop, which is kept: to ask for it each time is a call to the system."""
        self._loop = asyncio.get_running_loop()

    async def read(self, request: Request) -> bytes:
        """Return the whole body. Raises Refusal when it is too long or too slow, Disconnected when the caller left."""
        declared = request.header(b"content-length")
        if declared.isdigit() and int(declared) > LONGEST_BODY:
            raise Refusal(413, "body_too_long")
        if request.header(b"content-encoding") not in ("", "identity"):
            raise Refusal(415, "encoding_not_accepted", headers={"accept-encoding": "identity"})
        task = asyncio.current_task(self._loop)
        if task is None:
            raise RuntimeError("a body is read by a task, which can be ended")
        self._since[task] = self._loop.time()
        if self._next_look is None:
            self._look_later()
        try:
            # Nearly every body comes in one piece.
            message = await request.receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                body: bytes = message.get("body", b"")
                _check_length(len(body))
                return body
            return await _gather(request, message)
        except asyncio.CancelledError:
            if task not in self._ended or task.uncancel() > 0:
                raise
            raise Refusal(408, "body_too_slow", headers={"connection": "close"}) from None
        finally:
            del self._since[task]
            self._ended.discard(task)

    def _look_later(self) -> None:
        self._next_look = self._loop.call_later(self._longest_wait / LOOKS_IN_A_WAIT, self._look)

    def _look(self) -> None:
        """End those that last too long, and look again while there are any."""
        self._next_look = None
        if not self._since:
            return
        self._look_later()
        late = self._loop.time() - self._longest_wait
        for task, since in self._since.items():
            if since > late:
                break
            if task not in self._ended:
                self._ended.add(task)
                task.cancel()


async def _gather(request: Request, message: Message) -> bytes:
    """Return the whole of a body of which a message is the first piece."""
    parts: list[bytes] = []
    length = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        _check_length(length)
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await request.receive()


def _check_length(length: int) -> None:
    if length > LONGEST_BODY:
        raise Refusal(413, "body_too_long")
