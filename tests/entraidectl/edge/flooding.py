"""Who floods an edge in a drill, in a namespace of its own: so many seconds, so many a second, and then it stops.

python -m tests.entraidectl.edge.flooding KIND ADDRESS PORT SECONDS PER_SECOND SOURCES NAME

KIND is `syns` (first packets of connections, from addresses written on them: SOURCES is a network), `connections`
(opened and closed) or `requests` (over kept connections). Prints as JSON how many were sent.
"""

import asyncio
import contextlib
import ipaddress
import itertools
import json
import random
import re
import socket
import ssl
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_SECONDS = 10
MOST_PER_SECOND = 20_000
AT_ONCE = 60
SYN = 0x02
PROTOCOL_TCP = 6


def main(kind: str, address: str, port: int, seconds: float, per_second: int, sources: str, name: str) -> int:
    """Flood, and return how many were sent."""
    if seconds > LONGEST_SECONDS or per_second > MOST_PER_SECOND:
        raise SystemExit(f"at most {MOST_PER_SECOND} a second, for {LONGEST_SECONDS} s")
    if kind == "syns":
        return _send_syns(address, port, sources, _paced(seconds, per_second))
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    until = time.monotonic() + seconds
    return asyncio.run(Flood(kind, address, port, name, until, AT_ONCE / per_second, context).run())


def _paced(seconds: float, per_second: int) -> Iterator[int]:
    """Yield how many are due now, until the time is over."""
    began_at = time.monotonic()
    done = 0
    while (passed := time.monotonic() - began_at) < seconds:
        due = int(passed * per_second) - done
        done += due
        yield due
        time.sleep(0.001)


def _send_syns(address: str, port: int, sources: str, due: Iterator[int]) -> int:
    hosts = itertools.cycle(each.packed for each in ipaddress.ip_network(sources))
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for count in due:
            for _ in range(count):
                with contextlib.suppress(OSError):
                    raw.sendto(_syn(next(hosts), socket.inet_aton(address), port), (address, 0))
                    sent += 1
    return sent


def _syn(source: bytes, target: bytes, port: int) -> bytes:
    """Return the first packet of a connection, with this source written on it."""
    own_port, number = random.randrange(1024, 65536), random.getrandbits(32)  # noqa: S311 (it guards nothing)
    before, after = struct.pack("!HHIIBBH", own_port, port, number, 0, 5 << 4, SYN, 64240), b"\0\0"
    length = len(before) + 2 + len(after)
    summed = _checksum(source + target + struct.pack("!HH", PROTOCOL_TCP, length) + before + after)
    packet = before + summed + after
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0, 64, PROTOCOL_TCP, 0) + source + target + packet


def _checksum(data: bytes) -> bytes:
    """Return the sum that TCP wants of an even number of bytes."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


@dataclass(slots=True)
class Flood:
    """One flood over whole connections, by several at once."""

    kind: str
    address: str
    port: int
    name: str
    until: float
    pause: float
    context: ssl.SSLContext
    sent: int = 0

    async def run(self) -> int:
        """Flood until the end, and return how many were sent."""
        await asyncio.gather(*(self._go_on() for _ in range(AT_ONCE)))
        return self.sent

    async def _go_on(self) -> None:
        while time.monotonic() < self.until:
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + self.until - time.monotonic()):
                    await (self._connect() if self.kind == "connections" else self._ask())
            await asyncio.sleep(self.pause)

    async def _connect(self) -> None:
        self.sent += 1
        _, writer = await asyncio.open_connection(self.address, self.port)
        writer.transport.abort()

    async def _ask(self) -> None:
        reader, writer = await asyncio.open_connection(
            self.address, self.port, ssl=self.context, server_hostname=self.name
        )
        try:
            while True:
                self.sent += 1
                writer.write(f"GET /fr/me/ HTTP/1.1\r\nHost: {self.name}\r\n\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                await reader.readexactly(int(length[1]) if length else 0)
                await asyncio.sleep(self.pause)
        finally:
            writer.transport.abort()


if __name__ == "__main__":
    kind, address, port, seconds, per_second, sources, name = sys.argv[1:]
    sent = main(kind, address, int(port), float(seconds), int(per_second), sources, name)
    sys.stdout.write(json.dumps({"sent": sent}) + "\n")
