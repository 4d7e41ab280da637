"""The sign-up log, beside the database: acknowledged sign-ups that wait in it are read without being taken out.

They are appended again as they were. The platform's drain settles each receipt once, however often it comes.
"""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from entraidectl.backups.place import Unfit

# As the platform names them (docs/decisions/0008-log-in-three-streams.md).
STREAMS = ("signups-1", "signups-2", "signups-3")
SUBJECT = "{}.entry"
SECONDS = 5


def read(environment: Path) -> bytes:
    """Return what the log holds, a message on each line; nothing where there is no such log. Raises Unfit."""
    settings = settings_in(environment)
    return asyncio.run(_read(settings)) if settings.get("INTAKE_LOG") else b""


def append(environment: Path, lines: bytes) -> int:
    """Append messages to the log again; return how many. Raises Unfit."""
    settings = settings_in(environment)
    if not settings.get("INTAKE_LOG"):
        raise Unfit(f"{environment} names no INTAKE_LOG to append sign-ups to")
    asyncio.run(_append(settings, lines))
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


async def _read(settings: dict[str, str]) -> bytes:
    lines = []
    async with _connected(settings) as context:
        for stream in STREAMS:
            sequence = 1
            while (message := await _next(context, stream, sequence)) is not None:
                found, payload = message
                text = base64.b64encode(payload).decode("ascii")
                lines.append(json.dumps({"stream": stream, "sequence": found, "payload": text}) + "\n")
                sequence = found + 1
    return "".join(lines).encode("ascii")


async def _next(context: JetStreamContext, stream: str, sequence: int) -> tuple[int, bytes] | None:
    """Return the first message from this sequence on; the worker may be taking some out meanwhile."""
    try:
        found = await context.get_msg(stream, seq=sequence, subject=SUBJECT.format(stream), next=True)
    except NotFoundError:
        return None
    return found.seq or sequence, found.data or b""


async def _append(settings: dict[str, str], lines: bytes) -> None:
    async with _connected(settings) as context:
        for line in lines.splitlines():
            message = json.loads(line)
            payload = base64.b64decode(message["payload"])
            stream = message["stream"]
            await context.publish(SUBJECT.format(stream), payload, timeout=SECONDS, stream=stream)


@asynccontextmanager
async def _connected(settings: dict[str, str]) -> AsyncIterator[JetStreamContext]:
    """Lend the log's servers. Raises Unfit when they are away, or hold no such streams."""
    options: dict[str, Any] = {}
    addresses = settings["INTAKE_LOG"].split(",")
    if any(address.startswith("tls:") for address in addresses):
        options["tls"] = ssl.create_default_context(cafile=settings.get("INTAKE_LOG_AUTHORITY") or None)
        if settings.get("INTAKE_LOG_CERTIFICATE"):
            options["tls"].load_cert_chain(settings["INTAKE_LOG_CERTIFICATE"], settings.get("INTAKE_LOG_KEY") or None)
        options["tls_handshake_first"] = True
    try:
        client = await nats.connect(
            addresses, connect_timeout=2, allow_reconnect=False, error_cb=_unsaid, name="entraidectl", **options
        )
        try:
            context = client.jetstream(timeout=SECONDS)
            for stream in STREAMS:
                await context.stream_info(stream)
            yield context
        finally:
            await client.close()
    except (NatsError, OSError, TimeoutError) as error:
        raise Unfit(
            f"the sign-up log does not answer ({type(error).__name__}): see docs/operate/sign-up-log.md"
        ) from error


async def _unsaid(_error: Exception) -> None:
    """The error that is raised is told; those of single addresses need not be."""
