"""One process's connection to the servers: made when first needed, and again whenever they come back."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NoStreamResponseError, ServiceUnavailableError

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)
CONNECT_SECONDS = 2
RECONNECT_SECONDS = 0.25
# A server that lost its power says nothing: it is given up after two of these without an answer.
PING_SECONDS = 1
# One question to one stream. Whoever asks goes on with the next stream then.
TRY_SECONDS = 1.0
ELECTION_PAUSE_SECONDS = 0.1


class Away(Exception):
    """No majority of the servers answers, or not in time. What was being appended may be in the log all the same."""


class Full(Away):
    """Every stream of the log is full; it takes more when some of it has been read and settled."""


class Mismatch(Exception):
    """The servers hold no such stream, or one that keeps less than is asked for."""


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers' addresses, nats:// or tls://, and the PEM files for tls: who signed the servers' certificates, and
    the certificate and key that we show, if they ask for one.
    """

    addresses: tuple[str, ...]
    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def encryption(self) -> dict[str, Any]:
        """Return how to connect. With one tls:// address, nothing is sent before the line is encrypted."""
        if not any(address.startswith("tls:") for address in self.addresses):
            return {}
        context = ssl.create_default_context(cafile=self.authority)
        if self.certificate:
            context.load_cert_chain(self.certificate, self.key)
        # Otherwise a server that offers no encryption would be told the password in clear.
        return {"tls": context, "tls_handshake_first": True}


class Link:
    """Lends the connection. Whoever comes first makes it, the others wait for it."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._turn = asyncio.Lock()
        self._client: Client | None = None

    async def context(self) -> JetStreamContext:
        """Return the connected JetStream. Raises NatsError, OSError; the caller bounds the time."""
        client = await self._connection()
        return client.jetstream(timeout=TRY_SECONDS)

    async def ask(self, subject: str) -> None:
        """Send a request that has no body and wait for its answer."""
        client = await self._connection()
        await client.request(subject, b"", timeout=TRY_SECONDS)

    async def close(self) -> None:
        """Give the connection back; the next call makes another."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _connection(self) -> Client:
        async with self._turn:
            if self._client is None or self._client.is_closed:
                self._client = await self._connected()
            return self._client

    async def _connected(self) -> Client:
        options: dict[str, Any] = {
            "name": "entraide",
            "connect_timeout": CONNECT_SECONDS,
            "reconnect_time_wait": RECONNECT_SECONDS,
            "max_reconnect_attempts": -1,
            "ping_interval": PING_SECONDS,
            "error_cb": _log,
        }
        client = Client()
        try:
            await client.connect(list(self._servers.addresses), **options, **self._servers.encryption())
        except BaseException:
            # Also when whoever asked waits no longer: nobody else would close it.
            await client.close()
            raise
        return client


async def patiently(ask: Callable[[], Awaitable[Answer]], *, seconds: float) -> Answer:
    """Ask again while the servers choose a leader, for so many seconds at most. Raises Away, with the last reason."""
    reason = "nobody answers"
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    return await ask()
                except (NoStreamResponseError, ServiceUnavailableError) as error:
                    # An error must not hide that the time is over, or that nobody wants the answer any more.
                    if (task := asyncio.current_task()) is not None and task.cancelling():
                        raise asyncio.CancelledError from error
                    reason = str(getattr(error, "description", None) or type(error).__name__)
                    await asyncio.sleep(ELECTION_PAUSE_SECONDS)
    except TimeoutError as error:
        raise Away(reason) from error
    except (NatsError, OSError) as error:
        raise Away(type(error).__name__) from error


async def _log(error: Exception) -> None:
    logger.warning("the log's servers: %s", type(error).__name__)
