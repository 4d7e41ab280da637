"""How many sign-ups one network may send a minute. Wide enough for a school or a mobile carrier behind one address."""

import ipaddress
from functools import lru_cache

WINDOW_SECONDS = 60
MOST_NETWORKS = 100_000


class NetworkBound:
    """Counts per minute in memory. An IPv6 caller counts by its /64, which is what one household gets."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._window = -1
        self._counts: dict[str, int] = {}

    def retry_after(self, address: str, *, at: float) -> int:
        """Count one more from an address at a time in seconds; return 0, or the seconds after which to try again."""
        window = int(at // WINDOW_SECONDS)
        if window != self._window or len(self._counts) >= MOST_NETWORKS:
            self._window = window
            self._counts = {}
        network = network_of(address)
        self._counts[network] = self._counts.get(network, 0) + 1
        if self._counts[network] <= self._most:
            return 0
        return max(1, int((window + 1) * WINDOW_SECONDS - at))


@lru_cache(maxsize=4_096)
def network_of(address: str) -> str:
    """Return what an address is counted under; whatever is no address counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6 and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))
