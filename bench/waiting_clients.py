"""Clients of a real sign-up process over loopback: each gets a place while nobody is let in, and comes back as told.

A process of its own:

    python -m bench.waiting_clients --port 8001 --clients 3000
"""

import argparse
import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any

HEAD_END = b"\r\n\r\n"
LONGEST_SECONDS = 240.0


@dataclass(slots=True)
class Client:
    """One client: its ticket, when it was told a range and which, when it was in."""

    number: int
    ticket: str = ""
    told_at: float = 0.0
    minutes: tuple[int, int] | None = None
    done_at: float = 0.0
    seconds: list[float] = field(default_factory=list)
    broken: int = 0


async def post(port: int, client: Client) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Send the client's sign-up on a connection of its own; return status, headers and content."""
    form = {
        "email": f"client-{client.number}@example.org", "first_name": "Camille", "last_name": "Essai",
        "birth_date": "1990-05-17", "postcode": "67000", "consent": True, "ticket": client.ticket,
    }  # fmt: skip
    body = json.dumps(form).encode()
    head = (
        "POST /v1/signups HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"Idempotency-Key: client-{client.number}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head.encode() + body)
        lines = (await reader.readuntil(HEAD_END)).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        content = json.loads(await reader.readexactly(int(headers["content-length"])))
    finally:
        writer.close()
    client.seconds.append(time.perf_counter() - started)
    return int(lines[0].split()[1]), headers, content


async def live(port: int, client: Client, until: float) -> None:
    """Sign up, waiting as long as told between tries."""
    await asyncio.sleep(random.uniform(0, 5))  # noqa: S311 (spreads a crowd, hides nothing)
    while time.monotonic() < until:
        try:
            status, headers, content = await post(port, client)
        except (OSError, asyncio.IncompleteReadError):
            client.broken += 1
            await asyncio.sleep(1)
            continue
        if status == 202:
            client.done_at = time.monotonic()
            return
        client.ticket = content.get("ticket", client.ticket)
        if client.minutes is None and content.get("minutes"):
            client.told_at, client.minutes = time.monotonic(), tuple(content["minutes"])
        # A pause is not told to last two minutes here: the clients of a benchmark look every few seconds.
        await asyncio.sleep(min(5.0, float(headers.get("retry-after", "5"))))


async def crowd(*, port: int, count: int) -> dict[str, object]:
    """Let so many clients sign up; return what they saw."""
    started = time.monotonic()
    clients = [Client(number) for number in range(count)]
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(live(port, client, started + LONGEST_SECONDS))
    seconds = sorted(each for client in clients for each in client.seconds)
    told = [client for client in clients if client.minutes and client.done_at]
    true = sum(_is_true(client) for client in told)
    return {
        "in": sum(client.done_at > 0 for client in clients),
        "placed": sum(bool(client.ticket) for client in clients),
        "broken": sum(client.broken for client in clients),
        "answers": len(seconds),
        "p50_ms": 1000 * seconds[len(seconds) // 2] if seconds else 0.0,
        "p99_ms": 1000 * seconds[int(len(seconds) * 0.99)] if seconds else 0.0,
        "told": len(told),
        "true": true / max(1, len(told)),
        "seconds": max((client.done_at for client in clients), default=started) - started,
    }


def _is_true(client: Client) -> bool:
    """Tell whether the client was in within the range told; the look itself may come five seconds late."""
    least, most = client.minutes or (0, 0)
    return 60 * least <= client.done_at - client.told_at <= 60 * most + 5


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Let clients wait in the line of a sign-up process on this machine.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clients", type=int, default=3000)
    options = parser.parse_args()
    json.dump(asyncio.run(crowd(port=options.port, count=options.clients)), sys.stdout)


if __name__ == "__main__":
    main()
