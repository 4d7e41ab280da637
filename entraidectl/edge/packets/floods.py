"""Bounds on packets and connections, by address and by the network around it. Pure.

Nobody is shut out for what comes under their address: a stranger can write it on a packet. What is over a bound is
dropped, packet by packet, and what is under it passes. Who is in `banned` has been seen by nginx, over a whole
connection.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from entraidectl.edge.blocks import Part, block
from entraidectl.edge.site.declarations import Rate, Site

# Networks that are counted at once, for each bound: what comes beyond is not counted and passes, to SYN cookies.
MOST_COUNTED = 65_535
FORGOTTEN_AFTER_SECONDS = 10
SYN = "tcp flags & (fin|syn|rst|ack) == syn"


@dataclass(frozen=True, slots=True)
class _Network:
    """What counts as one: the key, its kind and the words by which a packet has it."""

    name: str
    kind: str
    of_packet: str

    @property
    def source(self) -> str:
        """Return the words by which a packet has its whole address."""
        return self.of_packet.partition(" &")[0]


ADDRESS = _Network("4", "ipv4_addr", "ip saddr")
AROUND = _Network("24", "ipv4_addr", "ip saddr & 255.255.255.0")
PREFIX = _Network("6", "ipv6_addr", "ip6 saddr & ffff:ffff:ffff:ffff::")


def rules(site: Site) -> list[Part]:
    """Return the sets and chains of the table."""
    floods = site.floods
    # Each address is held to its bound before its packets count against those around it.
    bounds: dict[str, list[tuple[_Network, Rate]]] = {
        "packets": [(ADDRESS, floods.packets), (PREFIX, floods.packets), (AROUND, floods.network_packets)],
        "syns": [(ADDRESS, floods.connections), (PREFIX, floods.connections), (AROUND, floods.network_connections)],
    }
    return [
        [_networks("exempt", version, _exempt(site)) for version in (4, 6)],
        "# Who is never shut out, not even with the rest of a network.",
        [_networks("spared", version, site.bans.exempt) for version in (4, 6)],
        _set(f"banned{ADDRESS.name}", ADDRESS.kind, "timeout"),
        _set(f"banned{PREFIX.name}", PREFIX.kind, "interval, timeout"),
        [
            _set(f"{what}{network.name}", network.kind, "dynamic, timeout", f"timeout {FORGOTTEN_AFTER_SECONDS}s;")
            for what, own in bounds.items()
            for network, _ in own
        ],
        [_set(f"open{each.name}", each.kind, "dynamic") for each in (ADDRESS, PREFIX)],
        [f"counter {name}_dropped {{}}" for name in ("banned", *bounds, "open", "invalid")],
        _before(site, bounds),
        block("chain syn", [_bound("syns", *each) for each in bounds["syns"]], _unproxied(site)),
        _after(site),
    ]


def _before(site: Site, bounds: dict[str, list[tuple[_Network, Rate]]]) -> list[str]:
    return block(
        "chain before",
        "type filter hook prerouting priority raw; policy accept;",
        'iif "lo" accept',
        f"tcp dport != {_ports(site)} accept",
        "ip saddr @exempt4 accept",
        "ip6 saddr @exempt6 accept",
        [
            f"{each.of_packet} @banned{each.name} {each.source} != @spared{each.name} counter name banned_dropped drop"
            for each in (ADDRESS, PREFIX)
        ],
        [_bound("packets", *each) for each in bounds["packets"]],
        f"{SYN} jump syn",
    )


def _after(site: Site) -> list[str]:
    """Return the chain of packets for this machine, whose connections are known by now."""
    return block(
        "chain after",
        "type filter hook input priority filter; policy accept;",
        'iif "lo" accept',
        f"tcp dport != {_ports(site)} accept",
        "ip saddr @exempt4 accept",
        "ip6 saddr @exempt6 accept",
        ["ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm"] if _proxies(site) else [],
        "ct state invalid counter name invalid_dropped drop",
        [
            f"ct state new add @open{each.name} {{ {each.of_packet} ct count over {site.floods.open} }} "
            "counter name open_dropped reject with tcp reset"
            for each in (ADDRESS, PREFIX)
        ],
    )


def _bound(what: str, network: _Network, rate: Rate) -> str:
    burst = f" burst {rate.burst} packets" if rate.burst else ""
    return (
        f"update @{what}{network.name} {{ {network.of_packet} limit rate over {rate.per_second}/second{burst} }} "
        f"counter name {what}_dropped drop"
    )


def _unproxied(site: Site) -> list[str]:
    """Return the line by which the kernel's proxy gets the first packet of a connection before anybody else does."""
    return ["notrack"] if _proxies(site) else []


def _proxies(site: Site) -> bool:
    return site.floods.synproxy == "on"


def _ports(site: Site) -> str:
    return f"{{ {site.listen.http}, {site.listen.https} }}"


def _set(name: str, kind: str, flags: str, *more: str) -> list[str]:
    return block(f"set {name}", f"type {kind}; flags {flags}; size {MOST_COUNTED};", more)


def _exempt(site: Site) -> Iterable[str]:
    """Return the networks that are held to no bound: named so, or of our own."""
    return (*site.floods.exempt, *site.trusted_proxies, *(node.address for node in site.nodes))


def _networks(name: str, version: int, written: Iterable[str]) -> list[str]:
    """Return the set of those networks that are of one version of IP."""
    networks = _of_version(version, written)
    return block(
        f"set {name}{version}",
        f"type ipv{version}_addr; flags interval; auto-merge;",
        [f"elements = {{ {', '.join(networks)} }};"] if networks else [],
    )


def _of_version(version: int, written: Iterable[str]) -> Sequence[str]:
    networks = (ipaddress.ip_network(each, strict=False) for each in written)
    return list(dict.fromkeys(str(each) for each in networks if each.version == version))


def settings(site: Site) -> dict[str, str]:
    """Return the kernel's settings beside the rules."""
    found = {
        "net.ipv4.tcp_syncookies": "1",
        # A connection that nobody goes on with is forgotten soon, so that a flood of them crowds nobody out.
        "net.netfilter.nf_conntrack_tcp_timeout_syn_recv": "10",
    }
    if _proxies(site):
        # The proxy knows connections by their first packet alone.
        found |= {"net.netfilter.nf_conntrack_tcp_loose": "0", "net.ipv4.tcp_timestamps": "1"}
    return found
