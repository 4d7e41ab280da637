"""A client of a drill: asks each address every 20 ms, on a connection of its own, and counts.

python -m tests.entraidectl.edge.asking NAME PORT CERTIFICATE ADDRESS ADDRESS

Each line on standard input is answered by one line of JSON: what was counted since the last "reset".
"""

import asyncio
import json
import ssl
import sys
import time
from dataclasses import asdict, dataclass

EVERY_SECONDS = 0.02
PATIENCE_SECONDS = 3.0


@dataclass(slots=True)
class Count:
    """Of one address: how often it was asked and failed, and the longest time between two good answers."""

    asked: int = 0
    failed: int = 0
    longest_gap: float = 0.0
    good_at: float = 0.0

    def good(self) -> None:
        """Count a good answer."""
        now = time.monotonic()
        if self.good_at:
            self.longest_gap = max(self.longest_gap, now - self.good_at)
        self.good_at = now


async def main(name: str, port: int, certificate: str, addresses: list[str]) -> None:
    """Ask until standard input ends."""
    context = ssl.create_default_context(cafile=certificate)
    counts = {address: Count() for address in addresses}
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    askers = [asyncio.create_task(_keep_asking(address, name, port, context, counts)) for address in addresses]
    while line := await reader.readline():
        sys.stdout.write(json.dumps({address: asdict(count) for address, count in counts.items()}) + "\n")
        sys.stdout.flush()
        if line == b"reset\n":
            for count in counts.values():
                count.asked = count.failed = 0
                count.longest_gap = 0.0
    for asker in askers:
        asker.cancel()


async def _keep_asking(address: str, name: str, port: int, context: ssl.SSLContext, counts: dict[str, Count]) -> None:
    under_way = set()
    while True:
        task = asyncio.create_task(_ask(address, name, port, context, counts[address]))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        await asyncio.sleep(EVERY_SECONDS)


async def _ask(address: str, name: str, port: int, context: ssl.SSLContext, count: Count) -> None:
    count.asked += 1
    writer = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=name)
            writer.write(f"GET /fr/me/ HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
        if answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"a page"):
            count.good()
        else:
            count.failed += 1
    except (OSError, TimeoutError):
        count.failed += 1
    finally:
        if writer:
            writer.transport.abort()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]))
