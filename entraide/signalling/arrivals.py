"""Who may connect at all: pages of this very site, from a network from which not too many come."""

import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from entraide.foundation.env import IPNetwork
from entraide.foundation.http import client_address
from entraide.foundation.lane import Scope
from entraide.guard.rules.limits import networks_of
from entraide.signalling.paces import Pace

# How many may come from one address (IPv6: one /64): several classes of a school within a few seconds.
ARRIVALS = (1_000.0, 20.0)
MOST_NETWORKS = 10_000


class Arrivals:
    """Counts who comes, by network."""

    def __init__(self, trusted_proxies: Sequence[IPNetwork]) -> None:
        self._trusted = tuple(trusted_proxies)
        self._paces: dict[str, Pace] = {}

    def may_come(self, scope: Scope) -> bool:
        """Tell whether somebody may connect, and count them."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get(b"origin", "")
        if origin and urlsplit(origin).netloc != headers.get(b"host", ""):
            return False
        client = scope.get("client")
        address = client_address(
            peer=str(client[0]) if client else "", forwarded_for=headers.get(b"x-forwarded-for", ""),
            trusted=self._trusted,
        )  # fmt: skip
        now = time.monotonic()
        if len(self._paces) >= MOST_NETWORKS:
            self._paces = {key: pace for key, pace in self._paces.items() if not pace.is_full(now)}
        return self._paces.setdefault(networks_of(address).address, Pace(*ARRIVALS)).allows(now)
