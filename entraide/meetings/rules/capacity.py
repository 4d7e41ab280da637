"""How many nodes, cores and Gbit/s an evening takes: the formulas by which a fleet is planned.

The inputs were measured on Janus 1.1.2 over loopback, without a network card, loss or retransmission: what a machine
really takes is about 30 percent less, which `derated` says.
"""

from dataclasses import dataclass
from math import ceil

# A participant sends about 100 packets a second and is sent about 400.
PPS_PER_HEAD = 500
# 28 µs of processor for each forwarded packet, a core used to 60 percent.
PPS_PER_CORE = 21_000
DERATED_PERCENT = 70
PAIRED_PERCENT = 25
RELAYED_PERCENT = 15
NODE_MARGIN_PERCENT = 10
NORMAL_KBITS = 1_800
SAVER_KBITS = 600


@dataclass(frozen=True, slots=True)
class Wish:
    """The evening to plan for: people at once, cores of a node, pools that each keep a node to spare."""

    peak: int
    cores_per_node: int = 16
    pools: int = 1
    derated: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes. `spare_nodes` are one for each pool, so that a node may die in each."""

    peak: int
    on_servers: int
    pps: int
    cores: int
    nodes: int
    spare_nodes: int
    egress_gbits: float
    saver_gbits: float
    turn_gbits: float


class BadWish(ValueError):
    """Nothing can be planned for this."""


def plan(wish: Wish) -> Plan:
    """Return what an evening takes. Raises BadWish."""
    if wish.peak < 0 or wish.cores_per_node < 1 or wish.pools < 1:
        raise BadWish("people cannot be fewer than none, and there is at least one core and one pool")
    on_servers = wish.peak * (100 - PAIRED_PERCENT) // 100
    pps = on_servers * PPS_PER_HEAD
    per_core = PPS_PER_CORE * (DERATED_PERCENT if wish.derated else 100) / 100
    cores = pps / per_core
    return Plan(
        peak=wish.peak,
        on_servers=on_servers,
        pps=pps,
        cores=ceil(cores),
        nodes=max(1, ceil(cores * (100 + NODE_MARGIN_PERCENT) / 100 / wish.cores_per_node)),
        spare_nodes=wish.pools,
        egress_gbits=on_servers * NORMAL_KBITS / 1e6,
        saver_gbits=on_servers * SAVER_KBITS / 1e6,
        turn_gbits=wish.peak * RELAYED_PERCENT / 100 * NORMAL_KBITS / 1e6,
    )
