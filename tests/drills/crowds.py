"""Crowds that do no work and hold connections: some say nothing, some speak letter by letter, some stop half-way."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HEAD = b"POST /v1/signups HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 300\r\n\r\n"
HALF_A_BODY = b'{"email":"half@example.org","first_name":"Ada"'
LOOK = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
LETTER_EVERY_SECONDS = 0.5
AT_ONCE = 200


@dataclass
class Crowd:
    """Connections to a port. `open` of them are open now, `most` were at once; `ends` counts how they ended, by the
    status they were told.

    `manner` is "silent", "answered" (one request, then silence), "letters" (the head, letter by letter) or "half". With
    `returns`, whoever is sent away comes again at once.
    """

    port: int
    manner: str
    size: int
    returns: bool = False
    open: int = 0
    most: int = 0
    ends: Counter[str] = field(default_factory=Counter)

    async def come(self) -> None:
        """Connect, some at a time, and stay until the server ends it."""
        turn = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for _ in range(self.size):
                group.create_task(self._stay_again(turn) if self.returns else self._stay(turn))

    async def _stay_again(self, turn: asyncio.Semaphore) -> None:
        while True:
            await self._stay(turn)

    async def _stay(self, turn: asyncio.Semaphore) -> None:
        async with turn:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                self.ends["refused"] += 1
                return
        self.open += 1
        self.most = max(self.most, self.open)
        told = b""
        speaking = asyncio.create_task(self._speak(writer))
        try:
            with suppress(OSError):
                told = await self._hear(reader)
            self.ends[told.rpartition(b"HTTP/1.1 ")[2][:3].decode() or "closed"] += 1
        finally:
            speaking.cancel()
            self.open -= 1
            writer.close()

    async def _speak(self, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            if self.manner == "answered":
                writer.write(LOOK)
            elif self.manner == "half":
                writer.write(HEAD + HALF_A_BODY)
            elif self.manner == "letters":
                for letter in HEAD:
                    writer.write(bytes([letter]))
                    await asyncio.sleep(LETTER_EVERY_SECONDS)

    async def _hear(self, reader: asyncio.StreamReader) -> bytes:
        """Return all that was answered, once the server has closed."""
        return await reader.read()


@contextmanager
def crowds(*members: Crowd) -> Iterator[None]:
    """Let crowds be there during the block, in a thread of their own; whoever is left leaves at its end."""
    loop = asyncio.new_event_loop()
    everyone: list[asyncio.Task[None]] = []

    async def gather() -> None:
        everyone.extend(asyncio.create_task(crowd.come()) for crowd in members)
        await asyncio.wait(everyone)

    thread = threading.Thread(target=loop.run_until_complete, args=[gather()])
    thread.start()
    try:
        yield
    finally:
        for task in everyone:
            loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()
