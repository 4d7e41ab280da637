"""The sign-up log, beside the database: acknowledged sign-ups that wait in it are read without being taken out.

They are appended again as they were. The platform's drain settles each receipt once, however often it comes.
"""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from entraidectl.backups.place import Unfit

# As the platform names them (docs/decisions/0008-log-in-three-streams.md).
STREAMS = ("signups-1", "signups-2", "signups-3")
SUBJECT = "{}.entry"
CONNECT_SECONDS = 3
# One question. A server that leads a stream no more says nothing at all.
TRY_SECONDS = 2
# The servers choose another leader in a second or two, on a machine that has nothing else to do.
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.2

Answer = TypeVar("Answer")


class _Servers:
    """The log's servers, asked again, each time over another connection, while they choose who leads."""

    def __init__(self, settings: dict[str, str], patience: float) -> None:
        self._settings = settings
        self._patience = patience
        self._client: Client | None = None
        self._heard: Exception | None = None

    async def ask(self, question: Callable[[JetStreamContext], Awaitable[Answer]]) -> Answer:
        """Return the answer. Raises NotFoundError at once; Unfit when they do not answer in time."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._patience
        while True:
            try:
                return await question(await self._context())
            except NotFoundError:
                raise
            except (NatsError, OSError, TimeoutError) as error:
                if loop.time() >= ends_at:
                    # Whoever waited in vain wants to know for what.
                    reason = (self._heard if isinstance(error, TimeoutError) else None) or error
                    raise Unfit(
                        f"the sign-up log does not answer ({type(reason).__name__}): see docs/operate/sign-up-log.md"
                    ) from error
            await self.close()
            await asyncio.sleep(PAUSE_SECONDS)

    async def close(self) -> None:
        """Give the connection back."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _context(self) -> JetStreamContext:
        if self._client is None:
            self._client = Client()
            # The client's own way of connecting again leaves sockets open.
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._client.connect(
                    self._settings["INTAKE_LOG"].split(","), connect_timeout=CONNECT_SECONDS, allow_reconnect=False,
                    error_cb=self._hear, name="entraidectl", **_encryption(self._settings),
                )  # fmt: skip
        return self._client.jetstream(timeout=TRY_SECONDS)

    async def _hear(self, error: Exception) -> None:
        self._heard = error


def read(environment: Path, *, patience: float = PATIENCE_SECONDS) -> bytes:
    """Return what the log holds, a message on each line; nothing where there is no such log.

    `patience`, in seconds, is how long one question is asked again. Raises Unfit.
    """
    settings = settings_in(environment)
    return asyncio.run(_read(settings, patience)) if settings.get("INTAKE_LOG") else b""


def append(environment: Path, lines: bytes, *, patience: float = PATIENCE_SECONDS) -> int:
    """Append messages to the log again; return how many. One whose answer is lost may be there twice. Raises Unfit."""
    settings = settings_in(environment)
    if not settings.get("INTAKE_LOG"):
        raise Unfit(f"{environment} names no INTAKE_LOG to append sign-ups to")
    asyncio.run(_append(settings, lines, patience))
    return len(lines.splitlines())


def settings_in(environment: Path) -> dict[str, str]:
    """Return the settings of a file as systemd reads it, a secret from the file that it names. Raises Unfit."""
    try:
        lines = environment.read_text(encoding="utf-8").splitlines()
        pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith(("#", ";")))
        found = {name.strip(): value.strip().strip("\"'") for name, value in pairs}
        if found.get("INTAKE_LOG_FILE"):
            found["INTAKE_LOG"] = Path(found["INTAKE_LOG_FILE"]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit(f"{environment}: the platform's settings cannot be read ({error})") from error
    return found


async def _read(settings: dict[str, str], patience: float) -> bytes:
    lines = []
    async with _connected(settings, patience) as servers:
        for stream in STREAMS:
            sequence = 1
            while (message := await _next(servers, stream, sequence)) is not None:
                found, payload = message
                text = base64.b64encode(payload).decode("ascii")
                lines.append(json.dumps({"stream": stream, "sequence": found, "payload": text}) + "\n")
                sequence = found + 1
    return "".join(lines).encode("ascii")


async def _next(servers: _Servers, stream: str, sequence: int) -> tuple[int, bytes] | None:
    """Return the first message from this sequence on; the worker may be taking some out meanwhile."""
    subject = SUBJECT.format(stream)
    try:
        found = await servers.ask(lambda context: context.get_msg(stream, seq=sequence, subject=subject, next=True))
    except NotFoundError:
        return None
    return found.seq or sequence, found.data or b""


async def _append(settings: dict[str, str], lines: bytes, patience: float) -> None:
    async with _connected(settings, patience) as servers:
        for line in lines.splitlines():
            await _publish(servers, json.loads(line))


async def _publish(servers: _Servers, message: dict[str, str]) -> None:
    stream, payload = message["stream"], base64.b64decode(message["payload"])
    await servers.ask(
        lambda context: context.publish(SUBJECT.format(stream), payload, timeout=TRY_SECONDS, stream=stream)
    )


@asynccontextmanager
async def _connected(settings: dict[str, str], patience: float) -> AsyncIterator[_Servers]:
    """Lend the log's servers. Raises Unfit when they are away, or hold no such streams."""
    servers = _Servers(settings, patience)
    try:
        for stream in STREAMS:
            await servers.ask(partial(JetStreamContext.stream_info, name=stream))
        yield servers
    except NotFoundError as error:
        raise Unfit("the sign-up log has no such streams: see docs/operate/sign-up-log.md") from error
    finally:
        await servers.close()


def _encryption(settings: dict[str, str]) -> dict[str, Any]:
    """Return how to connect. With one tls:// address, nothing is sent before the line is encrypted."""
    if not any(address.startswith("tls:") for address in settings["INTAKE_LOG"].split(",")):
        return {}
    context = ssl.create_default_context(cafile=settings.get("INTAKE_LOG_AUTHORITY") or None)
    if settings.get("INTAKE_LOG_CERTIFICATE"):
        context.load_cert_chain(settings["INTAKE_LOG_CERTIFICATE"], settings.get("INTAKE_LOG_KEY") or None)
    return {"tls": context, "tls_handshake_first": True}
