"""How many sign-ups may come from where within one minute, and what happens beyond.

No layer refuses at once: an address that is busy is a school or a carrier more often than an attack, so whoever comes
from there is asked for a proof of work first. Only ten times as many are refused.
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

WINDOW_SECONDS = 60
# How much wider each layer is than one address.
SUBNET_TIMES = 10
MAIL_DOMAIN_TIMES = 10
EVERYBODY_TIMES = 1000
REFUSED_TIMES = 10
# Whoever runs no scripts waits instead of computing. These count apart, and are few: else waiting would cost nothing.
PATIENT_SHARE = 10
PATIENT_EVERYBODY_TIMES = 5
# Those who are told to come back are spread over so many seconds, so that they do not come back together.
SPREAD_SECONDS = 10


class Layer(StrEnum):
    """What a sign-up is counted under. The patient ones count those who waited instead of computing."""

    ADDRESS = "address"
    SUBNET = "subnet"
    MAIL_DOMAIN = "mail_domain"
    EVERYBODY = "everybody"
    PATIENT_ADDRESS = "patient_address"
    PATIENT_SUBNET = "patient_subnet"
    PATIENT_EVERYBODY = "patient_everybody"


class Verdict(StrEnum):
    """What a count means for whoever comes."""

    FREE = "free"
    PROVE = "prove"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Bound:
    """Up to `free` in a minute go through, up to `proven` with a proof of work; None refuses nobody."""

    free: int
    proven: int | None

    def verdict(self, count: int) -> Verdict:
        """Return what the count of this minute, this one included, means."""
        if count <= self.free:
            return Verdict.FREE
        return Verdict.PROVE if self.proven is None or count <= self.proven else Verdict.REFUSE


@dataclass(frozen=True, slots=True)
class Networks:
    """What an address is counted under: itself and its subnet. IPv6 by /64 and /48, IPv4 by /32 and /24."""

    address: str
    subnet: str


def bounds_for(per_address: int) -> dict[Layer, Bound]:
    """Return the bounds of all layers, each a multiple of what one address may send without a proof."""
    patient = max(1, per_address // PATIENT_SHARE)
    return {
        Layer.ADDRESS: Bound(per_address, REFUSED_TIMES * per_address),
        Layer.SUBNET: Bound(SUBNET_TIMES * per_address, REFUSED_TIMES * SUBNET_TIMES * per_address),
        Layer.MAIL_DOMAIN: Bound(MAIL_DOMAIN_TIMES * per_address, None),
        Layer.EVERYBODY: Bound(EVERYBODY_TIMES * per_address, None),
        Layer.PATIENT_ADDRESS: Bound(patient, patient),
        Layer.PATIENT_SUBNET: Bound(SUBNET_TIMES * patient, SUBNET_TIMES * patient),
        Layer.PATIENT_EVERYBODY: Bound(PATIENT_EVERYBODY_TIMES * per_address, PATIENT_EVERYBODY_TIMES * per_address),
    }


# The same proxies and schools ask again and again, and reading an address costs more than the rest.
@lru_cache(maxsize=4_096)
def networks_of(address: str) -> Networks:
    """Return what an address is counted under; whatever is no address counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return Networks("", "")
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    near, far = (32, 24) if parsed.version == 4 else (64, 48)
    return Networks(_network(parsed, near), _network(parsed, far))


def minute_of(second: float) -> int:
    """Return the minute since 1970 in which a second falls."""
    return int(second // WINDOW_SECONDS)


def seconds_to_next_minute(second: float, *, chance: float) -> int:
    """Return after how many seconds to come back; `chance`, from 0 to 1, keeps a crowd from coming all at once."""
    return max(1, round(WINDOW_SECONDS - second % WINDOW_SECONDS + SPREAD_SECONDS * chance))


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int) -> str:
    return str(ipaddress.ip_network((address, length), strict=False))
