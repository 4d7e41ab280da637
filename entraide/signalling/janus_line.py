"""The gateway's line to one Janus: one WebSocket and one session for all who are on that node through this gateway.

What Janus is asked carries a number; its answer, which may come after an acknowledgement, carries the same. What it
says of its own accord goes to whoever holds the handle that it is about.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from entraide.meetings.drivers.janus_passes import PLUGIN, server_pass
from entraide.meetings.drivers.janus_probe import PROTOCOL

PATIENCE_SECONDS = 4.0
PULSE_SECONDS = 1.0
# A Janus that says nothing for so long is not coming back by itself: it was stopped, or its machine was.
SILENT_SECONDS = 2.5
KEPT_ALIVE_SECONDS = 20.0
LONGEST_MESSAGE = 4 * 1024 * 1024

Heard = Callable[[dict[str, Any]], None]


class NodeLost(Exception):
    """The node does not answer, or its line has ended."""


class NodeRefused(Exception):
    """The node answers that it will not; `code` is its own."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


class JanusLine:
    """One session with one node; `lost` is called once when it ends, unless we end it."""

    def __init__(self, url: str, *, token_secret: str, lost: Callable[[], None]) -> None:
        self._url = url
        self._token_secret = token_secret
        self._lost = lost
        self._socket: ClientConnection | None = None
        self._session = 0
        self._asked = 0
        # Whether an acknowledgement is all that comes, by the number of what was asked.
        self._answers: dict[str, tuple[asyncio.Future[dict[str, Any]], bool]] = {}
        self._hearing: dict[int, Heard] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._heard_at = time.monotonic()

    @property
    def is_open(self) -> bool:
        """Whether anything can be asked."""
        return bool(self._session)

    async def open(self) -> None:
        """Connect and begin a session. Raises NodeLost, NodeRefused."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self._socket = await connect(
                    self._url, subprotocols=[PROTOCOL], max_size=LONGEST_MESSAGE, ping_interval=None, proxy=None,
                    open_timeout=None, compression=None,
                )  # fmt: skip
        except (OSError, TimeoutError, WebSocketException) as error:
            raise NodeLost(f"{type(error).__name__}: {error}") from error
        self._tasks = [asyncio.create_task(self._read(self._socket)), asyncio.create_task(self._pulse())]
        try:
            self._session = int((await self._ask({"janus": "create"}))["data"]["id"])
        except BaseException:
            await self.close()
            raise

    async def attach(self, *, about: str, heard: Heard) -> int:
        """Return a new handle; events of Janus tell what it is `about`. Raises NodeLost, NodeRefused."""
        answer = await self._in_session({"janus": "attach", "plugin": PLUGIN, "opaque_id": about})
        handle = int(answer["data"]["id"])
        self._hearing[handle] = heard
        return handle

    async def ask(
        self, handle: int, body: dict[str, Any], *, description: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Return what a room answers to a handle, and the description with it. Raises NodeLost, NodeRefused."""
        message = {"janus": "message", "handle_id": handle, "body": body}
        if description:
            message["jsep"] = description
        answer = await self._in_session(message)
        data: dict[str, Any] = answer.get("plugindata", {}).get("data", {})
        if "error_code" in data:
            raise NodeRefused(int(data["error_code"]), str(data.get("error")))
        return data, answer.get("jsep")

    async def trickle(self, handle: int, candidate: dict[str, Any] | None) -> None:
        """Pass a candidate on, None being the last. Raises NodeLost, NodeRefused."""
        told = {"completed": True} if candidate is None else candidate
        await self._in_session({"janus": "trickle", "handle_id": handle, "candidate": told})

    async def detach(self, handle: int) -> None:
        """End a handle, and with it what it sends and gets. What is gone already is gone."""
        self._hearing.pop(handle, None)
        with suppress(NodeLost, NodeRefused):
            await self._in_session({"janus": "detach", "handle_id": handle})

    async def close(self) -> None:
        """End the session, and all that it holds."""
        if self._session:
            with suppress(NodeLost, NodeRefused):
                await self._in_session({"janus": "destroy"})
        self._end()
        if self._socket:
            await self._socket.close()

    async def _in_session(self, message: dict[str, Any]) -> dict[str, Any]:
        if not self._session:
            raise NodeLost("the line has ended")
        return await self._ask({**message, "session_id": self._session})

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self._asked += 1
        number = str(self._asked)
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = (answered, message["janus"] != "message")
        try:
            await self._say({**message, "transaction": number})
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await answered
        except TimeoutError as error:
            raise NodeLost(f"no answer to {message['janus']}") from error
        finally:
            self._answers.pop(number, None)
        if answer.get("janus") == "error":
            said = answer.get("error", {})
            raise NodeRefused(int(said.get("code", 0)), str(said.get("reason")))
        return answer

    async def _say(self, message: dict[str, Any]) -> None:
        if self._socket is None:
            raise NodeLost("the line has ended")
        message["token"] = server_pass(secret=self._token_secret, now=datetime.now(UTC))
        try:
            await self._socket.send(msgspec.json.encode(message).decode())
        except (OSError, WebSocketException) as error:
            raise NodeLost(f"{type(error).__name__}: {error}") from error

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(OSError, WebSocketException, msgspec.DecodeError):
            async for text in socket:
                self._heard_at = time.monotonic()
                self._take(msgspec.json.decode(text))
        self._fail()

    def _take(self, said: dict[str, Any]) -> None:
        answered, takes_ack = self._answers.get(str(said.get("transaction", "")), (None, False))
        if answered:
            if not answered.done() and (takes_ack or said.get("janus") != "ack"):
                answered.set_result(said)
            return
        heard = self._hearing.get(int(said.get("sender", 0)))
        if heard:
            heard(said)

    async def _pulse(self) -> None:
        """Ask now and then whether the node is there, and keep the session, for ever."""
        kept_at = time.monotonic()
        with suppress(NodeLost):
            while True:
                await asyncio.sleep(PULSE_SECONDS)
                now = time.monotonic()
                if now - self._heard_at > SILENT_SECONDS:
                    break
                keeps = now - kept_at > KEPT_ALIVE_SECONDS and self._session
                kept_at = now if keeps else kept_at
                session = {"session_id": self._session} if keeps else {}
                await self._say({"janus": "keepalive" if keeps else "ping", "transaction": "pulse", **session})
        self._fail()

    def _fail(self) -> None:
        if self._end():
            self._lost()

    def _end(self) -> bool:
        """Let nobody wait any more; tell whether the line had not ended before."""
        had, self._session = bool(self._session), 0
        for answered, _ in self._answers.values():
            if not answered.done():
                answered.set_exception(NodeLost("the line has ended"))
        self._hearing.clear()
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()
        return had
