"""Whether an edge that was asked to leave has been let go: nobody is sent to it, and nobody is connected any more."""

import ipaddress
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from entraidectl.edge.site.declarations import Site

LOOK_EVERY_SECONDS = 0.2
TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
_ESTABLISHED = "01"


@dataclass(frozen=True, slots=True)
class Left:
    """What keeps an edge from being stopped: public addresses that it still bears, and connections with them."""

    addresses: tuple[str, ...]
    connections: int

    def __bool__(self) -> bool:
        """Tell whether anything does."""
        return bool(self.addresses or self.connections)

    def __str__(self) -> str:
        """Return it in words."""
        if self.addresses:
            return f"nobody took {', '.join(self.addresses)} over: is another edge well?"
        return f"{self.connections} connections are left"


def left_of(site: Site) -> Left:
    """Return what is left on this machine."""
    public = {each.address for each in site.addresses}
    asked = subprocess.run(["ip", "-json", "address", "show"], capture_output=True, check=True)  # noqa: S607
    borne = {
        address["local"]
        for interface in json.loads(asked.stdout)
        if interface["ifname"] != "lo"
        for address in interface["addr_info"]
        if "local" in address
    }
    lines = [line for table in TABLES if table.exists() for line in table.read_text(encoding="ascii").splitlines()[1:]]
    ports = {site.listen.http, site.listen.https}
    return Left(tuple(sorted(public & borne)), connections_with(public, ports, lines))


def connections_with(addresses: Iterable[str], ports: Iterable[int], lines: Iterable[str]) -> int:
    """Return how many connections the kernel's tables have with these addresses at these ports."""
    here = {f"{_as_written(address)}:{port:04X}" for address in addresses for port in ports}
    rows = (line.split() for line in lines)
    return sum(row[1] in here and row[3] == _ESTABLISHED for row in rows)


def _as_written(address: str) -> str:
    """Return an address as the kernel's tables have it: words of four bytes, each in the processor's own order."""
    host = ipaddress.ip_address(address)
    packed = socket.inet_pton(socket.AF_INET if host.version == 4 else socket.AF_INET6, address)
    words = (packed[begin : begin + 4] for begin in range(0, len(packed), 4))
    return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)


def wait(site: Site, seconds: float) -> Left:
    """Wait until nothing is left, or for so long; return what is."""
    until = time.monotonic() + seconds
    while (left := left_of(site)) and time.monotonic() < until:
        time.sleep(LOOK_EVERY_SECONDS)
    return left
