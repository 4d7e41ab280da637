"""Honest visitors of a drill: each 50 ms one comes, on a connection of their own, reads a page or signs up.

python -m tests.entraidectl.edge.visiting NAME PORT CERTIFICATE ADDRESS SECONDS

Prints as JSON how many came and were served, and in which time 99 of 100 of those were.
"""

import asyncio
import json
import ssl
import sys
import time
from dataclasses import asdict, dataclass, field

EVERY_SECONDS = 0.05
PATIENCE_SECONDS = 3.0
SIGN_UP = b'{"first_name": "Zo\xc3\xa9", "email": "zoe@example.org", "postcode": "67000"}'
VISITS = (
    ("GET", "/fr/", b""),
    ("GET", "/fr/me/", b""),
    ("POST", "/v1/signups", SIGN_UP),
)


@dataclass(slots=True)
class Visitors:
    """How many came, were served, and within how many seconds each."""

    came: int = 0
    served: int = 0
    seconds: list[float] = field(default_factory=list)


async def main(name: str, port: int, certificate: str, address: str, seconds: float) -> Visitors:
    """Send visitors for so long, and return how they fared."""
    context = ssl.create_default_context(cafile=certificate)
    visitors = Visitors()
    until = time.monotonic() + seconds
    async with asyncio.TaskGroup() as tasks:
        while time.monotonic() < until:
            tasks.create_task(_visit(visitors, name, port, context, address))
            await asyncio.sleep(EVERY_SECONDS)
    return visitors


async def _visit(visitors: Visitors, name: str, port: int, context: ssl.SSLContext, address: str) -> None:
    method, path, body = VISITS[visitors.came % len(VISITS)]
    visitors.came += 1
    began_at = time.monotonic()
    writer = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=name)
            head = (
                f"{method} {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = await reader.read()
        if answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"a page"):
            visitors.served += 1
            visitors.seconds.append(time.monotonic() - began_at)
    except (OSError, TimeoutError):
        pass
    finally:
        if writer:
            writer.transport.abort()


if __name__ == "__main__":
    told = asdict(asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5]))))
    times = sorted(told.pop("seconds"))
    told["p99"] = times[int(len(times) * 0.99)] if times else PATIENCE_SECONDS
    sys.stdout.write(json.dumps(told) + "\n")
