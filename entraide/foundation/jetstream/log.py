"""Appending to a log and reading it, through whatever streams of it have a leader just now."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import StreamInfo
from nats.js.errors import APIError, NotFoundError

from entraide.foundation.jetstream.link import (
    ELECTION_PAUSE_SECONDS,
    TRY_SECONDS,
    Away,
    Full,
    Link,
    Mismatch,
    Servers,
    patiently,
)
from entraide.foundation.jetstream.streams import READER, Streams, faults, reader_wish, subject_of, to_move

ANSWER_SECONDS = 5.0
# What the servers answer when a stream has no room: its own bound, that of the account, that of the server.
FULL_CODES = frozenset({10077, 10002, 10023, 10047})


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was read and waits to be settled."""

    payload: bytes
    origin: Msg


@dataclass(frozen=True, slots=True)
class State:
    """What waits in the streams that answer; whether all do; whether one at least has a majority of its servers."""

    messages: int
    size: int
    is_whole: bool
    takes: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, in any stream."""
        return self.is_whole and not self.messages


class Log:
    """One process's hold on a log. A message that was appended twice is there twice: its reader must not mind."""

    def __init__(self, servers: Servers, streams: Streams) -> None:
        self._streams = streams
        self._link = Link(servers)
        self._at = 0
        self._checked: set[str] = set()
        self._readers: dict[str, JetStreamContext.PullSubscription] = {}

    @property
    def parts(self) -> tuple[str, ...]:
        """The streams' names: each is read on its own."""
        return self._streams.names

    async def append(self, payload: bytes) -> None:
        """Return when a majority of servers holds the payload, of less than 1 MB. Raises Away, Full, Mismatch."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                taken = await self._append_somewhere(payload)
                while not taken:
                    await asyncio.sleep(ELECTION_PAUSE_SECONDS)
                    taken = await self._append_somewhere(payload)
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(type(error).__name__) from error

    async def read(self, part: str, *, most: int, seconds: float) -> list[Message]:
        """Return the oldest messages of a stream that no other reader holds, none after so many seconds.

        Raises Away, Mismatch.
        """

        async def fetched() -> list[Msg]:
            reader = await self._reader_of(part)
            try:
                return await reader.fetch(most, timeout=seconds)
            except TimeoutError:
                # Nothing waits; or the servers are away, and say so at the next call that writes.
                return []

        origins = await patiently(fetched, seconds=ANSWER_SECONDS + seconds)
        return [Message(origin.data, origin) for origin in origins]

    async def settle(self, messages: Sequence[Message]) -> None:
        """Take the messages out of the log. Raises Away; they come again then, to this reader or another."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await asyncio.gather(*(message.origin.ack_sync(timeout=ANSWER_SECONDS) for message in messages))
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(type(error).__name__) from error

    async def state(self) -> State:
        """Return what waits. Raises Away when no stream answers, Mismatch."""
        infos = await self._infos()
        if not infos:
            raise Away("no stream answers")
        return State(
            messages=sum(info.state.messages for info in infos),
            size=sum(info.state.bytes for info in infos),
            is_whole=len(infos) == self._streams.count,
            takes=any(_online(info) >= self._streams.majority for info in infos),
        )

    async def spread(self) -> str | None:
        """Ask one leader that leads two streams to give one up while a server leads none; return which stream.

        Who takes over is the servers' choice, so that this is called again after a while. Raises Away, Mismatch.
        """
        clusters = {info.config.name or "": info.cluster for info in await self._infos()}
        leaders = {name: cluster.leader for name, cluster in clusters.items() if cluster and cluster.leader}
        followers = [peer for cluster in clusters.values() if cluster for peer in cluster.replicas or ()]
        up = {*leaders.values(), *(peer.name for peer in followers if peer.name and peer.current and not peer.offline)}
        moved = to_move(leaders, servers=up)
        if moved is not None:
            await patiently(lambda: self._link.ask(f"$JS.API.STREAM.LEADER.STEPDOWN.{moved}"), seconds=ANSWER_SECONDS)
        return moved

    async def close(self) -> None:
        """Give the connection back; the next call makes another."""
        self._readers.clear()
        await self._link.close()

    async def _append_somewhere(self, payload: bytes) -> bool:
        """Try each stream once, first the one that took the last message; tell whether one took it."""
        full = 0
        for _ in self._streams.names:
            name = self._streams.names[self._at]
            try:
                async with asyncio.timeout(TRY_SECONDS):
                    context = await self._context_for(name)
                    await context.publish(subject_of(name), payload, timeout=TRY_SECONDS, stream=name)
                return True
            except (NatsError, OSError, TimeoutError) as error:
                full += isinstance(error, APIError) and error.err_code in FULL_CODES
                self._at = (self._at + 1) % self._streams.count
        if full == self._streams.count:
            raise Full("every stream is full")
        return False

    async def _reader_of(self, part: str) -> JetStreamContext.PullSubscription:
        reader = self._readers.get(part)
        if reader is None:
            context = await self._context_for(part)
            reader = self._readers[part] = await context.pull_subscribe(
                subject_of(part), durable=READER, stream=part, config=reader_wish()
            )
        return reader

    async def _context_for(self, name: str) -> JetStreamContext:
        """Return the connection, once it is known that this stream keeps what is asked for."""
        if name not in self._checked:
            await self._info(name)
        return await self._link.context()

    async def _infos(self) -> list[StreamInfo]:
        """Return what the servers tell of each stream that answers."""
        asked = await asyncio.gather(*(self._info(name) for name in self._streams.names), return_exceptions=True)
        for outcome in asked:
            if isinstance(outcome, BaseException) and not isinstance(outcome, NatsError | OSError | TimeoutError):
                raise outcome
        return [outcome for outcome in asked if isinstance(outcome, StreamInfo)]

    async def _info(self, name: str) -> StreamInfo:
        """Return what the servers tell of a stream. Raises Mismatch, NatsError, OSError, TimeoutError."""
        async with asyncio.timeout(TRY_SECONDS):
            context = await self._link.context()
            try:
                info = await context.stream_info(name)
            except NotFoundError:
                raise Mismatch(f"there is no stream {name}") from None
        if found := faults(self._streams, info.config):
            raise Mismatch(f"the stream {name} {', '.join(found)}")
        self._checked.add(name)
        return info


def _online(info: StreamInfo) -> int:
    """Return how many servers of a stream are up, its leader included."""
    cluster = info.cluster
    if cluster is None or not cluster.leader:
        return 0
    return 1 + sum(not peer.offline for peer in cluster.replicas or ())
