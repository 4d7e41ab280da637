"""Whom a campaign may ask: this machine, and what its own list names. Nothing else is ever sent to."""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit


class NotAllowed(Exception):
    """The target may not be loaded. The message says why and what to do."""


def check(target: str, *, allowed: Sequence[str]) -> str:
    """Return the target's origin, as "http://host:port". Raises NotAllowed unless it is this machine or is named.

    Every address that its name resolves to has to be this machine's own loopback, unless the origin itself is in the
    campaign's list.
    """
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotAllowed(f"{target!r} is not an http:// or https:// address")
    if parts.path.strip("/") or parts.query or parts.username:
        raise NotAllowed(f"{target!r}: name the site alone, as http://host:port; the scenario knows its pages")
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin in {each.rstrip("/") for each in allowed}:
        return origin
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise NotAllowed(f"{parts.hostname} is not found: {error.strerror}") from error
    strange = sorted(address for address in found if not ipaddress.ip_address(address).is_loopback)
    if strange:
        raise NotAllowed(
            f"{origin} is {strange[0]}, not this machine: name it in the campaign's `allowed` if it is yours to load"
        )
    return origin
