"""A load generator of sign-ups over HTTP/1.1, a process of its own:

    python -m bench.signups --port 8001 --connections 256 --seconds 10 --receipts var/receipts.jsonl
    python -m bench.signups --port 8001 --rate 600 --seconds 60 --receipts var/receipts.jsonl

Without a rate every connection asks again as soon as it is answered (closed loop). With one, requests are due at fixed
times whatever the server does (open loop), and their time counts from when they were due: a server that stops for a
second is seen to have made everybody wait. It prints one line of JSON.
"""

import argparse
import asyncio
import json
import random
import signal
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import uvloop

from bench.receipts import Head, Line, write

PATH = "/v1/signups"
GIVE_UP_SECONDS = 30.0
SPREAD = 0x9E3779B1
BODY = (
    '{{"email":"{email}","first_name":"Camille","last_name":"Essai","birth_date":"1990-05-17","postcode":"67000",'
    '"phone":"+33612345678","domains":["solidarity"],"availability":["weekend"],"languages":["fr"],"locale":"fr",'
    '"consent":true}}'
)
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "
_RECEIPT = b'"receipt":"'


@dataclass(slots=True)
class Asked:
    """A request that is on its way, or waits for a connection."""

    key: str
    email: str
    due: float


@dataclass(slots=True)
class Load:
    """What is asked of the server, and what came of it."""

    path: str
    seconds: float
    rate: float | None
    run: str = field(default_factory=lambda: f"{random.getrandbits(64):016x}")
    lines: list[Line] = field(default_factory=list)
    waiting: "deque[Asked]" = field(default_factory=deque)
    idle: "list[Connection]" = field(default_factory=list)
    count: int = 0
    open: int = 0
    until: float = 0.0
    started: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        """Let the time run, from when everybody is connected."""
        self.started = time.time()
        self.until = self.started + self.seconds
        if self.open:
            # Those who came first may have been sent away before the last one came.
            self.done.clear()

    def next(self) -> Asked | None:
        """Return what a connection that is free asks for: in a closed loop a new request until the time is over."""
        if self.rate is not None:
            return self.waiting.popleft() if self.waiting else None
        return self.new(time.time()) if time.time() < self.until else None

    def new(self, due: float) -> Asked:
        """Return a request of somebody new."""
        self.count += 1
        name = f"{self.run}-{self.count}"
        # Addresses of people come in no order: what is spread over an index costs more than what is put at its end.
        spread = self.count * SPREAD & 0xFFFFFFFF
        return Asked(key=name, email=f"{spread:08x}-{name}@example.org", due=due)

    def end(self) -> None:
        """Make no more requests; those under way are answered."""
        self.until, self.seconds = min(self.until, time.time()), 0.0

    def answered(self, asked: Asked, status: int, receipt: str) -> None:
        """Keep what a request was told; status 0 when it was told nothing."""
        seconds = time.time() - asked.due
        self.lines.append(
            Line(at=asked.due, seconds=seconds, status=status, key=asked.key, email=asked.email, receipt=receipt)
        )


class Connection(asyncio.Protocol):
    """One kept connection. Answers have a length; they come one at a time."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._asked: Asked | None = None
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._load.open += 1
        self._load.idle.append(self)

    def ask(self) -> None:
        """Send the next request, or wait for one."""
        asked = self._load.next()
        if asked is None:
            if self._load.rate is None:
                self.close()
            else:
                self._load.idle.append(self)
            return
        self._asked = asked
        body = BODY.format(email=asked.email)
        self._transport.write(
            f"POST {self._load.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {asked.key}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(_END_OF_HEAD)
        if end < 0:
            return
        head = self._received[: end + 2].lower()
        at = head.find(_LENGTH)
        if at < 0 and not head.startswith(b"http/1.1 204"):
            # Without a length the end of the answer is not known: it counts as none.
            self._transport.abort()
            return
        length = int(head[at + len(_LENGTH) : head.index(b"\r\n", at)]) if at >= 0 else 0
        whole = end + len(_END_OF_HEAD) + length
        if len(self._received) < whole:
            return
        status = int(self._received[9:12])
        at = self._received.find(_RECEIPT, end) + len(_RECEIPT)
        receipt = self._received[at : at + 36].decode() if status == 202 and at >= len(_RECEIPT) else ""
        self._received = self._received[whole:]
        asked, self._asked = self._asked, None
        if asked is not None:
            self._load.answered(asked, status, receipt)
        self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.open -= 1
        if self._asked is not None:
            self._load.answered(self._asked, 0, "")
            self._asked = None
        if self in self._load.idle:
            self._load.idle.remove(self)
        if self._load.open == 0:
            self._load.done.set()

    def close(self) -> None:
        """End the connection."""
        self._transport.close()


async def run(load: Load, *, port: int, connections: int) -> None:
    """Ask until the time is over and everything is answered, or nothing has come for a while."""
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(load), "127.0.0.1", port)
    load.start()
    if load.rate is None:
        for connection in list(load.idle):
            connection.ask()
        load.idle.clear()
        try:
            async with asyncio.timeout(load.until - time.time() + GIVE_UP_SECONDS):
                await load.done.wait()
        except TimeoutError:
            return
    else:
        await _feed(load, load.rate)


async def _until_ended(load: Load, *, port: int, connections: int) -> None:
    """Run until the time is over, or until SIGINT says that it is."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, load.end)
    await run(load, port=port, connections=connections)


async def _feed(load: Load, rate: float) -> None:
    """Make requests due at their times; those that find no free connection wait, and their time runs."""
    start, made = load.started, 0
    while made < _due(load.until - start, rate) or load.waiting or load.open > len(load.idle):
        now = time.time()
        # What is due by now, also when this process itself was late to look.
        while made < _due(min(now, load.until) - start, rate):
            load.waiting.append(load.new(start + made / rate))
            made += 1
        while load.waiting and load.idle:
            load.idle.pop().ask()
        if now > load.until + GIVE_UP_SECONDS or load.open == 0:
            break
        await asyncio.sleep(0.001)
    for asked in load.waiting:
        load.answered(asked, 0, "")
    for connection in list(load.idle):
        connection.close()


def _due(seconds: float, rate: float) -> float:
    # A moment since 1970 is exact to a quarter of a microsecond only.
    return round(seconds * rate, 3)


def outcome(load: Load, *, seconds: float) -> dict[str, object]:
    """Return what was seen: rate and percentiles of what was accepted, statuses, and the times by powers of 2^(1/4)."""
    accepted = sorted(line.seconds for line in load.lines if line.status in (202, 204, 201, 200))
    statuses = Counter(line.status for line in load.lines)
    return {
        "accepted": len(accepted),
        "per_second": len(accepted) / seconds if seconds else 0.0,
        **{f"p{share * 100:g}_ms": percentile(accepted, share) * 1000 for share in (0.5, 0.95, 0.99, 0.999)},
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "histogram_ms": histogram(accepted),
    }


def percentile(values: list[float], share: float) -> float:
    """Return the value of sorted values below which a share of them lies; 0 for none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def histogram(values: list[float]) -> list[tuple[float, int]]:
    """Return how many sorted values lie below each bound in milliseconds, four bounds for each doubling."""
    bounds = [2 ** (step / 4) for step in range(-12, 60)]
    counts = Counter(next((at for at, bound in enumerate(bounds) if value * 1000 <= bound), -1) for value in values)
    return [(round(bounds[at], 4), counts[at]) for at in sorted(counts)]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Load a server on this machine with sign-ups.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default=PATH)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, help="requests a second, whatever the server does")
    parser.add_argument("--receipts", type=Path, help="where to write what was asked and told")
    options = parser.parse_args()
    load = Load(path=options.path, seconds=options.seconds, rate=options.rate)
    uvloop.run(_until_ended(load, port=options.port, connections=options.connections))
    seconds = min(options.seconds, load.until - load.started)
    if options.receipts:
        options.receipts.parent.mkdir(parents=True, exist_ok=True)
        head = Head(
            target=f"http://127.0.0.1:{options.port}{options.path}", started_at=load.started,
            connections=options.connections, rate=options.rate,
        )  # fmt: skip
        write(options.receipts, head, load.lines)
    print(json.dumps(outcome(load, seconds=seconds)))


if __name__ == "__main__":
    main()
