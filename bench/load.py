"""A small load generator over HTTP/1.1 with kept connections: each connection asks again as soon as it is answered.

It runs as a process of its own, so that it never shares an interpreter with what it measures:

    python -m bench.load --port 8000 --connections 16 --seconds 10 < paths
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

HEAD_END = b"\r\n\r\n"


@dataclass(slots=True)
class Tally:
    """What the connections saw: seconds of each answer, and how many were not 200 or broke off."""

    seconds: list[float] = field(default_factory=list)
    not_ok: int = 0
    broken: int = 0


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, bytes]:
    """Send a request on a kept connection; return the status and the body of its answer."""
    writer.write(request)
    head = await reader.readuntil(HEAD_END)
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), None)
    body = b""
    if length is not None:
        body = await reader.readexactly(length)
    elif any(line.startswith("transfer-encoding:") and "chunked" in line for line in lines):
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:size]
        await reader.readexactly(2)
    return int(lines[0].split()[1]), body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bool:
    """Ask for a path and read the whole answer; tell whether it was a 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n"
    return (await exchange(reader, writer, request.encode()))[0] == 200


async def one_connection(*, port: int, paths: Iterator[str], until: float, tally: Tally, every: float = 0.0) -> None:
    """Ask for one path after another until the time is over, at most one `every` so many seconds.

    A broken connection is opened anew.
    """
    while time.perf_counter() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            tally.broken += 1
            return
        try:
            while time.perf_counter() < until:
                started = time.perf_counter()
                ok = await ask(reader, writer, next(paths))
                tally.seconds.append(time.perf_counter() - started)
                tally.not_ok += not ok
                if every:
                    await asyncio.sleep(max(0.0, started + every - time.perf_counter()))
        except (OSError, asyncio.IncompleteReadError):
            tally.broken += 1
        finally:
            writer.close()


async def run(*, port: int, paths: list[str], connections: int, seconds: float, rate: float = 0.0) -> Tally:
    """Load a server on loopback for some seconds, at most at a rate; return what was seen."""
    every = connections / rate if rate else 0.0
    tally, endless, until = Tally(), cycle(paths), time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(one_connection(port=port, paths=endless, until=until, tally=tally, every=every))
    return tally


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of all values lies; 0 for none."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def main() -> None:
    """Read the paths from standard input, load the server, print the outcome as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=0.0, help="requests a second at most; 0: no limit")
    parser.add_argument("--path", action="append", help="what to ask for, instead of the paths on standard input")
    options = parser.parse_args()
    paths = options.path or [line.strip() for line in sys.stdin if line.strip()]
    tally = asyncio.run(
        run(
            port=options.port, paths=paths, connections=options.connections, seconds=options.seconds, rate=options.rate
        )
    )  # fmt: skip
    outcome = {
        "answers": len(tally.seconds),
        "per_second": len(tally.seconds) / options.seconds,
        "p50_ms": percentile(tally.seconds, 0.50) * 1000,
        "p95_ms": percentile(tally.seconds, 0.95) * 1000,
        "p99_ms": percentile(tally.seconds, 0.99) * 1000,
        "not_ok": tally.not_ok,
        "broken": tally.broken,
    }
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
