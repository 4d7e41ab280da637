"""Connections to addresses that others wrote down: to the public internet alone, and cut at a moment.

Whoever writes an address must not reach through us what only we can reach: each name is looked up once, each of its
addresses must be one of the public internet or of a network that is allowed, and the connection goes to the very
address that was looked at.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

SILENCE_SECONDS = 20.0
MOST_READ = 65_536
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadAddress(Exception):
    """What is written is no address of a page that could be asked for."""


class PrivateAddress(Exception):
    """The name leads to an address that is not to be reached."""


class NotSent(Exception):
    """What was to be sent did not arrive, or what was answered could not be read. It may be tried again."""


class Line(http.client.HTTPConnection):
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


class SafeLine(Line):
    """The same over TLS, with a certificate of the name."""

    default_port = 443

    def connect(self) -> None:
        """Connect to the address and check the certificate against the name."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to an address that others wrote down."""

    url: str
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def send(message: Message, *, networks: Sequence[Network], most_seconds: float = 20.0) -> int:
    """Send a message, follow nothing, and return the status of the answer; its text is thrown away.

    Raises BadAddress, PrivateAddress, NotSent.
    """
    target = parts_of(message.url)
    try:
        with (
            closing(line_to(target, networks=networks)) as line,
            cut_at(time.monotonic() + most_seconds, line),
        ):
            line.request(message.method, path_of(target), message.body, {"User-Agent": "Entraide", **message.headers})
            answer = line.getresponse()
            answer.read(MOST_READ)
            return answer.status
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise NotSent(type(error).__name__) from error


def parts_of(url: str) -> SplitResult:
    """Return the parts of an address. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(url) from error
    # What does not print would end a line of the request.
    written = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not host or parts.username or not written:
        raise BadAddress(url)
    return parts


def path_of(target: SplitResult) -> str:
    """Return what is asked for at the host."""
    return f"{target.path or '/'}{f'?{target.query}' if target.query else ''}"


def line_to(target: SplitResult, *, networks: Sequence[Network]) -> Line:
    """Return a connection to a host. Raises PrivateAddress when any of its addresses is not to be reached."""
    host, port = target.hostname or "", target.port or (443 if target.scheme == "https" else 80)
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(may_reach(address, networks=networks) for address in found):
        raise PrivateAddress(host)
    return (SafeLine if target.scheme == "https" else Line)(host, found[0], port)


def may_reach(address: str, *, networks: Sequence[Network]) -> bool:
    """Say whether an address is one of the public internet, or of a network that is allowed."""
    number = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    number = mapped or number
    if any(number in network for network in networks if network.version == number.version):
        return True
    return number.is_global and not number.is_multicast


@contextmanager
def cut_at(deadline: float, line: Line) -> Iterator[None]:
    """Cut a connection at a moment, whatever it waits for then: a server may send its answer a letter at a time."""
    timer = threading.Timer(max(0.0, deadline - time.monotonic()), line.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
