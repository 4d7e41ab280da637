"""Connections that outlive a move of their address: who bears it now passes their packets to who took them. Pure.

A connection is known to the edge that took it alone. When its address moves, its packets come to an edge that would
end it. Every edge therefore has every public address on its loopback interface, where nobody is told of it, and the
edge that bears an address sends packets of connections it does not know to the edge that bore the address before it.
That one answers straight to the client.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence

from entraidectl.edge.blocks import Part, block, text
from entraidectl.edge.site.declarations import Node, Site

TABLE = "entraide_edge"
FAMILIES = {4: "ip", 6: "ip6"}
# An edge that is not seen any more is sent nothing after this: its connections are gone, and clients hear so.
GIVER_SECONDS = 5
# Beyond this, packets of unknown connections are a flood, and not worth two edges' work.
PASSED_ON_PER_SECOND = 5000
# What was passed on bears this in its class of service, so that nobody passes it on again.
PASSED_ON = 43


def tables(site: Site) -> list[Part]:
    """Return a table for each version of IP that has a public address."""
    return [_table(version, own, site) for version, own in _by_version(site).items()]


def _by_version(site: Site) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for each in site.addresses:
        found.setdefault(ipaddress.ip_address(each.address).version, []).append(each.address)
    return found


def _table(version: int, own: Sequence[str], site: Site) -> list[str]:
    family = FAMILIES[version]
    kind = f"type ipv{version}_addr"
    return block(
        f"table {family} {TABLE}",
        block("set public", f"{kind}; elements = {{ {', '.join(own)} }};"),
        "# Each public address, and the edge to which packets of connections are sent that are not known here.",
        block("map givers", f"{kind} : ipv{version}_addr; flags timeout;"),
        block(
            "chain before",
            "type filter hook prerouting priority mangle; policy accept;",
            f"{family} daddr @public tcp dport {{ {site.listen.http}, {site.listen.https} }} "
            f"tcp flags & (fin|syn|rst|ack) != syn ct state new {family} dscp != {PASSED_ON} jump unknown",
        ),
        block(
            "chain unknown",
            "# Begun before these rules were loaded.",
            "socket wildcard 0 return",
            f"limit rate over {PASSED_ON_PER_SECOND}/second return",
            f"{family} dscp set {PASSED_ON} dup to {family} daddr map @givers drop",
        ),
    )


def givers(site: Site, node: Node, seen: Iterable[str]) -> dict[str, str]:
    """Return by address which of the nodes that are `seen` bore it before `node`: the address's own, if that is one."""
    others = {each.name: each.address for each in site.nodes if each.name in set(seen) and each.name != node.name}
    found = {}
    for public in site.addresses:
        likely = others.get(public.node) or next(iter(others.values()), None)
        if likely:
            found[public.address] = likely
    return found


def as_commands(site: Site, known: Mapping[str, str]) -> str:
    """Return the commands that have nftables know these, anew for `GIVER_SECONDS`, and no others."""
    return text(
        [f"flush map {FAMILIES[version]} {TABLE} givers" for version in _by_version(site)],
        [
            f"add element {FAMILIES[ipaddress.ip_address(address).version]} {TABLE} givers "
            f"{{ {address} timeout {GIVER_SECONDS}s : {giver} }}"
            for address, giver in known.items()
        ],
    )


def settings(node: Node) -> dict[str, str]:
    """Return the kernel's settings: of an address on the loopback interface nobody is told, and nobody is asked by."""
    return {
        f"net.ipv4.conf.{node.interface}.{name}": value for name, value in (("arp_ignore", "1"), ("arp_announce", "2"))
    }
