"""People who apply for slots through the HTTP API, each with a token of their own: a process of its own.

    python -m bench.applicants --port 8000 --connections 32 < wishes

A wish is a line of JSON: token, slot, key. Connections take the next wish as soon as they are answered. It prints one
line of JSON.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.load import exchange, percentile

PATH = "/api/v1/participations"
NO_ANSWER = 0


@dataclass(slots=True)
class Seen:
    """What applicants were told: statuses, seconds of each answer, and the participations given for each key."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    given: dict[str, set[str]] = field(default_factory=dict)


async def apply(port: int, wishes: Iterator[dict[str, str]], seen: Seen) -> None:
    """Send one wish after the other on a connection, until none is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for wish in wishes:
            started = time.perf_counter()
            try:
                status, body = await exchange(reader, writer, request_of(wish))
            except (OSError, asyncio.IncompleteReadError):
                seen.statuses[NO_ANSWER] += 1
                return
            seen.seconds.append(time.perf_counter() - started)
            seen.statuses[status] += 1
            if status == 201:
                seen.given.setdefault(wish["key"], set()).add(json.loads(body)["id"])
    finally:
        writer.close()


def request_of(wish: dict[str, str]) -> bytes:
    """Return the request by which a wish is applied for."""
    body = json.dumps({"slot": wish["slot"]})
    return (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {wish['token']}\r\n"
        f"Idempotency-Key: {wish['key']}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def run(*, port: int, connections: int, wishes: list[dict[str, str]]) -> Seen:
    """Let everybody apply; return what they were told."""
    seen, waiting = Seen(), iter(wishes)
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(apply(port, waiting, seen))
    return seen


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Apply for slots of a portal on this machine.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    wishes = [json.loads(line) for line in sys.stdin]
    started = time.perf_counter()
    seen = asyncio.run(run(port=options.port, connections=options.connections, wishes=wishes))
    outcome = {
        "answers": len(seen.seconds),
        "per_second": len(seen.seconds) / (time.perf_counter() - started),
        "p50_ms": percentile(seen.seconds, 0.5) * 1000,
        "p99_ms": percentile(seen.seconds, 0.99) * 1000,
        "statuses": {str(status): count for status, count in sorted(seen.statuses.items())},
        "given": len(seen.given),
        "given_twice": sum(len(ids) > 1 for ids in seen.given.values()),
    }
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
