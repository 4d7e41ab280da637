"""keepalived.conf of one node: it bears its own addresses, and those of nodes that are gone or ill. Pure."""

import ipaddress

from entraidectl.edge.blocks import block, text
from entraidectl.edge.places import Places
from entraidectl.edge.site.declarations import Node, PublicAddress, Site

FILE = "keepalived.conf"

FIRST_ROUTER = 51
OWN_PRIORITY = 150
PRIORITY = 100
# Taken off a node that is ill: it falls below all that are well, and stays above none that is as ill as itself.
WELL, ILL = 0, -100


def moves(site: Site) -> bool:
    """Tell whether there are addresses that can move."""
    return len(site.nodes) > 1 and bool(site.addresses)


def keepalived_conf(site: Site, node: Node, places: Places) -> str:
    """Return the file. Adverts go from node to node ten times a second, since clouds carry no multicast.

    `track_process` is not used: where the kernel's connector refuses it, it takes every node down.
    """
    return text(
        "# Written by entraidectl edge apply from site.toml: changes made here are lost.",
        block("global_defs", f"router_id {node.name}", "vrrp_version 3", "vrrp_garp_master_repeat 3"),
        "# Who looks after nginx writes here. Until it does, the node counts as ill.",
        block("track_file health", f"file {places.health}", "weight 1", f"init_file {ILL}"),
        [_instance(site, node, address, number) for number, address in enumerate(site.addresses)],
    )


def _instance(site: Site, node: Node, address: PublicAddress, number: int) -> list[str]:
    others = [each for each in site.nodes if each.name != node.name]
    host = ipaddress.ip_address(address.address)
    return block(
        f"vrrp_instance address_{number}",
        "state BACKUP",
        f"interface {node.interface}",
        f"virtual_router_id {FIRST_ROUTER + number}",
        f"priority {_priority(site, node, address)}",
        "advert_int 0.1",
        f"unicast_src_ip {node.address}",
        block("unicast_peer", [other.address for other in others]),
        block("virtual_ipaddress", f"{host}/{host.max_prefixlen} dev {node.interface}"),
        block("track_file", "health weight 1"),
    )


def _priority(site: Site, node: Node, address: PublicAddress) -> int:
    """Return who comes first: the address's own node, then the others in the order of the file."""
    if node.name == address.node:
        return OWN_PRIORITY
    others = [each.name for each in site.nodes if each.name != address.node]
    return PRIORITY - others.index(node.name)
