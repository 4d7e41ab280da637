"""How many seals one network may ask for a minute, counted under names that nobody can read back."""

import ipaddress
import secrets
from hashlib import blake2b

WINDOW_SECONDS = 60
MOST_NETWORKS = 200_000
_COUNTED_UNDER_BYTES = 8


class RotatingBound:
    """Counts in memory, under a hash of the network with a secret that lives for one minute.

    When the minute is over, secret and counts are gone: nobody can say of an address that it asked, not even we. An
    IPv6 caller counts by its /64, which is what one household gets.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._window = -1
        self._secret = b""
        self._counts: dict[bytes, int] = {}

    def is_new_window(self, at: float) -> bool:
        """Begin a minute anew when another has begun, and tell whether that is so."""
        window = int(at // WINDOW_SECONDS)
        if window == self._window:
            return False
        self._window = window
        self._begin()
        return True

    def retry_after(self, address: str, *, at: float) -> int:
        """Count one more from an address at a time in seconds; return 0, or the seconds after which to try again."""
        self.is_new_window(at)
        if len(self._counts) >= MOST_NETWORKS:
            self._begin()
        name = blake2b(network_of(address), key=self._secret, digest_size=_COUNTED_UNDER_BYTES).digest()
        count = self._counts[name] = self._counts.get(name, 0) + 1
        if count <= self._most:
            return 0
        return max(1, int((self._window + 1) * WINDOW_SECONDS - at))

    def _begin(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._counts = {}


def network_of(address: str) -> bytes:
    """Return what an address is counted under; whatever is no IPv6 address counts as it is written."""
    if ":" not in address:
        return address.encode()
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return b""
    if mapped := parsed.ipv4_mapped:
        return str(mapped).encode()
    return parsed.packed[:8]
