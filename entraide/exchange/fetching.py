"""Fetches a partner's feed into a file, within bounds of size, time and redirects, and from public addresses alone.

Whoever writes the address of a feed must not reach through us what only we can reach: each name is looked up once, each
of its addresses must be one of the public internet, and the connection goes to the very address that was looked at.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import IO
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

MOST_BYTES = 150_000_000
MOST_SECONDS = 300.0
SILENCE_SECONDS = 20.0
MOST_REDIRECTS = 3
PART = 65_536
_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Exception):
    """A feed could not be fetched. `reason` is a code, `detail` what was met."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail[:300]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much, how long and how far."""

    most_bytes: int = MOST_BYTES
    most_seconds: float = MOST_SECONDS
    most_redirects: int = MOST_REDIRECTS


class _Http(http.client.HTTPConnection):
    """A connection to one address, whatever the name of the host would lead to by now."""

    def __init__(self, host: str, address: str, port: int) -> None:
        super().__init__(host, port, timeout=SILENCE_SECONDS)
        self._address = address

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)

    def cut(self) -> None:
        """End the connection from another thread: whoever reads from it gets no more."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _Https(_Http):
    """The same over TLS, with a certificate of the name."""

    default_port = 443

    def connect(self) -> None:
        """Connect to the address and check the certificate against the name."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def fetch(url: str, into: IO[bytes], *, bounds: Bounds | None = None) -> int:
    """Write what is at an address into a file and return how many bytes it is. Raises NotFetched."""
    limits = bounds or Bounds()
    deadline = time.monotonic() + limits.most_seconds
    for _ in range(limits.most_redirects + 1):
        target = _parts(url)
        try:
            with closing(_connection(target)) as connection, _cut_at(deadline, connection):
                answer = _ask(connection, target)
                moved = answer.headers.get("Location") if answer.status in _REDIRECTS else None
                if not moved:
                    return _download(answer, into, limits, deadline)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            reason = "TOO_SLOW" if time.monotonic() >= deadline else "UNREACHABLE"
            raise NotFetched(reason, type(error).__name__) from error
        url = urljoin(url, moved)
    raise NotFetched("TOO_MANY_REDIRECTS", url)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise NotFetched("BAD_ADDRESS", url) from error
    if parts.scheme not in ("http", "https") or not host or parts.username or not url.isascii() or " " in url:
        raise NotFetched("BAD_ADDRESS", url)
    return parts


def _connection(target: SplitResult) -> _Http:
    host, port = target.hostname or "", target.port or (443 if target.scheme == "https" else 80)
    address = _address(host, port)
    return (_Https if target.scheme == "https" else _Http)(host, address, port)


def _address(host: str, port: int) -> str:
    """Return the first address of a name. Raises NotFetched when any of its addresses is not to be reached."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if not may_reach(address):
            raise NotFetched("PRIVATE_ADDRESS", host)
    return found[0]


def may_reach(address: str) -> bool:
    """Say whether an address is one of the public internet, or of a network that the settings allow."""
    number = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    number = mapped or number
    if any(number in network for network in settings.FEED_NETWORKS if network.version == number.version):
        return True
    return number.is_global and not number.is_multicast


@contextmanager
def _cut_at(deadline: float, connection: _Http) -> Iterator[None]:
    """Cut a connection at a moment, whatever it waits for then: a server may send its answer a letter at a time."""
    timer = threading.Timer(max(0.0, deadline - time.monotonic()), connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _ask(connection: _Http, target: SplitResult) -> http.client.HTTPResponse:
    connection.request(
        "GET",
        f"{target.path or '/'}{f'?{target.query}' if target.query else ''}",
        # No compression: a small answer must not unfold into a huge one.
        headers={"Accept": "application/xml, */*;q=0.1", "Accept-Encoding": "identity", "User-Agent": "Entraide"},
    )
    return connection.getresponse()


def _download(answer: http.client.HTTPResponse, into: IO[bytes], limits: Bounds, deadline: float) -> int:
    """Write an answer into a file and return how many bytes it is. Raises NotFetched."""
    if answer.status != 200:
        raise NotFetched("BAD_STATUS", str(answer.status))
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched("COMPRESSED", answer.headers["Content-Encoding"])
    told = answer.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > limits.most_bytes:
        raise NotFetched("TOO_LARGE", told)
    size = 0
    while part := answer.read1(PART):
        size += len(part)
        if size > limits.most_bytes:
            raise NotFetched("TOO_LARGE", f"> {limits.most_bytes}")
        if time.monotonic() > deadline:
            raise NotFetched("TOO_SLOW", f"{size}")
        into.write(part)
    if time.monotonic() > deadline:
        raise NotFetched("TOO_SLOW", f"{size}")
    if told.isdigit() and size < int(told):
        raise NotFetched("CUT_SHORT", f"{size} / {told}")
    return size
