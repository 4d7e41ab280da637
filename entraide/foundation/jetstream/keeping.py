"""Making the streams of a log as they must be: done by an operator's command, never in passing."""

from dataclasses import dataclass

from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import StreamInfo
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from entraide.foundation.jetstream.link import Link, Mismatch, Servers, patiently
from entraide.foundation.jetstream.streams import Streams, differs, faults, wish

PREPARE_SECONDS = 30.0
NO_PEERS = 10005


@dataclass(frozen=True, slots=True)
class Part:
    """A stream as the servers hold it, and what was done to it: "made", "updated" or "as it was"."""

    name: str
    done: str
    copies: int
    most_bytes: int


async def prepare(servers: Servers, streams: Streams, *, most_bytes: int) -> list[Part]:
    """Make or update every stream of a log, which may hold so many bytes on each server.

    May be run again at any time, beside itself too. Raises Away, and Mismatch when the servers refuse.
    """
    link = Link(servers)
    try:
        return [await _prepared(link, streams, name, most_bytes) for name in streams.names]
    finally:
        await link.close()


async def _prepared(link: Link, streams: Streams, name: str, most_bytes: int) -> Part:
    async def once() -> tuple[str, StreamInfo]:
        try:
            return await _settled_on(await link.context(), streams, name, most_bytes)
        except NatsTimeoutError as error:
            # One late answer is none of Away: servers that have just met make their first streams slowly.
            raise ServiceUnavailableError(description="the servers are late") from error

    done, info = await patiently(once, seconds=PREPARE_SECONDS)
    if found := faults(streams, info.config):
        raise Mismatch(f"the stream {name} {', '.join(found)}")
    return Part(name, done, info.config.num_replicas or 1, info.config.max_bytes or 0)


async def _settled_on(
    context: JetStreamContext, streams: Streams, name: str, most_bytes: int
) -> tuple[str, StreamInfo]:
    wished = wish(streams, name, most_bytes=most_bytes)
    try:
        try:
            info = await context.stream_info(name)
        except NotFoundError:
            # Two processes may both come here: the same wish twice makes one stream.
            return "made", await context.add_stream(wished)
        return ("updated", await context.update_stream(wished)) if differs(wished, info.config) else ("as it was", info)
    except ServiceUnavailableError:
        raise
    except APIError as error:
        if error.err_code == NO_PEERS:
            # Also said of servers that have not met yet, as right after their start.
            raise ServiceUnavailableError(description=error.description) from error
        raise Mismatch(f"the stream {name} is refused: {error.description}") from error
