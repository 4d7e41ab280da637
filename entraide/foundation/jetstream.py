"""A stream of NATS JetStream as a replicated log: what `append` returned for is on the disks of a majority.

Django-free. The stream is a work queue on files: a message stays until it is settled, and goes then. Whether a server
writes to its disk before it answers is the server's own setting (`sync_interval: always`, see `ops/nats/node.conf`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NoStreamResponseError, NotFoundError, ServiceUnavailableError

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)
CONNECT_SECONDS = 3
ANSWER_SECONDS = 5.0
RECONNECT_SECONDS = 0.5
ELECTION_PAUSE_SECONDS = 0.1
READER = "reader"
# A reader that neither settles nor returns within this time is taken for dead, and another gets its messages.
SETTLE_SECONDS = 15.0


class Away(Exception):
    """No majority of the servers answers, or not in time. What was being appended may be in the stream all the same."""


class Mismatch(Exception):
    """The servers hold a stream of this name that keeps less than what is asked for."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Which stream, on which servers, on how many of them. `servers` are nats:// or tls:// addresses."""

    servers: tuple[str, ...]
    name: str
    replicas: int = 3

    @property
    def subject(self) -> str:
        """What messages are published under."""
        return f"{self.name}.entry"


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was read and waits to be settled."""

    payload: bytes
    origin: Msg


class Log:
    """One process's hold on a stream: connected when first needed, and again whenever the servers come back."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._turn = asyncio.Lock()
        self._client: Client | None = None
        self._context: JetStreamContext | None = None
        self._reader: JetStreamContext.PullSubscription | None = None

    async def append(self, payload: bytes) -> None:
        """Return when a majority holds the payload, of at most 1 MB. Raises Away, Mismatch."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await _patiently(lambda: self._publish(payload))
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(type(error).__name__) from error

    async def _publish(self, payload: bytes) -> None:
        context = await self._connected()
        await context.publish(self._stream.subject, payload, timeout=ANSWER_SECONDS, stream=self._stream.name)

    async def read(self, *, most: int, seconds: float) -> list[Message]:
        """Return the oldest messages that no other reader holds, none after so many seconds. Raises Away, Mismatch."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader = await _patiently(self._reading)
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(type(error).__name__) from error
        try:
            origins = await reader.fetch(most, timeout=seconds)
        except TimeoutError:
            # Nothing waits; or the servers are away, and say so at the next call that writes.
            return []
        except (NatsError, OSError) as error:
            raise Away(type(error).__name__) from error
        return [Message(origin.data, origin) for origin in origins]

    async def settle(self, messages: Sequence[Message]) -> None:
        """Take the messages out of the stream. Raises Away; they come again then, to this reader or another."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                for message in messages:
                    await message.origin.ack_sync(timeout=ANSWER_SECONDS)
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(type(error).__name__) from error

    async def depth(self) -> int:
        """Return how many messages wait in the stream. Raises Away, Mismatch."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await _patiently(self._count)
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(type(error).__name__) from error

    async def _count(self) -> int:
        context = await self._connected()
        return (await context.stream_info(self._stream.name)).state.messages

    async def close(self) -> None:
        """Give the connection back; the next call makes another."""
        client, self._client, self._context, self._reader = self._client, None, None, None
        if client is not None:
            await client.close()

    async def _connected(self) -> JetStreamContext:
        async with self._turn:
            if self._client is None or self._client.is_closed:
                self._context = self._reader = None
                self._client = await nats.connect(
                    list(self._stream.servers),
                    name="entraide",
                    connect_timeout=CONNECT_SECONDS,
                    reconnect_time_wait=RECONNECT_SECONDS,
                    max_reconnect_attempts=-1,
                    error_cb=_log,
                )
            if self._context is None:
                context = self._client.jetstream(timeout=ANSWER_SECONDS)
                await self._ensure(context)
                self._context = context
            return self._context

    async def _ensure(self, context: JetStreamContext) -> None:
        """Make the stream where there is none; refuse one that would keep less than is asked for."""
        try:
            info = await context.stream_info(self._stream.name)
        except NotFoundError:
            # Two processes may both come here: the same wish twice makes one stream.
            info = await context.add_stream(_wish(self._stream))
        config = info.config
        if config.storage != StorageType.FILE or (config.num_replicas or 1) < self._stream.replicas:
            raise Mismatch(
                f"the stream {self._stream.name} keeps {config.num_replicas or 1} copies on {config.storage}, "
                f"{self._stream.replicas} on files are asked for"
            )

    async def _reading(self) -> JetStreamContext.PullSubscription:
        context = await self._connected()
        async with self._turn:
            if self._reader is None:
                self._reader = await context.pull_subscribe(
                    self._stream.subject, durable=READER, stream=self._stream.name, config=_reader_wish()
                )
            return self._reader


async def _patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask again while the servers choose a leader, which takes them a moment; the caller bounds the time."""
    while True:
        try:
            return await ask()
        except (NoStreamResponseError, ServiceUnavailableError):
            await asyncio.sleep(ELECTION_PAUSE_SECONDS)


def _wish(stream: Stream) -> StreamConfig:
    return StreamConfig(
        name=stream.name,
        description="Sign-ups that were acknowledged and are not in the database yet",
        subjects=[stream.subject],
        retention=RetentionPolicy.WORK_QUEUE,
        # A full stream says no: dropping the oldest would lose what was acknowledged.
        discard=DiscardPolicy.NEW,
        storage=StorageType.FILE,
        num_replicas=stream.replicas,
    )


def _reader_wish() -> ConsumerConfig:
    return ConsumerConfig(
        durable_name=READER, ack_policy=AckPolicy.EXPLICIT, ack_wait=SETTLE_SECONDS, max_ack_pending=1000
    )


async def _log(error: Exception) -> None:
    logger.warning("the log's servers: %s", type(error).__name__)
