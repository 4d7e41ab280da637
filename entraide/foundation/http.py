"""Facts about an HTTP request that hold under WSGI and ASGI alike. Django-free."""

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache

import uuid_utils

from entraide.foundation.env import IPNetwork

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def client_address(*, peer: str, forwarded_for: str, trusted: Iterable[IPNetwork]) -> str:
    """Return the address of the client: the first one from the right that is no trusted proxy.

    `peer` is the address of the connection, `forwarded_for` the X-Forwarded-For header, which counts only as far as
    trusted proxies wrote it. `Forwarded` counts for nothing: a proxy that writes the one header lets a client's other
    one through. A peer that is no address (a unix socket) is trusted only if proxies are configured.
    """
    proxies = tuple(trusted)
    nearest = peer
    for hop in (peer, *reversed(forwarded_for.split(","))):
        address = _address(hop.strip())
        if address is None:
            if hop == peer and proxies:
                continue
            return nearest
        nearest = _text(address)
        if not any(address in proxy for proxy in proxies):
            return nearest
    return nearest


# The same proxies and schools ask again and again, and reading and writing an address costs more than the rest.
@lru_cache(maxsize=4_096)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket that listens on both families shows an IPv4 peer as ::ffff:192.0.2.1: it is the same address.
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(maxsize=4_096)
def _text(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    return str(address)


def forget_addresses() -> None:
    """Forget the addresses that were read lately, for a process that promises to keep none."""
    _address.cache_clear()
    _text.cache_clear()


def request_id_from(header: str) -> str:
    """Return the request id that the edge sent when it is well-formed, else a new one."""
    return header if header and _REQUEST_ID.fullmatch(header) else uuid_utils.uuid7().hex
