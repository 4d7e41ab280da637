"""A load generator of seals over HTTP/1.1, a process of its own: each connection asks again as soon as it is answered.

python -m bench.seals --port 8002 --connections 64 --seconds 10
"""

import argparse
import asyncio
import json
import os
import time
from dataclasses import dataclass, field
from typing import cast

import uvloop

from bench.load import percentile

HEAD = b"POST /v1/seal HTTP/1.1\r\nHost: localhost\r\nContent-Length: 32\r\n\r\n"
_END_OF_HEAD = b"\r\n\r\n"
_SEAL_BYTES = 130


@dataclass(slots=True)
class Load:
    """What was asked until when, and what came of it."""

    until: float
    seconds: list[float] = field(default_factory=list)
    not_ok: int = 0
    broken: int = 0
    open: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Connection(asyncio.Protocol):
    """One kept connection, one answer at a time. Each hash is another one; each answer must be a seal over it."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._hash = b""
        self._began = 0.0
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._load.open += 1
        self.ask()

    def ask(self) -> None:
        """Send the next hash, or end when the time is over."""
        self._began = time.perf_counter()
        if self._began >= self._load.until:
            self._hash = b""
            self._transport.close()
            return
        self._hash = os.urandom(32)
        self._transport.write(HEAD + self._hash)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(_END_OF_HEAD)
        if end < 0:
            return
        if not self._received.startswith(b"HTTP/1.1 200"):
            self._load.not_ok += 1
            self._transport.abort()
            return
        body = self._received[end + len(_END_OF_HEAD) :]
        if len(body) < _SEAL_BYTES:
            return
        self._load.seconds.append(time.perf_counter() - self._began)
        self._load.not_ok += self._hash not in body or len(body) != _SEAL_BYTES
        self._received = b""
        self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.broken += bool(self._hash)
        self._load.open -= 1
        if not self._load.open:
            self._load.done.set()


async def run(*, port: int, connections: int, seconds: float) -> Load:
    """Load a server on loopback for some seconds; return what was seen."""
    load = Load(until=time.perf_counter() + seconds)
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(load), "127.0.0.1", port)
    await load.done.wait()
    return load


def main() -> None:
    """Load the server and print the outcome as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    load = uvloop.run(run(port=options.port, connections=options.connections, seconds=options.seconds))
    outcome = {
        "per_second": len(load.seconds) / options.seconds,
        "p50_ms": percentile(load.seconds, 0.50) * 1000,
        "p99_ms": percentile(load.seconds, 0.99) * 1000,
        "not_ok": load.not_ok,
        "broken": load.broken,
    }
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
