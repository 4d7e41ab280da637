"""All rules of packets as one file, which replaces those before it at once. Pure."""

import hashlib

from entraidectl.edge.blocks import Part, block, text
from entraidectl.edge.failover.keepalived import moves
from entraidectl.edge.packets import floods, handover
from entraidectl.edge.packets.handover import TABLE
from entraidectl.edge.site.declarations import Node, Site

FILE = "packets.nft"
# To name a table makes it where there is none, so that it can be removed in any case.
FORGET = text([[f"table {family} {TABLE}", f"delete table {family} {TABLE}"] for family in ("inet", "ip", "ip6")])


def wants_rules(site: Site) -> bool:
    """Tell whether there is anything to say of packets."""
    return site.floods.level == "on" or moves(site)


def packets_nft(site: Site) -> str:
    """Return the file. The first table bears the name of the whole, so that the kernel can say what it has loaded."""
    bounds: list[Part] = floods.rules(site) if site.floods.level == "on" else []
    moved: list[Part] = handover.tables(site) if moves(site) else []
    name = hashlib.sha256(text(bounds, moved).encode()).hexdigest()[:16]
    return text(
        "# Written by entraidectl edge apply from site.toml: changes made here are lost.",
        FORGET.splitlines(),
        block(f"table inet {TABLE}", f'comment "{name}"', bounds),
        moved,
    )


def name_in(rules: str) -> str:
    """Return the name that the rules bear, in the file and in what nftables says alike; empty without one."""
    _, _, after = rules.partition('comment "')
    return after.partition('"')[0]


def kernel_settings(site: Site, node: Node | None) -> dict[str, str]:
    """Return the kernel's settings that the rules count on."""
    of_floods = floods.settings(site) if site.floods.level == "on" else {}
    return of_floods | (handover.settings(node) if node and moves(site) else {})
